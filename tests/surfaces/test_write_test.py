"""A write test on a unit an operator names: what it writes, what it proves, what it refuses and what it leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.surfaces.office import Office

from rooftree.acts import direct, write_test
from rooftree.connectors.base import Request
from rooftree.connectors.traffic import endpoint
from rooftree.errors import InvalidInput, Refused
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import WorkOrderStatus
from rooftree.store import connections, evidence
from rooftree.sync import pull


def tried(office: Office, unit: str, *, occupied: bool = False) -> dict[str, Any]:
    services = office.services
    return write_test.run(services, office.connection, unit, actor="test", guest_card=False, occupied=occupied)


def empty(office: Office) -> Unit:
    return office.some(Unit, lambda unit: unit.is_vacant is True)


def test_the_order_is_made_changed_and_closed_and_each_verb_is_proven(office: Office) -> None:
    done = tried(office, empty(office).id)
    assert [(step["verb"], step["ok"]) for step in done["steps"]] == [
        ("create", True),
        ("update", True),
        ("close", True),
    ]
    assert done["left"] == []
    create = done["steps"][0]
    unequal = [name for step in done["steps"] for name, pair in step["fields"].items() if not pair["equal"]]
    assert unequal == ["entry_permission"]  # Buildium's flag is off for "no" and for "not asked"
    assert "fewer words for: entry_permission" in create["why"]
    pull.incremental(office.services.lines.source(office.connection.id), ["work_order"])
    (made,) = [order for order in office.all(WorkOrder) if "Rooftree test" in order.title]
    assert made.status is WorkOrderStatus.COMPLETED
    assert (made.unit_id, made.resident_id, made.vendor_id) == (empty(office).id, None, None)
    with office.services.database.read() as conn:
        kept = {row["verb"]: row for row in evidence.listed(conn, office.connection.id)}
        used = {row["endpoint"]: row for row in evidence.endpoints(conn, office.connection.id)}
    assert {verb: (row["ok"], row["status"]) for verb, row in kept.items()} == {
        "create": (True, 201),
        "update": (True, 200),
        "close": (True, 200),
    }
    assert kept["create"]["lag"] is not None
    assert used["POST /v1/tasks/todorequests"]["calls"] >= 1
    assert not any(character.isdigit() for name in used for character in name.replace("/v1/", "/"))


def test_a_test_that_was_not_tried_takes_no_evidence_away(office: Office) -> None:
    tried(office, empty(office).id)
    row = {"record": "work_order", "verb": "create", "ok": None, "status": None, "seconds": 0.0}
    row |= {"lag": None, "count": None, "why": "declared"}
    with office.services.database.write() as conn:
        evidence.keep(conn, office.connection.id, [row], office.clock.now())
        kept = {row["verb"]: row["ok"] for row in evidence.listed(conn, office.connection.id)}
    assert kept["create"] is True


def test_a_unit_where_people_live_is_refused_unless_it_is_meant(office: Office) -> None:
    lived_in = office.some(Unit, lambda unit: unit.is_vacant is False)
    with pytest.raises(Refused, match="People live in unit"):
        tried(office, lived_in.id)
    assert all(step["ok"] for step in tried(office, lived_in.id, occupied=True)["steps"])


def test_an_unknown_unit_and_switched_off_writes_are_refused_before_anything_is_sent(office: Office) -> None:
    with pytest.raises(InvalidInput, match="no unit 4711"):
        tried(office, "4711")
    unit = empty(office).id
    with pytest.raises(InvalidInput, match="No guest card can be made here: Buildium has no guest card"):
        write_test.run(office.services, office.connection, unit, actor="test", guest_card=True, occupied=False)
    assert not [call for call in office.pms.calls if call.method == "POST"]
    with office.services.database.write() as conn:
        connections.set_writes(conn, office.connection.id, False)
        off = replace(office.connection, writes_enabled=False)
    with pytest.raises(Refused, match="allow-writes"):
        write_test.run(office.services, off, empty(office).id, actor="test", guest_card=False, occupied=False)


def test_what_the_pms_does_not_let_us_close_is_left_with_its_id(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Somebody switches writes off between the first write and the last."""
    write = direct.write
    calls: list[str] = []

    def until_close(*given: Any, verb: str, **facts: Any) -> Any:
        calls.append(verb)
        if verb == "close":
            with office.services.database.write() as conn:
                connections.set_writes(conn, office.connection.id, False)
        return write(*given, verb=verb, **facts)

    monkeypatch.setattr(direct, "write", until_close)
    done = tried(office, empty(office).id)
    assert calls == ["create", "update", "close"]
    assert [step["ok"] for step in done["steps"]] == [True, True, None]
    (left,) = done["left"]
    pull.incremental(office.services.lines.source(office.connection.id), ["work_order"])
    assert left["external_id"] in {order.id for order in office.all(WorkOrder) if "Rooftree test" in order.title}


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (Request(method="GET", path="/v1/tasks/4711/history", params=[("q", "Ann")]), "GET /v1/tasks/{id}/history"),
        (Request(method="GET", path="/api/v0/units/0b1c-22"), "GET /api/v0/units/{id}"),
        (Request(method="POST", path="/leases", json={"method": {"name": "getLeases"}}), "POST /leases getLeases"),
        (Request(method="PUT", path="https://files.test/s3/key-1"), "PUT (a file's own address)"),
        (Request(method="GET", path="/people/ann@example.com"), "GET /people/{id}"),
    ],
)
def test_an_endpoint_is_named_without_anything_of_a_record(request_: Request, name: str) -> None:
    assert endpoint(request_) == name
