"""A write that is safe to send again: Idempotency-Key and If-Match over REST."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.surfaces.office import Office

from rooftree.acts import direct
from rooftree.model.portfolio import Unit
from rooftree.store import replays

ORDERS = "/v1/work-orders"


def send(office: Office, key: str | None, body: dict[str, Any] | None = None, path: str = ORDERS) -> Any:
    headers = office.signed if key is None else {**office.signed, "idempotency-key": key}
    plain = {"connection": office.connection.id, "title": "Sink drips", "unit_id": office.some(Unit).id}
    return office.browser.post(path, headers=headers, json=plain if body is None else body)


def drips(office: Office) -> int:
    return sum(row["Title"] == "Sink drips" for row in office.pms.truth("tasks"))


def order(office: Office) -> dict[str, Any]:
    """A work order as a caller reads it."""
    send(office, '"made"')
    found: dict[str, Any] = office.browser.get(ORDERS, headers=office.signed, params={"limit": 1}).json()["items"][0]
    return found


def change(office: Office, id: str, match: str | None, title: str, key: str = "") -> Any:
    headers = office.signed | ({"if-match": match} if match else {}) | ({"idempotency-key": key} if key else {})
    return office.browser.patch(f"{ORDERS}/{id}", headers=headers, json={"title": title})


def test_a_new_record_without_a_key_is_refused_before_anything_is_done(office: Office) -> None:
    refused = send(office, None)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert "Idempotency-Key" in refused.json()["detail"]
    assert drips(office) == 0


@pytest.mark.parametrize("key", ['""', '"a', 'a"b', "", "two words", '"' + "x" * 201 + '"', '"tab\there"'])
def test_a_key_that_cannot_be_read_is_refused(office: Office, key: str) -> None:
    assert send(office, key).status_code == 400
    assert drips(office) == 0


@pytest.mark.parametrize("key", ['"order 17"', "order-17", "8e03978e-40d5-43e8-bc93-6894a57f9324"])
def test_the_same_request_again_is_answered_the_same_and_done_once(office: Office, key: str) -> None:
    first, again = send(office, key), send(office, key)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (200, first.content)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    assert drips(office) == 1


def test_a_key_with_another_body_is_refused(office: Office) -> None:
    send(office, '"one"')
    other = send(office, '"one"', {"connection": office.connection.id, "title": "Another"})
    assert (other.status_code, other.json()["field"]) == (422, "idempotency_key")
    assert not [row for row in office.pms.truth("tasks") if row["Title"] == "Another"]


def test_a_key_with_another_operation_is_refused(office: Office) -> None:
    id = order(office)["id"]
    refused = change(office, id, "*", "Another title", key='"made"')
    assert refused.status_code == 422


def test_header_and_body_may_not_name_two_keys(office: Office) -> None:
    body = {"connection": office.connection.id, "title": "Sink drips", "idempotency_key": "two"}
    assert send(office, '"one"', body).json()["field"] == "idempotency_key"
    assert send(office, '"two"', body).status_code == 200


def test_a_request_whose_first_is_under_way_is_told_so_and_carried_out_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = threading.Event(), threading.Event()
    write = direct.write

    def slow(*arguments: Any, **named: Any) -> Any:
        inside.set()
        assert go_on.wait(20)
        return write(*arguments, **named)

    monkeypatch.setattr(direct, "write", slow)
    first: list[int] = []
    worker = threading.Thread(target=lambda: first.append(send(office, '"one"').status_code))
    worker.start()
    assert inside.wait(20)
    second = send(office, '"one"')
    go_on.set()
    worker.join()
    assert (first, second.status_code, drips(office)) == ([200], 409, 1)


def test_a_request_that_a_crash_cut_off_is_carried_out_by_the_next_and_done_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise RuntimeError("cut off")

    with monkeypatch.context() as patched:
        patched.setattr(replays, "finish", crash)
        assert send(office, '"one"').status_code == 500
    assert send(office, '"one"').status_code == 409
    office.clock.advance(replays.LEASE.total_seconds() + 1)
    assert send(office, '"one"').json()["state"] == "verified"
    assert drips(office) == 1


def test_what_was_refused_may_be_sent_again_under_its_key(office: Office) -> None:
    stop = f"/v1/connections/{office.connection.id}/stop-writes"
    office.browser.post(stop, headers=office.signed, json={})
    assert send(office, '"one"').status_code == 409
    office.browser.post(stop.replace("stop", "allow"), headers=office.signed, json={})
    assert send(office, '"one"').json()["state"] == "verified"


def test_an_answer_is_kept_for_seven_days_and_the_write_is_not_doubled_after(office: Office) -> None:
    send(office, '"one"')
    office.clock.advance(replays.KEEP.total_seconds() - 60)
    assert send(office, '"one"').headers["idempotent-replayed"] == "true"
    office.clock.advance(120)
    late = send(office, '"one"')
    assert "idempotent-replayed" not in late.headers
    assert (late.json()["state"], drips(office)) == ("verified", 1)


def test_a_kept_answer_is_sealed(office: Office) -> None:
    send(office, '"one"')
    with office.services.database.read() as conn:
        kept = conn.exec_driver_sql("SELECT answer FROM replay").scalar_one()
    assert b"Sink drips" not in kept


def test_a_record_is_changed_only_by_who_read_it_as_it_is(office: Office) -> None:
    read = order(office)
    one = office.browser.get(f"{ORDERS}/{read['id']}", headers=office.signed)
    assert one.headers["etag"] == read["etag"] == one.json()["etag"]
    assert change(office, read["id"], None, "First").status_code == 428
    assert change(office, read["id"], read["etag"], "First").json()["state"] == "verified"
    stale = change(office, read["id"], read["etag"], "Second")
    assert (stale.status_code, stale.json()["title"]) == (412, "Changed since you read it")
    titles = {row["Title"] for row in office.pms.truth("tasks")}
    assert "First" in titles
    assert "Second" not in titles
    assert change(office, read["id"], "*", "Second").json()["state"] == "verified"


def test_the_same_change_again_is_not_called_stale_by_its_own_effect(office: Office) -> None:
    read = order(office)
    first = change(office, read["id"], read["etag"], "First", key='"c"')
    again = change(office, read["id"], read["etag"], "First", key='"c"')
    assert (first.status_code, again.content) == (200, first.content)


def test_closing_needs_the_etag_too(office: Office) -> None:
    read = order(office)
    assert send(office, None, {}, f"{ORDERS}/{read['id']}/close").status_code == 428
