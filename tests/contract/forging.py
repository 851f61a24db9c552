"""What a forger tries who knows everything but the key: other algorithms, other encodings, somebody's public key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from tests.contract.deliveries import SECRET, WRONG_SECRET, Delivery, judged_headers

_DIGESTS = ("md5", "sha1", "sha384", "sha512")
_ALGORITHMS = ("none", "None", "HS256", "HS512", "RS256", "PS384", "PS512", "ES256", "", None)
_DETACHED = ".."
_SHA256_BYTES = 32


def confused(delivery: Delivery) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each attempt by its name, and the headers that make it."""
    for name in judged_headers(delivery):
        value = delivery.headers[name]
        tries = _of_tokens(delivery, value) if _DETACHED in value else _of_hashes(delivery, value)
        for label, forged in tries:
            yield f"{name}: {label}", {**delivery.headers, name: forged}


def under_strange_keys(delivery: Delivery, count: int) -> list[Delivery]:
    """The delivery `count` times, each naming another key that nobody published; none where it names no key."""
    found = [(name, value) for name, value in delivery.headers.items() if _DETACHED in value]
    return [
        replace(delivery, headers={**delivery.headers, name: _with_head(value, kid=f"strange-{number}")})
        for name, value in found
        for number in range(count)
    ]


def _of_tokens(delivery: Delivery, value: str) -> Iterator[tuple[str, str]]:
    """Detached JWS: the header says another algorithm, signed as that one would be with what everybody knows."""
    genuine = value.rpartition(".")[2]
    for algorithm in _ALGORITHMS:
        head = _with_head(value, alg=algorithm).partition(_DETACHED)[0]
        macs = (hmac.new(key, f"{head}.{_url(delivery.body)}".encode(), hashlib.sha256) for key in _public(delivery))
        for number, signature in enumerate([genuine, "", "AA", *(_url(mac.digest()) for mac in macs)]):
            yield f"{algorithm}, attempt {number}", f"{head}{_DETACHED}{signature}"
    yield "an extension that must be understood", _with_head(value, crit=["exp"])
    yield "the token with its body inside", value.replace(_DETACHED, f".{_url(delivery.body)}.")
    yield "the token twice", f"{value},{value}"


def _of_hashes(delivery: Delivery, value: str) -> Iterator[tuple[str, str]]:
    """An HMAC: other digests under the true secret, the true one otherwise written or cut, and keys that are none."""
    found = _read(value)
    if found is None:
        return
    genuine, written = found
    for message in _messages(delivery):
        for digest in _DIGESTS:
            yield f"{digest} under our secret", written(hmac.new(SECRET.encode(), message, digest).digest())
        for key in (b"", WRONG_SECRET.encode(), value.encode()):
            yield "another key", written(hmac.new(key, message, "sha256").digest())
        yield "no key", written(hashlib.sha256(message).digest())
    yield "the other of hex and base64", _text(genuine) if written is bytes.hex else genuine.hex()
    yield "for addresses", base64.urlsafe_b64encode(genuine).decode().rstrip("=")
    yield "with its algorithm before it", f"sha256={value}"
    yield "twice", value + value
    for length in (0, 1, 16, 31):
        yield f"cut to {length} bytes", written(genuine[:length])
    yield "a byte more", written(genuine + b"\0")


def _read(value: str) -> tuple[bytes, Callable[[bytes], str]] | None:
    """The digest in a header and how it is written there, base64 or hex; None where it holds none."""
    for read, written in ((bytes.fromhex, bytes.hex), (partial(base64.b64decode, validate=True), _text)):
        try:
            if len(genuine := read(value)) == _SHA256_BYTES:
                return genuine, written
        except ValueError:
            continue
    return None


def _messages(delivery: Delivery) -> list[bytes]:
    """What may have been signed: the body, alone or behind a time."""
    times = [text for text in delivery.headers.values() if text.isdigit()]
    return [delivery.body, *(f"{text}.".encode() + delivery.body for text in times)]


def _public(delivery: Delivery) -> list[bytes]:
    """What a forger may use as a secret: the key set as it is published, and each number in it."""
    sets = [json.loads(text) for text in delivery.keys]
    numbers = [str(key["n"]) for each in sets for key in each["keys"]]
    return [text.encode() for text in (*delivery.keys, *numbers, SECRET)]


def _with_head(value: str, **changes: object) -> str:
    head, dots, signature = value.partition(_DETACHED)
    said = {**json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))), **changes}
    return _url(json.dumps(said).encode()) + dots + signature


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
