"""How the link to a PMS is secured: what can be told from its address and its connector, without any key."""

from __future__ import annotations

from rooftree.connectors.base import Connector, Request
from rooftree.errors import RooftreeError

_NOBODY = "x"


def signing(connector: Connector) -> str:
    """How calls are signed, in a few words for people."""
    if connector.local is not None:
        return "none: it runs inside Rooftree"
    added = ", ".join(_headers(connector))
    if connector.session is not None:
        minutes = round(connector.session.idle / 60)
        return f"the key is exchanged for a token ({minutes} minutes unused at most), sent as {added}"
    if connector.decode is not None:
        return "in the body of each SOAP call" + (f", and {added} at the gate" if added else "")
    return added or "in the address"


def webhooks(connector: Connector) -> str:
    """How a webhook of this PMS is told from a forged one."""
    if connector.local is not None:
        return "none needed: it runs inside Rooftree"
    if connector.webhooks is None:
        return f"none: {connector.manifest.title} is asked instead"
    if not connector.manifest.webhooks_signed:
        return "unsigned: an unguessable address and a list of who may speak; each is only a hint to read anew"
    keys = " by keys it publishes" if connector.published_keys else ""
    return f"signed over their bytes{keys}; each is only a hint to read anew"


def _headers(connector: Connector) -> list[str]:
    """The headers that signing adds, without their values; HTTP Basic and bearer tokens by these names."""
    names = {credential.name for credential in connector.manifest.credentials if credential.default is None}
    try:
        signed = connector.sign(Request(method="GET", path="/"), {**dict.fromkeys(names, _NOBODY), "session": _NOBODY})
    except (RooftreeError, KeyError):
        return []
    return [_called(name, value) for name, value in signed.headers.items()]


def _called(name: str, value: str) -> str:
    kind = value.partition(" ")[0]
    return {"Basic": "HTTP Basic", "Bearer": "a bearer token"}.get(kind, f"header {name.lower()}")
