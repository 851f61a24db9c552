from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.surfaces.office import PUBLIC, Office

from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import Trade
from rooftree.operations.registry import all_operations
from rooftree.simulators.buildium.signing import sign
from rooftree.store import connections
from rooftree.surfaces.rest.app import route_of
from rooftree.sync import pull
from rooftree.sync.reading import read_one


def get(office: Office, path: str, **params: Any) -> Any:
    return office.browser.get(path, headers=office.signed, params=params)


def post(office: Office, path: str, body: Any) -> Any:
    """Whatever the record is now; with a key of its own where the body names none."""
    key = {} if "idempotency_key" in body else {"idempotency-key": f'"{uuid4()}"'}
    return office.browser.post(path, headers={**office.signed, **key, "if-match": "*"}, json=body)


def new_order(office: Office, **fields: Any) -> Any:
    unit = office.some(Unit)
    body = {"connection": office.connection.id, "title": "Sink drips", "unit_id": unit.id, **fields}
    return post(office, "/v1/work-orders", body)


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic a2V5"}])
def test_without_the_key_nothing_is_told(office: Office, header: dict[str, str]) -> None:
    answer = office.browser.get("/v1/cases", headers=header)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["title"] == "Key missing or wrong"


def test_every_operation_is_one_route_and_one_entry_of_the_openapi_document(office: Office) -> None:
    paths = office.browser.get("/openapi.json").json()["paths"]
    described = {(verb.upper(), path) for path, verbs in paths.items() for verb in verbs}
    assert described == {route_of(operation) for operation in all_operations()}


def test_openapi_names_every_field_an_operation_takes(office: Office) -> None:
    paths = office.browser.get("/openapi.json").json()["paths"]
    for operation in all_operations():
        method, path = route_of(operation)
        told = paths[path][method.lower()]
        body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        named = {each["name"] for each in told.get("parameters", [])} | set(body.get("properties", {}))
        assert named == set(operation.input.model_fields), operation.name


def test_a_record_says_how_fresh_it_is_and_where_it_is_from(office: Office) -> None:
    first = get(office, "/v1/units", limit=1).json()["items"][0]
    assert first["connection"] == office.connection.id
    assert first["as_of"]
    assert first["source"] == "poll"
    assert get(office, f"/v1/units/{first['id']}").json() == first


def test_pages_follow_each_other_without_gap_or_repetition(office: Office) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = get(office, "/v1/units", limit=5, **after).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    everything = [item["id"] for item in get(office, "/v1/units", limit=500).json()["items"]]
    assert seen == everything
    assert len(set(seen)) == len(seen) == 12


def test_an_unknown_field_is_refused_with_its_path(office: Office) -> None:
    answer = new_order(office, colour="red")
    assert answer.status_code == 422
    assert answer.json()["field"] == "colour"
    nested = post(office, "/v1/triage/run", {"text": "no heat", "context": {"moon": "full"}})
    assert nested.json()["field"] == "context.moon"
    assert get(office, "/v1/cases", colour="red").json()["field"] == "colour"


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("title", "x" * 201), ("priority", "now"), ("title", 5), ("title", None)]
)
def test_a_value_that_cannot_be_is_refused_with_its_path(office: Office, field: str, value: Any) -> None:
    answer = new_order(office, **{field: value})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not [call for call in office.pms.calls if call.method == "POST"]


@pytest.mark.parametrize("raw", [b"{", b"[1]", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_answered_in_words(office: Office, raw: bytes) -> None:
    answer = office.browser.post("/v1/work-orders", headers=office.signed, content=raw)
    assert answer.status_code == 422
    assert answer.json()["field"] == "body"


def test_a_body_too_large_is_not_read(office: Office) -> None:
    answer = office.browser.post("/v1/work-orders", headers=office.signed, content=b" " * 1_000_001)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_there_and_what_is_another_companys_look_the_same(office: Office) -> None:
    with office.services.database.write() as conn:
        other = connections.create_organization(conn, "Another", office.clock.now())
        theirs = connections.create(
            conn, office.services.keys, organization_id=other.id, name="Theirs", pms="buildium",
            base_url="https://buildium.test", credentials=office.pms.credentials, now=office.clock.now(),
        )  # fmt: skip
    missing = get(office, "/v1/connections/con_nothing")
    hidden = get(office, f"/v1/connections/{theirs.id}")
    assert (missing.status_code, hidden.status_code) == (404, 404)
    assert missing.text.replace("con_nothing", "X") == hidden.text.replace(theirs.id, "X")


def test_no_route_and_a_wrong_method_are_problems_too(office: Office) -> None:
    assert get(office, "/v1/unicorns").headers["content-type"] == "application/problem+json"
    wrong = office.browser.delete("/v1/cases", headers=office.signed)
    assert wrong.status_code == 405
    assert wrong.headers["content-type"] == "application/problem+json"


def test_a_work_order_is_verified_only_once_the_pms_shows_it(office: Office) -> None:
    made = new_order(office, description="Kitchen, hot side", priority="urgent").json()
    assert made["state"] == "verified"
    task = next(row for row in office.pms.truth("tasks") if str(row["Id"]) == made["external_id"])
    assert task["Title"] == "Sink drips"


def test_the_same_key_again_is_the_same_write(office: Office) -> None:
    before = len(office.pms.truth("tasks"))
    first = new_order(office, idempotency_key="k-1").json()
    again = new_order(office, idempotency_key="k-1").json()
    assert first["external_id"] == again["external_id"]
    assert len(office.pms.truth("tasks")) == before + 1


def test_the_same_key_for_another_write_is_refused(office: Office) -> None:
    new_order(office, idempotency_key="k-1")
    other = new_order(office, idempotency_key="k-1", title="Something else")
    assert other.status_code == 422
    assert other.json()["field"] == "idempotency_key"


def test_a_change_and_a_close_reach_the_pms_and_the_mirror(office: Office) -> None:
    made = new_order(office).json()
    order = next(i for i in get(office, "/v1/work-orders").json()["items"] if i["external_id"] == made["external_id"])
    changed = office.browser.patch(
        f"/v1/work-orders/{order['id']}",
        headers={**office.signed, "if-match": order["etag"]},
        json={"title": "Sink drips badly"},
    )
    assert changed.json()["state"] == "verified"
    closed = post(office, f"/v1/work-orders/{order['id']}/close", {})
    assert closed.json()["state"] == "verified"
    task = next(row for row in office.pms.truth("tasks") if str(row["Id"]) == made["external_id"])
    assert (task["Title"], task["TaskStatus"]) == ("Sink drips badly", "Completed")
    assert get(office, f"/v1/work-orders/{order['id']}").json()["data"]["status"] in ("completed", "closed")


def test_a_write_with_the_kill_switch_on_is_refused_and_says_so(office: Office) -> None:
    stopped = post(office, f"/v1/connections/{office.connection.id}/stop-writes", {})
    assert stopped.json()["writes_enabled"] is False
    refused = new_order(office)
    assert refused.status_code == 409
    assert "writes" in refused.json()["detail"].lower()
    assert post(office, f"/v1/connections/{office.connection.id}/allow-writes", {}).json()["writes_enabled"] is True
    assert new_order(office).json()["state"] == "verified"


def test_a_unit_nobody_knows_is_refused_before_the_pms_is_asked(office: Office) -> None:
    refused = new_order(office, unit_id="999999")
    assert (refused.status_code, refused.json()["field"]) == (422, "unit_id")
    assert not [call for call in office.pms.calls if call.method == "POST"]


def test_the_property_follows_from_the_unit_and_the_lease_from_the_resident(office: Office) -> None:
    person = office.resident()
    made = new_order(office, unit_id=person.unit_id, resident_id=person.id).json()
    task = next(row for row in office.pms.truth("tasks") if str(row["Id"]) == made["external_id"])
    assert str(task["RequestedByUserEntity"]["Id"]) == person.id


def test_a_pms_that_is_down_leaves_the_write_waiting_and_it_is_done_once(office: Office) -> None:
    from rooftree.simulators.faults import Fault

    office.pms.faults.armed.append(Fault(kind="unavailable", method="POST", times=50))
    waiting = new_order(office, idempotency_key="down")
    assert (waiting.status_code, waiting.json()["state"]) == (202, "waiting")
    office.pms.faults.armed.clear()
    for _ in range(5):
        office.clock.advance(3600)
        waiting = new_order(office, idempotency_key="down")
    assert waiting.json()["state"] == "verified"
    assert len([order for order in office.pms.truth("tasks") if order["Title"] == "Sink drips"]) == 1


def test_a_locked_database_is_a_503_and_nothing_is_acknowledged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rooftree.errors import Unavailable

    def full(*_: object) -> None:
        raise Unavailable("The database cannot store just now (OperationalError).")

    monkeypatch.setattr(type(office.services.database), "write", full)
    answer = new_order(office)
    assert answer.status_code == 503
    assert answer.json()["title"] == "Cannot store just now"
    assert office.browser.get("/readyz").status_code == 503
    assert office.browser.get("/healthz").text == "ok"


def test_what_the_pms_does_not_offer_is_a_501_with_its_reason(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from rooftree.connectors import registry
    from rooftree.connectors.base import not_offered

    found = registry.load("buildium")
    gap = not_offered("Buildium cannot do that today.")
    rows = [replace(row, create=gap) if row.record is WorkOrder else row for row in found.resources]
    monkeypatch.setattr("rooftree.sync.lines.registry.load", lambda _name: replace(found, resources=rows))
    answer = new_order(office)
    assert (answer.status_code, answer.json()["detail"]) == (501, "Buildium cannot do that today.")


def test_a_case_is_listed_and_told_with_its_timeline(office: Office) -> None:
    case = office.texted("The kitchen sink is dripping")
    listed = get(office, "/v1/cases").json()["items"]
    assert [each["id"] for each in listed] == [case]
    told = get(office, f"/v1/cases/{case}").json()
    assert told["work_order_id"]
    assert {row["kind"] for row in told["timeline"]} >= {"text_in", "text_out", "decision", "act"}


def test_a_setting_is_kept_shown_and_heeded_by_the_next_write(office: Office) -> None:
    path = f"/v1/connections/{office.connection.id}/set"
    told = post(office, path, {"name": "default_staff_id", "value": "7"}).json()
    assert told["settings"] == {"default_staff_id": "7"}
    assert office.services.lines.door(office.connection.id).context.options["default_staff_id"] == "7"
    assert post(office, path, {"name": "default_staff_id", "value": ""}).json()["settings"] == {}


def test_a_mapping_pack_gives_a_word_its_meaning_in_reading_and_is_refused_by_line(office: Office) -> None:
    id, path = office.connection.id, f"/v1/connections/{office.connection.id}/set"
    vendor = office.some(Vendor, lambda each: bool(each.trades_raw) and each.trades != (Trade.HVAC,))
    taught = f"version: 1\ntrades:\n  {vendor.trades_raw[0].rpartition('- ')[2]}: hvac"
    post(office, path, {"name": "mapping_pack", "value": taught})
    door = office.services.lines.door(id)
    assert read_one(door, Vendor, vendor.id).trades == (Trade.HVAC,)  # type: ignore[attr-defined]
    assert office.services.lines.source(id).context.pack == door.context.pack
    refused = post(office, path, {"name": "mapping_pack", "value": taught.replace("hvac", "rocketry")})
    assert refused.status_code == 422
    assert "line 3: 'rocketry' is no word of ours" in refused.text
    assert office.services.lines.door(id).context.pack == door.context.pack


def test_a_setting_nobody_knows_is_refused_with_those_there_are(office: Office) -> None:
    refused = post(office, f"/v1/connections/{office.connection.id}/set", {"name": "colour", "value": "red"})
    assert refused.status_code == 422
    assert "no setting colour" in refused.text
    assert "default_staff_id" in refused.text


def test_a_webhook_comes_to_the_address_that_was_shown_and_is_told_by_the_secret_that_was_given(office: Office) -> None:
    path = f"/v1/connections/{office.connection.id}/webhook"
    told = post(office, path, {"secret": "made-up-secret"}).json()
    assert (told["secrets"], told["signed"]) == (2, True)
    assert "made-up-secret" not in str(told)
    event = {"EventName": "Lease.Updated", "EventDateTime": office.clock.now().isoformat(), "LeaseId": 1}
    address = told["address"].removeprefix(PUBLIC)
    statuses = []
    for secret in ("another", "made-up-secret"):
        headers, body = sign(event, secret, office.clock.now())
        statuses.append(office.browser.post(address, content=body, headers=dict(headers)).status_code)
    assert statuses == [401, 200]


def test_a_new_secret_leaves_the_one_before_it_good_and_ends_the_older(office: Office) -> None:
    path = f"/v1/connections/{office.connection.id}/webhook"
    assert [post(office, path, {"secret": word}).json()["secrets"] for word in ("one", "two", "three")] == [2, 2, 2]
    with office.services.database.read() as conn:
        kept = connections.webhook_secrets(conn, office.services.keys, office.connection.id)
    assert kept == ["three", "two"]


def test_an_empty_webhook_secret_is_refused(office: Office) -> None:
    refused = post(office, f"/v1/connections/{office.connection.id}/webhook", {"secret": " "})
    assert (refused.status_code, "empty" in refused.text) == (422, True)


FLOOR = "version: 2\nfields:\n  unit:\n    floor: {path: UnitSize}"


def test_a_pack_of_fields_is_checked_set_shown_and_taken_away_over_rest(office: Office) -> None:
    path = f"/v1/connections/{office.connection.id}/mapping"
    checked = post(office, f"{path}/check", {"pack": FLOOR, "count": 2, "record": "unit"}).json()
    assert (checked["version"], checked["read"]) == ("2", {"unit": 2})
    assert {row["field"] for row in checked["differences"]} == {"floor"}
    assert get(office, f"{path}/show").json()["version"] == ""
    told = post(office, f"{path}/set", {"pack": FLOOR}).json()
    assert (told["version"], told["waiting"]) == ("2", ["unit"])
    pull.incremental(office.services.lines.source(office.connection.id), ["property"])
    kept = get(office, f"{path}/show").json()
    assert (kept["waiting"], kept["text"], kept["mark"]) == ([], FLOOR, told["mark"])
    assert get(office, f"/v1/connections/{office.connection.id}").json()["mapping"]["version"] == "2"
    assert all(unit.floor for unit in office.all(Unit))
    assert post(office, f"{path}/unset", {}).json()["waiting"] == ["unit"]


def test_a_wrong_pack_of_fields_is_a_problem_with_its_line_and_its_first_lines_count(office: Office) -> None:
    path = f"/v1/connections/{office.connection.id}/mapping"
    for verb in ("check", "set"):
        refused = post(office, f"{path}/{verb}", {"pack": "\n\nfields: {unit: {nummer: {path: a}}}"})
        assert refused.status_code == 422
        assert "mapping_pack" in refused.text
        assert "line 3: there is no field 'nummer' of ours" in refused.text
    assert get(office, f"{path}/show").json()["text"] == ""


def test_a_pack_that_fits_no_more_is_shown_with_what_is_wrong(office: Office) -> None:
    with office.services.database.write() as conn:
        connections.set_option(conn, office.connection.id, "mapping_pack", "lists: {a: b}")
    told = get(office, f"/v1/connections/{office.connection.id}").json()
    assert "line 1: there is no list 'lists'" in told["mapping"]["problem"]
