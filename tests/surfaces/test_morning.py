"""The morning report: our calls beside what staff did, on a simulated Buildium in shadow."""

from __future__ import annotations

from typing import Any

from tests.surfaces.office import Office

from rooftree.sync import pull


def in_shadow(office: Office) -> Office:
    office.browser.post(f"/v1/connections/{office.connection.id}/shadow", headers=office.signed, json={})
    return office


def staff_types(office: Office, title: str, priority: str, unit_id: str) -> None:
    """Somebody at a desk makes a work order in the PMS, and the mirror sees it."""
    given = {"connection": office.connection.id, "title": title, "unit_id": unit_id, "priority": priority}
    live = f"/v1/connections/{office.connection.id}"
    with office.services.database.write() as conn:
        conn.exec_driver_sql("UPDATE connection SET mode = 'live'")
    headers = {**office.signed, "idempotency-key": f'"{title}"'}
    assert office.browser.post("/v1/work-orders", headers=headers, json=given).json()["state"] == "verified"
    office.browser.post(f"{live}/shadow", headers=office.signed, json={})
    pull.incremental(office.services.lines.source(office.connection.id), ["work_order"])


def report(office: Office) -> Any:
    given = {"connection": office.connection.id}
    return office.browser.get("/v1/reports/morning", headers=office.signed, params=given).json()


def without_a_text(office: Office) -> int:
    number: int = report(office)["summary"]["staff_without_a_text"]
    return number


def test_a_matter_staff_typed_in_too_is_set_beside_ours(office: Office) -> None:
    in_shadow(office)
    unit, before = office.resident().unit_id or "", without_a_text(office)
    office.texted("No hot water since this morning")
    office.clock.advance(3600)
    staff_types(office, "No hot water", "urgent", unit)
    told = report(office)
    (row,) = told["items"]
    assert row["staff_work_order"]
    assert (row["staff_priority"], row["staff_minutes_later"]) == ("urgent", 60)
    assert row["verdict"] == ("agreed" if row["our_priority"] == "urgent" else "we_were_higher")
    assert "create_work_order" in row["we_would_have"]
    assert told["summary"]["texts"] == 1
    assert told["summary"]["staff_without_a_text"] == before


def test_what_staff_held_less_urgent_is_said(office: Office) -> None:
    in_shadow(office)
    office.texted("Water is pouring through the ceiling and will not stop")
    staff_types(office, "Water through the ceiling", "routine", office.resident().unit_id or "")
    assert report(office)["items"][0]["verdict"] == "we_were_higher"


def test_another_matter_in_the_same_unit_is_not_taken_for_it(office: Office) -> None:
    before = without_a_text(in_shadow(office))
    office.texted("The kitchen sink is dripping")
    staff_types(office, "Repaint the hallway door", "routine", office.resident().unit_id or "")
    told = report(office)
    assert told["items"][0]["verdict"] == "staff_did_nothing"
    assert told["summary"]["staff_without_a_text"] == before + 1


def test_thanks_is_no_repair_and_last_weeks_text_is_no_news(office: Office) -> None:
    in_shadow(office)
    office.texted("Thank you so much, have a nice evening")
    assert report(office)["summary"]["staff_did_nothing"] == 0
    office.clock.advance(7 * 24 * 3600)
    assert report(office)["items"] == []
