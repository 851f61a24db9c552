"""The mapping pack of a connection: shown, tried on records as they are now, put in force, taken away."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from pydantic.config import JsonDict

from rooftree.connectors import packs, registry
from rooftree.errors import ConnectorError
from rooftree.operations.connections import OneConnection
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.sync import rehearsal, remap

_YAML: JsonDict = {"contentMediaType": "application/yaml"}
Text = Annotated[str, StringConstraints(strip_whitespace=False, max_length=200_000)]


class PackInput(Input):
    """A connection and a mapping pack for it."""

    id: str = Field(description="The connection's id.")
    pack: Text = Field(description="The pack as YAML text; on the command line its file (`-`: standard input).",
                       json_schema_extra=_YAML)  # fmt: skip


class CheckInput(PackInput):
    """A pack to be tried, and on how many records."""

    count: int = Field(default=20, ge=1, le=200, description="How many records of each kind to read.")
    record: str | None = Field(default=None, description="Only this kind of record, as in `unit`.")


@operation("connections.mapping.show", "read", examples=("rooftree connections mapping show con_...",))
def show(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """The mapping pack in force: its version, what of the mirror still waits for it, what writes must say, its text."""
    with caller.services.database.read() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
        told = remap.state(conn, found)
    connector = registry.load(found.pms)
    text = found.options.get(packs.OPTION, "")
    wanted = {} if "problem" in told else rehearsal.writes(packs.load(connector, text))
    return {**told, **wanted, "shipped": sorted(packs.shipped(found.pms)), "text": text}


@operation("connections.mapping.check", "read", examples=("rooftree connections mapping check con_... pack.yaml",))
def check(caller: Caller, given: CheckInput) -> dict[str, Any]:
    """Try a mapping pack on records as the property system holds them now: before, after, and what would not be read.

    Nothing is kept and nothing written. A wrong pack is refused with the line and the reason.
    """
    found = _of(caller, given.id)
    packs.load(registry.load(found.pms), given.pack)
    return rehearsal.rehearse(caller.services.lines.source(found.id), given.pack, count=given.count, only=given.record)


@operation("connections.mapping.set", "write", examples=("rooftree connections mapping set con_... pack.yaml",))
def set_pack(caller: Caller, given: PackInput) -> dict[str, Any]:
    """Put a mapping pack in force; what is mirrored is mapped anew by it at the next reading, from what is kept."""
    found = _of(caller, given.id)
    packs.load(registry.load(found.pms), given.pack)
    unchecked = ""
    try:
        rehearsal.check_names(rehearsal.under(caller.services.lines.source(found.id), given.pack))
    except ConnectorError as error:
        unchecked = f"The names of their fields could not be checked, the property system did not answer: {error}"
    return {**_kept(caller, found.id, given.pack), **({"unchecked": unchecked} if unchecked else {})}


@operation("connections.mapping.unset", "write", examples=("rooftree connections mapping unset con_...",))
def unset(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """Take the mapping pack away; what is mirrored is mapped anew without it at the next reading."""
    return _kept(caller, _of(caller, given.id).id, "")


def _of(caller: Caller, id: str) -> PmsConnection:
    with caller.services.database.read() as conn:
        return connections.get(conn, id, caller.organization_id)


def _kept(caller: Caller, id: str, text: str) -> dict[str, Any]:
    with caller.services.database.write() as conn:
        connections.set_option(conn, id, packs.OPTION, text or None)
        return remap.state(conn, connections.get(conn, id))
