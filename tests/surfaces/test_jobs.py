"""Many writes at once, over REST and the command line, against a simulated Buildium."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.surfaces.office import Office

from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.operations import jobs
from rooftree.simulators.faults import Fault
from rooftree.store import jobs as stored
from rooftree.store import records
from rooftree.surfaces import server
from rooftree.sync import push


def ask(office: Office, items: Any, key: str | None = None) -> Any:
    headers = {**office.signed, "idempotency-key": f'"{key or uuid4()}"'}
    return office.browser.post("/v1/jobs", headers=headers, json={"items": items})


def made(office: Office, title: str, **fields: Any) -> dict[str, Any]:
    unit = office.some(Unit).id
    given = {"connection": office.connection.id, "title": title, "unit_id": unit, **fields}
    return {"operation": "work_orders.create", "input": given}


def look(office: Office, id: str) -> Any:
    return office.browser.get(f"/v1/jobs/{id}", headers=office.signed).json()


def carried_out(office: Office, id: str, rounds: int = 30) -> Any:
    """The job once its chores ran as the server runs them, an hour apart at most."""
    for _ in range(rounds):
        office.clock.advance((jobs.run_due(office.services) and 1) or 3600)
        if look(office, id)["state"] != "running":
            break
    return look(office, id)


def titles(office: Office) -> list[str]:
    return [row["Title"] for row in office.pms.truth("tasks")]


def test_a_job_is_accepted_and_tells_how_each_item_ended(office: Office) -> None:
    accepted = ask(office, [made(office, "One"), made(office, "Two")])
    told = accepted.json()
    assert (accepted.status_code, accepted.headers["location"]) == (202, f"/v1/jobs/{told['id']}")
    assert (told["state"], told["counts"]) == ("running", {"queued": 2})
    over = carried_out(office, told["id"])
    assert (over["state"], over["counts"]) == ("done", {"done": 2})
    assert [item["result"]["data"]["title"] for item in over["items"]] == ["One", "Two"]
    assert {"One", "Two"} <= set(titles(office))


def test_one_bad_item_fails_by_itself_with_its_field_and_stops_no_other(office: Office) -> None:
    items = [
        made(office, "One", unit_id="999999"),
        made(office, "Two", colour="red"),
        {"operation": "jobs.create", "input": {}},
        {"operation": "units.list", "input": {}},
        made(office, "Five"),
    ]
    over = carried_out(office, ask(office, items).json()["id"])
    assert over["state"] == "partly_done"
    errors = [(item["error"] or {}).get("field") for item in over["items"]]
    assert errors == ["unit_id", "colour", "operation", "operation", None]
    assert {item["error"]["status"] for item in over["items"][:4]} == {422}
    assert "One" not in titles(office)
    assert "Five" in titles(office)


def test_retrying_tries_only_what_failed(office: Office) -> None:
    stop = f"/v1/connections/{office.connection.id}/stop-writes"
    done = carried_out(office, ask(office, [made(office, "One"), made(office, "Two", colour="red")]).json()["id"])
    assert done["counts"] == {"done": 1, "failed": 1}
    office.browser.post(stop, headers=office.signed, json={})
    id = ask(office, [made(office, "Three")]).json()["id"]
    refused = carried_out(office, id)
    assert (refused["state"], refused["items"][0]["error"]["title"]) == ("failed", "Refused by policy")
    office.browser.post(stop.replace("stop", "allow"), headers=office.signed, json={})
    again = office.browser.post(f"/v1/jobs/{id}/retry", headers=office.signed, json={})
    assert (again.status_code, again.json()["state"]) == (202, "running")
    assert carried_out(office, id)["state"] == "done"
    office.browser.post(f"/v1/jobs/{done['id']}/retry", headers=office.signed, json={})
    assert carried_out(office, done["id"])["counts"] == {"done": 1, "failed": 1}
    assert sorted(title for title in titles(office) if title in ("One", "Two", "Three")) == ["One", "Three"]


def test_what_the_pms_refused_is_sent_anew_by_a_retry(office: Office) -> None:
    office.pms.faults.armed.append(Fault(kind="not_entitled", method="POST", times=1))
    id = ask(office, [made(office, "One")]).json()["id"]
    refused = carried_out(office, id)
    assert refused["items"][0]["error"]["title"] == "The property system refused the data"
    office.browser.post(f"/v1/jobs/{id}/retry", headers=office.signed, json={})
    assert carried_out(office, id)["state"] == "done"
    assert titles(office).count("One") == 1


def test_the_same_request_is_the_same_job_even_after_its_answer_was_forgotten(office: Office) -> None:
    first = ask(office, [made(office, "One")], "k").json()["id"]
    carried_out(office, first)
    office.clock.advance(8 * 24 * 3600)
    assert ask(office, [made(office, "One")], "k").json()["id"] == first
    assert ask(office, [made(office, "Other")], "k").status_code == 422
    assert titles(office).count("One") == 1


def test_a_write_that_waits_is_followed_by_its_job_to_the_end(office: Office) -> None:
    office.pms.faults.armed.append(Fault(kind="unavailable", method="POST", times=50))
    headers = {**office.signed, "idempotency-key": '"down"'}
    waiting = office.browser.post("/v1/work-orders", headers=headers, json=made(office, "Slow")["input"])
    job = waiting.json()["job"]
    assert (waiting.status_code, waiting.headers["location"]) == (202, f"/v1/jobs/{job}")
    assert look(office, job)["items"][0]["state"] == "waiting"
    office.pms.faults.armed.clear()
    for _ in range(5):
        office.clock.advance(3600)
        services = office.services
        push.recover(services.database, services.keys, services.clock, services.lines.door)
    over = carried_out(office, job)
    assert (over["state"], over["items"][0]["result"]["state"]) == ("done", "verified")
    assert titles(office).count("Slow") == 1


def test_a_process_that_dies_over_an_item_leaves_it_to_the_next_and_doubles_nothing(office: Office) -> None:
    id = ask(office, [made(office, "One")]).json()["id"]
    services = office.services
    with services.database.write() as conn:
        (item,) = stored.claim(conn, services.keys, office.clock.now(), 5)
    jobs._answer(services, item)
    assert jobs.run_due(services) == 0
    office.clock.advance(stored.LEASE.total_seconds() + 1)
    assert carried_out(office, id)["state"] == "done"
    assert titles(office).count("One") == 1


def test_a_pms_that_does_not_answer_is_asked_again_and_then_the_item_fails(office: Office) -> None:
    office.pms.faults.armed.append(Fault(kind="unavailable", times=10_000))
    with office.services.database.read() as conn:
        order = records.list_page(conn, office.services.keys, WorkOrder, connection_id=office.connection.id, limit=1)[0]
    change = {"operation": "work_orders.update", "input": {"id": order.id, "title": "Changed"}}
    id = ask(office, [change]).json()["id"]
    jobs.run_due(office.services)
    assert look(office, id)["items"][0]["state"] == "queued"
    over = carried_out(office, id)
    assert (over["state"], over["items"][0]["error"]["status"]) == ("failed", 502)


def test_what_a_job_takes_and_gives_is_sealed_and_forgotten_after_a_month(office: Office) -> None:
    id = ask(office, [made(office, "Secret leak")]).json()["id"]
    carried_out(office, id)
    with office.services.database.read() as conn:
        kept = conn.exec_driver_sql("SELECT input, answer FROM job_item").one()
    assert not any(b"Secret leak" in each for each in kept)
    office.clock.advance(stored.KEEP.total_seconds() + 1)
    with office.services.database.write() as conn:
        stored.forget_old(conn, office.clock.now())
    assert office.browser.get(f"/v1/jobs/{id}", headers=office.signed).status_code == 404
    with office.services.database.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM data_key WHERE subject = ?", (id,)).scalar_one() == 0


def test_jobs_are_listed_newest_first_and_another_companys_are_not_there(office: Office) -> None:
    ids = [ask(office, [made(office, title)]).json()["id"] for title in ("One", "Two")]
    listed = office.browser.get("/v1/jobs", headers=office.signed).json()["items"]
    assert {each["id"] for each in listed} == set(ids)
    assert office.browser.get("/v1/jobs/job_other", headers=office.signed).status_code == 404


def test_the_server_carries_jobs_out_by_itself(office: Office) -> None:
    id = ask(office, [made(office, "One")]).json()["id"]
    upkeep = server.runner(office.services).chores[0]
    upkeep()
    upkeep.close()
    assert look(office, id)["state"] == "done"
