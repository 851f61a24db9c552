"""The report on one connection: its levels with the evidence of each line, and what is missing to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from rooftree.acts.services import Services
from rooftree.connectors import levels, link, probe, registry
from rooftree.connectors.base import VERBS, Connector, Gap, Resource, Write
from rooftree.connectors.environment import environment
from rooftree.connectors.probe import Evidence
from rooftree.store import connections, evidence, records
from rooftree.store.connections import PmsConnection
from rooftree.sync import schedule

_NEEDED: Mapping[int, Sequence[str]] = {1: ("list",), 2: ("create",), 3: ("list", "create", "update", "close")}
"""The verbs of a level; Level 4 is a PMS that lives inside Rooftree."""
_TRY = {
    "work_order": "Not tried yet: `rooftree assess {id} --write-test UNIT` tries it for real.",
    "guest_card": "Not tried yet: `rooftree assess {id} --write-test UNIT --with-guest-card` tries it for real.",
}
_UNTRIED = "Not tried yet: the first real write shows it."
_STATES = {"shown": "proven", "allowed": "allowed", "refused": "failed"}


def assessed(services: Services, found: PmsConnection) -> dict[str, Any]:
    """Probe a connection with real reads, keep what they showed, and report; nothing is written to the PMS."""
    connector, now = registry.load(found.pms), services.clock.now()
    seen = probe.probe(connector, services.lines.line(found.id), services.clock)
    services.lines.count_calls()
    with services.database.write() as conn:
        evidence.keep(conn, found.id, probe.to_rows(seen), now)
    with services.database.read() as conn:
        return report(conn, services, connections.get(conn, found.id), connector, now)


def report(
    conn: Connection, services: Services, found: PmsConnection, connector: Connector, now: datetime
) -> dict[str, Any]:
    """What is known of a connection, from what was kept; it makes no call."""
    kept = evidence.listed(conn, found.id)
    shown = probe.of_rows(kept)
    level, sure = levels.level(connector, shown), levels.level(connector, shown, proven=True)
    rows = [_resource(row, connector, shown, kept, found) for row in connector.resources]
    endpoints = evidence.endpoints(conn, found.id)
    return {
        "connection": found.id,
        "name": found.name,
        "pms": found.pms,
        "title": connector.manifest.title,
        "at": now,
        "level": level,
        "proven_level": sure,
        "environment": environment(connector, found.base_url),
        "resources": rows,
        "missing": next((_missing(row["verbs"], sure + 1) for row in rows if row["record"] == "work_order"), []),
        "evidence": [{**row, "proof": each.proof} for row, each in zip(kept, shown, strict=True)],
        "freshness": [asdict(each) for each in schedule.standing(conn, found, connector, now)],
        "endpoints": endpoints,
        "link": _link(conn, services, found, connector, endpoints, now),
        "data": {"records": records.counts(conn, found.id), "never_kept": list(connector.manifest.never_keep)},
    }


def _resource(
    row: Resource[Any],
    connector: Connector,
    shown: Sequence[Evidence],
    kept: Sequence[Mapping[str, Any]],
    found: PmsConnection,
) -> dict[str, Any]:
    native = connector.manifest.native
    verbs = {verb: _verb(row, verb, kept, found) for verb in VERBS}
    sure = levels.resource_level(row, shown, native=native, proven=True)
    return {
        "record": row.name,
        "level": levels.resource_level(row, shown, native=native),
        "proven_level": sure,
        "verbs": verbs,
        "missing": _missing(verbs, sure + 1),
    }


def _missing(verbs: Mapping[str, Mapping[str, Any]], level: int) -> list[dict[str, Any]]:
    """The verbs that stand between here and a level, each with how it stands and what one gets instead."""
    needed = dict.fromkeys(verb for each in range(1, level + 1) for verb in _NEEDED.get(each, ()))
    short = [verb for verb in needed if verbs[verb]["state"] != "proven"] if level in _NEEDED else []
    return [{"verb": verb, **{name: verbs[verb][name] for name in ("state", "why", "instead")}} for verb in short]


def _verb(row: Resource[Any], verb: str, kept: Sequence[Mapping[str, Any]], found: PmsConnection) -> dict[str, Any]:
    """How one verb stands: proven, failed, untried, off until turned on, or a gap of its kind; with the evidence."""
    entry = row.verb(verb)
    if isinstance(entry, Gap):
        return {"state": entry.kind, "why": entry.reason, "instead": entry.instead}
    last = next((each for each in kept if each["record"] == row.name and each["verb"] == verb), None)
    if last is not None and last["ok"] is not None:
        facts = {name: last[name] for name in ("status", "seconds", "lag", "count", "why", "at")}
        proof = probe.proof_of(verb, last["ok"], last["why"])
        if proof == "allowed":
            facts["why"] = f"{last['why']}. {_how_to_try(row, found)}"
        return {"state": _STATES[proof], "instead": "", **facts}
    if isinstance(entry, Write) and not levels.is_on(entry, f"{row.name}.{verb}", found.options):
        name = f"{row.name}.{verb}"
        how = (
            f"Off until an administrator turns it on: `rooftree connections set {found.id} experimental_writes {name}`."
        )
        return {"state": "off", "why": how, "instead": ""}
    said = last["why"] if last and last["why"] not in ("declared", probe.UNPROVEN) else _how_to_try(row, found)
    return {"state": "untried", "why": said, "instead": ""}


def _how_to_try(row: Resource[Any], found: PmsConnection) -> str:
    return _TRY.get(row.name, _UNTRIED).format(id=found.id)


def _link(
    conn: Connection,
    services: Services,
    found: PmsConnection,
    connector: Connector,
    endpoints: Sequence[Mapping[str, Any]],
    now: datetime,
) -> dict[str, Any]:
    """How the link is secured. The version of TLS is that of the last answers, where a network was used."""
    scheme = urlsplit(found.base_url).scheme
    inside = connector.local is not None
    secrets = len(connections.webhook_secrets(conn, services.keys, found.id))
    return {
        "encryption": "inside this program: no network" if inside else _encryption(scheme, endpoints),
        "signing": link.signing(connector),
        "key_days": None if inside else (now - found.credentials_at).days,
        "webhooks": link.webhooks(connector),
        "webhook_secrets": secrets,
        "webhook_secret_days": (now - found.webhook_secrets_at).days if found.webhook_secrets_at else None,
    }


def _encryption(scheme: str, endpoints: Sequence[Mapping[str, Any]]) -> str:
    versions = ", ".join(sorted({each["tls"] for each in endpoints if each["tls"]}))
    if scheme == "https":
        return f"TLS, certificate checked ({versions or 'version not measured'})"
    return "none: only a simulator on this machine may be called so"
