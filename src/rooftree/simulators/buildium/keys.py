"""API keys: a pair of client id and secret, each with what it may see and change."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from rooftree.simulators.buildium.errors import Refusal
from rooftree.simulators.wire import Request

ID_HEADER, SECRET_HEADER = "x-buildium-client-id", "x-buildium-client-secret"


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `permissions` maps an entity to View or View+Edit, None permits everything."""

    client_id: str
    secret: str
    read_only: bool = False
    permissions: Mapping[str, str] | None = None

    @property
    def credentials(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.secret}

    def permits(self, entity: str, *, edit: bool) -> bool:
        if edit and self.read_only:
            return False
        granted = "View+Edit" if self.permissions is None else self.permissions.get(entity, "")
        return "Edit" in granted if edit else "View" in granted


class KeyRing:
    """The keys of an account."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}

    def issue(self, *, read_only: bool = False, permissions: Mapping[str, str] | None = None) -> Key:
        """A new key, made up."""
        number = len(self._keys) + 1
        key = Key(f"simulated-client-{number}", f"simulated-secret-{number}", read_only, permissions)
        self._keys[key.client_id] = key
        return key

    def revoke(self, key: Key) -> None:
        del self._keys[key.client_id]

    def authorize(self, request: Request, needs: tuple[str, ...]) -> None:
        """Raises Refusal 401 for a key it does not know, 403 for one that may not do this."""
        key = self._keys.get(request.headers.get(ID_HEADER, ""))
        if key is None or not hmac.compare_digest(key.secret.encode(), request.headers.get(SECRET_HEADER, "").encode()):
            raise Refusal(401, "The API key couldn't be authorized.")
        # POST .../downloadrequest only fetches a link: View is enough.
        edit = request.writes and not request.path.endswith("/downloadrequest")
        if not all(key.permits(entity, edit=edit) for entity in needs):
            raise Refusal(403, "The supplied credentials don't have permissions to access the resource.")
