"""Erasing a resident: nothing about them can be read in our database again, what was written and sent included."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.surfaces.office import Office

from rooftree.model.leasing import Resident
from rooftree.privacy.erase import Erased, erase_resident
from rooftree.sealed import CannotUnseal
from rooftree.simulators.faults import Fault
from rooftree.store.tables.effects import effect, push
from rooftree.sync import push as pushing
from rooftree.sync import pushes

LEAK = "Made-up leak below the sink of a made-up person"


def erased(office: Office, person: Resident) -> Erased:
    services = office.services
    with services.database.write() as conn:
        return erase_resident(
            conn, services.keys, office.connection.organization_id, office.connection.id, person.id, office.clock.now()
        )


def op_keys(office: Office) -> list[str]:
    with office.services.database.read() as conn:
        return [*conn.scalars(select(push.c.op_key)), *conn.scalars(select(effect.c.push_key))]


def test_what_was_written_and_texted_about_them_opens_no_more(office: Office) -> None:
    services, person = office.services, office.resident()
    office.texted(LEAK)
    keys = op_keys(office)
    assert keys
    told = erased(office, person)
    assert told.writes >= 2  # the work order and at least one text
    for key in filter(None, keys):
        with pytest.raises(CannotUnseal):
            pushes.find(services.database, services.keys, key)


def test_others_keep_theirs(office: Office) -> None:
    person = office.resident()
    office.texted(LEAK)
    other = office.some(
        Resident, lambda each: each.name != person.name and each.unit_id != person.unit_id and bool(each.phones)
    )
    erased(office, other)
    for key in filter(None, op_keys(office)):
        assert pushes.find(office.services.database, office.services.keys, key)


def test_a_write_under_way_is_left_to_a_person_and_holds_nothing_up(office: Office) -> None:
    services, person = office.services, office.resident()
    office.pms.faults.armed.append(Fault(kind="unavailable", method="POST", times=50))
    office.texted(LEAK)
    erased(office, person)
    with services.database.read() as conn:
        rows = conn.execute(select(push.c.state, push.c.reason)).all()
    assert {row.state for row in rows} == {"needs_human"}
    assert "erased before this write ended" in rows[0].reason
    office.clock.advance(7_200)
    pushing.recover(services.database, services.keys, services.clock, services.lines.door)
    pushing.sweep(services.database, services.keys, services.clock, services.lines.door)


def test_a_write_that_a_program_asked_for_on_their_work_order_opens_no_more(office: Office) -> None:
    services, person = office.services, office.resident()
    given = {"connection": office.connection.id, "title": LEAK, "unit_id": person.unit_id, "resident_id": person.id}
    headers = {**office.signed, "idempotency-key": '"one"'}
    assert office.browser.post("/v1/work-orders", headers=headers, json=given).json()["state"] == "verified"
    (key,) = {*filter(None, op_keys(office))}
    assert erased(office, person).writes == 1
    with pytest.raises(CannotUnseal):
        pushes.find(services.database, services.keys, key)
