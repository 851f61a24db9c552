"""From shadow to live, property by property and act by act, once it is shown that times, texts and pages are right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection

from rooftree.acts import live_tests
from rooftree.errors import InvalidInput, Refused
from rooftree.operations.connections import OneConnection, shown
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import connections, going_live, records, zones
from rooftree.store.connections import PmsConnection
from rooftree.store.going_live import ALL, TestKind

Action = Literal["all", "work_orders", "residents", "vendors"]


class GoLiveInput(Input):
    """What may be done from now on, and where."""

    id: str = Field(description="The connection's id.")
    property_id: str = Field(default="all", description="The property's id in the PMS, or `all`.")
    action: Action = Field(default="all", description="work_orders, residents (texts to them), vendors, or all.")


class TestTextInput(Input):
    """Where a test text goes."""

    id: str = Field(description="The connection's id.")
    to: str = Field(description="A telephone of yours, e.g. +12125550123.")


@operation("connections.readiness", "read", examples=("rooftree connections readiness con_...",))
def readiness(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """What is still missing before this connection may go live, and what it is live for already."""
    with caller.services.database.read() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
        granted = going_live.scopes(conn, found.id)
        unsure = _unconfirmed(conn, found)
    return {
        "mode": found.mode,
        "missing": _missing(caller, found, unsure),
        "zones_unconfirmed": unsure,
        "test_text_delivered_at": _passed_at(caller, found, "text"),
        "test_page_taken_at": _passed_at(caller, found, "page"),
        "live_for": [{"property_id": one.property_id, "action": one.action, "since": one.live_at} for one in granted],
    }


@operation("connections.test_text", "act", examples=("rooftree connections test-text con_... +12125550123",))
def test_text(caller: Caller, given: TestTextInput) -> dict[str, Any]:
    """Send a test text to a telephone of yours; it passes when the carrier reports it delivered."""
    with caller.services.database.read() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
    test, sent = live_tests.send_test_text(caller.services, found, given.to)
    return {"id": test.id, "state": sent.state, "delivered": live_tests.has_passed(caller.services, test)}


@operation("connections.test_page", "act", examples=("rooftree connections test-page con_...",))
def test_page(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """Page the people on call; it passes when one of them takes it, by link or by texting OK and the code."""
    with caller.services.database.read() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
    test, sent = live_tests.send_test_page(caller.services, found)
    return {"id": test.id, "code": test.code, "sent": [each.state for each in sent]}


@operation("connections.go_live", "write", examples=("rooftree connections go-live con_... --property-id 12",))
def go_live(caller: Caller, given: GoLiveInput) -> dict[str, Any]:
    """Let Rooftree act by itself: for one property or all, for one kind of act or all.

    Refused until the time zone of each such property is confirmed, a test text was delivered and a test page taken.
    Cases older than this are left to people until somebody hands them over.
    """
    with caller.services.database.read() as conn:
        found = connections.get(conn, given.id, caller.organization_id)
        unsure = _unconfirmed(conn, found, given.property_id)
    if missing := _missing(caller, found, unsure):
        raise Refused("Not yet: " + " ".join(missing), approver="an administrator")
    now = caller.services.clock.now()
    where, what = (ALL if each == "all" else each for each in (given.property_id, given.action))
    with caller.services.database.write() as conn:
        going_live.grant(conn, found.id, where, what, by=caller.name, now=now)
        if found.mode != "live":
            connections.set_mode(conn, found.id, "live", now)
        return {**shown(caller, conn, connections.get(conn, found.id)), "live_for": _granted(conn, found)}


@operation("connections.shadow", "write", examples=("rooftree connections shadow con_...",))
def shadow(caller: Caller, given: OneConnection) -> dict[str, Any]:
    """Back to shadow: read and propose, write and send nothing but safety replies and pages."""
    with caller.services.database.write() as conn:
        connections.get(conn, given.id, caller.organization_id)
        going_live.withdraw(conn, given.id)
        connections.set_mode(conn, given.id, "shadow", caller.services.clock.now())
        return shown(caller, conn, connections.get(conn, given.id))


def _granted(conn: Connection, found: PmsConnection) -> list[str]:
    return [f"{one.property_id} {one.action}" for one in going_live.scopes(conn, found.id)]


def _unconfirmed(conn: Connection, found: PmsConnection, property_id: str = "all") -> list[str]:
    """Properties whose zone no person has confirmed; raises InvalidInput for a property the mirror does not know."""
    waiting = [id for id, _zone, _unsure in zones.unconfirmed(conn, found.id)]
    if property_id == "all":
        return waiting
    if not records.exists(conn, found.id, "property", property_id):
        raise InvalidInput(f"There is no property {property_id} as last read; sync, or correct it.", path="property_id")
    return [id for id in waiting if id == property_id]


def _missing(caller: Caller, found: PmsConnection, unsure: Sequence[str]) -> list[str]:
    """What must be done first, each with its command."""
    told = []
    if unsure:
        some = ", ".join(unsure[:5]) + (" ..." if len(unsure) > 5 else "")
        what = f"The time zone of {len(unsure)} properties ({some}) is not confirmed"
        told.append(
            f"{what}: `rooftree connections confirm-zone {found.id} all`, or one by one where the guess is unsure."
        )
    if _passed_at(caller, found, "text") is None:
        told.append(f"No test text was delivered: `rooftree connections test-text {found.id} +1...`.")
    if _passed_at(caller, found, "page") is None:
        told.append(f"Nobody has taken a test page: `rooftree connections test-page {found.id}`.")
    return told


def _passed_at(caller: Caller, found: PmsConnection, kind: TestKind) -> Any:
    """When a test of this kind was last passed; None when none was."""
    with caller.services.database.read() as conn:
        sent = going_live.tests(conn, found.id, kind)
    passed = [test for test in sent if live_tests.has_passed(caller.services, test)]
    return (passed[0].passed_at or passed[0].made_at) if passed else None
