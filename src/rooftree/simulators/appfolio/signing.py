"""How AppFolio signs a webhook: detached JWS, PS256, by a key of its published set (contract 11)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from rooftree.simulators.wire import Record

HEADER = "x-jws-signature"


@lru_cache(maxsize=8)
def _key(number: int) -> rsa.RSAPrivateKey:
    """Key `number` of this process; made once, as making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Signing:
    """The keys that are published now; the last one signs."""

    def __init__(self) -> None:
        self._numbers = [1]

    def rotate(self, *, keep_old: bool = True) -> None:
        """Sign with a new key from now on; the old one stays published for a while, or is gone at once."""
        fresh = self._numbers[-1] + 1
        self._numbers = [*self._numbers, fresh] if keep_old else [fresh]

    def published(self) -> Record:
        """The JSON Web Key Set."""
        return {"keys": [_jwk(number) for number in self._numbers]}

    def sign(self, event: Record, secret: str, sent_at: datetime) -> tuple[Mapping[str, str], bytes]:
        """Headers and body; `secret` is the client id that the subscriber's events carry, as there is no secret."""
        sent = sent_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = json.dumps({**event, "client_id": secret, "message_sent_at": sent}).encode()
        return {"content-type": "application/json", HEADER: self.signature(body)}, body

    def signature(self, body: bytes) -> str:
        """`header..signature` over `header.payload`, the payload in base64url."""
        number = self._numbers[-1]
        head = _text(json.dumps({"alg": "PS256", "kid": _kid(number)}).encode())
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        signed = _key(number).sign(f"{head}.{_text(body)}".encode(), pss, hashes.SHA256())
        return f"{head}..{_text(signed)}"


def _kid(number: int) -> str:
    return f"simulated-key-{number}"


def _jwk(number: int) -> Record:
    public = _key(number).public_key().public_numbers()
    whole = {"n": public.n, "e": public.e}
    parts = {name: _text(value.to_bytes((value.bit_length() + 7) // 8)) for name, value in whole.items()}
    return {"kty": "RSA", "alg": "PS256", "use": "sig", "kid": _kid(number), **parts}


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
