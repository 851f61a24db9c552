"""Connections: how they fare, whether they may write, when they go live."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SecretStr

from rooftree.connectors import levels, packs, probe, registry
from rooftree.connectors.base import Connector
from rooftree.connectors.environment import environment
from rooftree.errors import InvalidInput
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import connections, cursors, evidence, records, zones
from rooftree.store.connections import PmsConnection
from rooftree.sync import freshness, owners, remap


class Nothing(Input):
    """No input."""


class OneConnection(Input):
    """One connection."""

    id: str = Field(description="The connection's id.")


class ZoneInput(Input):
    """A property and the zone a person confirms for it."""

    id: str = Field(description="The connection's id.")
    property_id: str = Field(description="The property's id in the PMS; `all` for every property with a guess.")
    zone: str | None = Field(default=None, description="An IANA name such as America/Chicago; empty keeps the guess.")


class SettingInput(Input):
    """One setting of a connection."""

    id: str = Field(description="The connection's id.")
    name: str = Field(description="A setting of this property system; a wrong name is answered with all there are.")
    value: str = Field(description="What to set it to; an empty value takes the setting away.")


class NotifierInput(Input):
    """A connection and who tells its vendors of their jobs."""

    id: str = Field(description="The connection's id.")
    who: connections.Notifier = Field(description="`pms` or `rooftree`.")


class WebhookInput(Input):
    """Where one connection's webhooks go."""

    id: str = Field(description="The connection's id.")
    secret: SecretStr | None = Field(
        default=None, description="What genuine webhooks are told by; `-` on the command line asks for it unseen."
    )


@operation("connections.list", "read", examples=("rooftree connections list --json",))
def list_connections(caller: Caller, given: Nothing) -> dict[str, Any]:
    """Every connection: state, mode, level, counts, and how fresh each kind of record is."""
    with caller.services.database.read() as conn:
        found = connections.listed(conn, caller.organization_id)
        return {"items": [shown(caller, conn, each) for each in found]}


@operation("connections.get", "read", examples=("rooftree connections get con_...",))
def get_connection(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """One connection: state, mode, level, counts, and how fresh each kind of record is."""
    with caller.services.database.read() as conn:
        return shown(caller, conn, connections.get(conn, given.id, caller.organization_id))


@operation("connections.stop_writes", "write", examples=("rooftree connections stop-writes con_...",))
def stop_writes(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """The kill switch: nothing is written to this property system until writes are allowed again."""
    return _set_writes(caller, given.id, False)


@operation("connections.allow_writes", "write", examples=("rooftree connections allow-writes con_...",))
def allow_writes(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """Turn the kill switch back: writes to this property system are allowed again."""
    return _set_writes(caller, given.id, True)


@operation("connections.set", "write", examples=("rooftree connections set con_... closing_vendor_id 7000001",))
def set_setting(caller: Caller, given: SettingInput) -> dict[str, Any]:
    """Set what a connection needs beside its key, or turn on a write that is off until then (experimental_writes)."""
    with caller.services.database.write() as conn:
        connector = registry.load(connections.get(conn, given.id, caller.organization_id).pms)
        _check_setting(connector, given.name, given.value)
        connections.set_option(conn, given.id, given.name, given.value or None)
        told = shown(caller, conn, connections.get(conn, given.id))
    caller.services.lines.forget(given.id)
    return told


def _check_setting(connector: Connector, name: str, value: str) -> None:
    """Raises InvalidInput for a setting, or an experimental write, that this property system does not know."""
    tried = levels.experimental(connector)
    known = {**connector.manifest.settings, **({levels.EXPERIMENTAL: ", ".join(tried)} if tried else {})}
    known[freshness.OPTION] = "seconds that records may be old, as in work_order=60 vendor=3600"
    known[packs.OPTION] = "a mapping pack in YAML (docs/mapping.md)"
    known[owners.OPTION] = "whose value stands per field, as in work_order.priority=rooftree"
    if name not in known:
        told = "; ".join(f"{each}: {what}" for each, what in known.items()) or "none"
        raise InvalidInput(f"{connector.manifest.title} has no setting {name}. It has {told}.", path="name")
    if name == packs.OPTION:
        packs.load(connector, value)
    if name == freshness.OPTION:
        freshness.targets(value)
    if name == owners.OPTION:
        owners.read(value)
    strange = {word.strip() for word in value.split(",")} - {*tried, ""}
    if name == levels.EXPERIMENTAL and strange:
        raise InvalidInput(
            f"No experimental write is called {', '.join(sorted(strange))}: {known[name]}.", path="value"
        )


@operation("connections.vendors_told_by", "write", examples=("rooftree connections vendors-told-by con_... pms",))
def vendors_told_by(caller: Caller, given: NotifierInput) -> dict[str, Any]:
    """Who tells vendors of their jobs, the property system or Rooftree; never both."""
    with caller.services.database.write() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
        check_notifier(registry.load(found.pms), given.who)
        connections.set_notifier(conn, given.id, given.who)
        return shown(caller, conn, connections.get(conn, given.id))


def check_notifier(connector: Connector, who: connections.Notifier) -> None:
    """Raises InvalidInput where the PMS is to tell vendors and cannot: nobody would."""
    if who == "pms" and not connector.manifest.vendor_notice:
        title = connector.manifest.title
        raise InvalidInput(f"{title} tells no vendor of a job, as far as we know; leave it to Rooftree.", path="who")


@operation("connections.webhook", "write", examples=("rooftree connections webhook con_... --secret -",))
def webhook(caller: Caller, given: WebhookInput) -> dict[str, Any]:
    """The address to set up in the property system, and what its webhooks are told by.

    Keep the address to yourself. A new secret is good at once; the one before it stays good until the next.
    """
    services = caller.services
    with services.database.write() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
        connector = registry.load(found.pms)
        if connector.webhooks is None:
            raise InvalidInput(f"{connector.manifest.title} sends no webhooks: Rooftree asks it instead.", path="id")
        if given.secret is not None:
            _keep_secret(caller, conn, found.id, given.secret.get_secret_value())
        kept = len(connections.webhook_secrets(conn, services.keys, found.id))
    return {
        "address": f"{services.settings.public_url.rstrip('/')}/webhooks/pms/{found.webhook_path}",
        "where": connector.manifest.webhook_help,
        "signed": connector.manifest.webhooks_signed,
        "secrets": kept,
    }


def _keep_secret(caller: Caller, conn: Any, id_: str, secret: str) -> None:
    """Raises InvalidInput for an empty one, by which anybody could sign."""
    if not secret.strip():
        raise InvalidInput("The secret is empty.", path="secret")
    services = caller.services
    connections.add_webhook_secret(conn, services.keys, id_, secret, services.clock.now())


@operation("connections.confirm_zone", "write", examples=("rooftree connections confirm-zone con_... all",))
def confirm_zone(caller: Caller, given: ZoneInput) -> dict[str, Any]:
    """Confirm the time zone of a property (or of all that have a sure guess), so that times are right."""
    now = caller.services.clock.now()
    with caller.services.database.write() as conn:
        connections.get(conn, given.id, caller.organization_id)
        guesses = {property_id: zone for property_id, zone, unsure in zones.unconfirmed(conn, given.id) if not unsure}
        chosen = (
            guesses
            if given.property_id == "all"
            else {given.property_id: given.zone or guesses.get(given.property_id, "")}
        )
        for property_id, zone in chosen.items():
            zones.confirm(conn, given.id, property_id, zone, by=caller.name, now=now)
        return {"confirmed": len(chosen), "left": len(zones.unconfirmed(conn, given.id))}


def _set_writes(caller: Caller, id_: str, enabled: bool) -> dict[str, Any]:
    with caller.services.database.write() as conn:
        connections.get(conn, id_, caller.organization_id)
        connections.set_writes(conn, id_, enabled)
        return shown(caller, conn, connections.get(conn, id_))


def shown(caller: Caller, conn: Any, found: PmsConnection) -> dict[str, Any]:
    """A connection as every surface shows it."""
    fresh = {cursor.record: cursor.fresh_at for cursor in cursors.listed(conn, found.id)}
    connector, seen = registry.load(found.pms), probe.of_rows(evidence.listed(conn, found.id))
    return {
        "id": found.id,
        "name": found.name,
        "pms": found.pms,
        "level": levels.level(connector, seen),
        "proven_level": levels.level(connector, seen, proven=True),
        "environment": environment(connector, found.base_url),
        "mode": found.mode,
        "state": found.state,
        "state_why": found.state_why,
        "writes_enabled": found.writes_enabled,
        "vendors_told_by": found.who_notifies_vendors,
        "settings": _options(found, learned=False),
        "learned": _options(found, learned=True),
        "mapping": remap.state(conn, found),
        "counts": records.counts(conn, found.id),
        "fresh_at": fresh,
        "zones_unconfirmed": len(zones.unconfirmed(conn, found.id)),
    }


def _options(found: PmsConnection, *, learned: bool) -> dict[str, str]:
    """What people set, or what was learned of the account when it was connected."""
    return {name: text for name, text in found.options.items() if name.startswith(connections.LEARNED) is learned}
