"""Sealing of secrets and personal fields: AES-256-GCM under a key per record, wrapped by a root key.

The root key lives in a file outside the database. Each subject (a record, a connection, a conversation) has
a data key of its own, stored wrapped; destroying that key makes everything sealed under it unreadable at once.
A sealed value names the subject of its key, and is bound to the place it stands in (`where`: table, column,
row), so that one moved to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rooftree.errors import ConfigurationError, RooftreeError

_VERSION = b"\x01"
_NONCE = 12


class CannotUnseal(RooftreeError):
    """The value does not open: wrong key, key destroyed, or moved from the place it was sealed for."""


class RootKey:
    """The key that wraps all others; 32 random bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ConfigurationError("The root key must be 32 bytes.")
        self._aead = AESGCM(key)
        self._index_key = hmac.new(key, b"rooftree blind index", hashlib.sha256).digest()

    @classmethod
    def from_file(cls, path: Path) -> RootKey:
        """The key kept in `path` (hex); made there, readable by the owner only, when the file is absent."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_new(path, os.urandom(32).hex())
        try:
            return cls(bytes.fromhex(path.read_text().strip()))
        except ValueError:
            raise ConfigurationError(f"{path} does not hold a root key (64 hex digits).") from None

    def new_data_key(self, subject: str) -> tuple[bytes, DataKey]:
        """A fresh data key for `subject`: wrapped for storing, and usable."""
        key = os.urandom(32)
        return _encrypt(self._aead, key, subject), DataKey(key)

    def open_data_key(self, wrapped: bytes, subject: str) -> DataKey:
        """The usable data key; raises CannotUnseal when it is not this subject's."""
        return DataKey(_decrypt(self._aead, wrapped, subject))

    def blind_index(self, purpose: str, value: str) -> str:
        """A keyed hash by which a sealed value can be looked up (a phone number, an e-mail address)."""
        return hmac.new(self._index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


class DataKey:
    """Seals and opens the values of one subject."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, plain: bytes, where: str) -> bytes:
        return _encrypt(self._aead, plain, where)

    def unseal(self, sealed: bytes, where: str) -> bytes:
        """The plain value; raises CannotUnseal."""
        return _decrypt(self._aead, sealed, where)


def _encrypt(aead: AESGCM, plain: bytes, where: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + aead.encrypt(nonce, plain, where.encode())


def _decrypt(aead: AESGCM, sealed: bytes, where: str) -> bytes:
    if sealed[:1] != _VERSION:
        raise CannotUnseal("A sealed value of an unknown version.")
    try:
        return aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], where.encode())
    except InvalidTag:
        raise CannotUnseal("A sealed value does not open here.") from None


def _write_new(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
