"""Rent Manager's wire as the contract gathers it: sessions, saves, locks, traps and unsigned hints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from tests.simulators.schema import document

from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.rent_manager.models import AUDIT, MODELS
from rooftree.simulators.rent_manager.sessions import LOGIN
from rooftree.simulators.transport import InProcess

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ISSUES = "/ServiceManagerIssues"
NEW = {"Title": "Leak", "Description": "Under the sink. #rt-1", "LinkedUnits": [{"UnitID": 10_000}]}


@pytest.fixture
def pms() -> Simulator:
    return registry.build("rent_manager", now=lambda: START)


@pytest.fixture
def office(pms: Simulator) -> Iterator[httpx2.Client]:
    with httpx2.Client(transport=InProcess(pms), base_url="https://acme.api.rentmanager.com") as client:
        log_in(pms, client)
        yield client


def log_in(pms: Simulator, client: httpx2.Client) -> str:
    known = pms.credentials
    body = {"Username": known["username"], "Password": known["password"], "LocationID": 1}
    token: str = client.post(LOGIN, json=body).json()
    client.headers["X-RM12Api-ApiToken"] = token
    return token


def made(office: httpx2.Client, **fields: Any) -> dict[str, Any]:
    answer = office.post(ISSUES, json=[{**NEW, **fields}])
    assert answer.status_code == 200
    saved: dict[str, Any] = answer.json()[0]
    return saved


def test_a_token_has_108_characters_and_dies_after_fifteen_idle_minutes(pms: Simulator, office: httpx2.Client) -> None:
    assert len(office.headers["X-RM12Api-ApiToken"]) == 108
    pms.advance(899)
    assert office.get("/Units").status_code == 200
    pms.advance(900)
    refused = office.get("/Units")
    assert (refused.status_code, refused.json()["Exception"]) == (401, "ApiAuthenticationException")


def test_a_token_in_use_dies_after_a_day(pms: Simulator, office: httpx2.Client) -> None:
    statuses = []
    for _ in range(120):
        pms.advance(800)
        statuses.append(office.get("/Locations").status_code)
    assert statuses.index(401) == 86_400 // 800 - 1


def test_every_answer_tells_the_rate_and_the_501st_call_is_refused_without_retry_after() -> None:
    pms = registry.build("rent_manager", now=lambda: START, **registry.DOCUMENTED_LIMITS["rent_manager"])
    with httpx2.Client(transport=InProcess(pms), base_url="https://acme.api.rentmanager.com") as client:
        log_in(pms, client)
        answers = [client.get("/Locations") for _ in range(500)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    assert "retry-after" not in answers[-1].headers


def test_a_list_without_rows_is_204_without_a_body(office: httpx2.Client) -> None:
    answer = office.get("/Units", params={"filters": "Name,eq,nowhere"})
    assert (answer.status_code, answer.content, answer.headers["x-total-results"]) == (204, b"", "0")


def test_the_old_singular_embed_is_silently_empty(office: httpx2.Client) -> None:
    wrong, right = (office.get("/Tenants", params={name: "Contacts"}).json()[0] for name in ("embed", "embeds"))
    assert wrong["Contacts"] == []
    assert right["Contacts"][0]["LastName"] == right["LastName"]
    assert "PhoneNumbers" not in right["Contacts"][0]


def test_an_embed_that_fields_do_not_list_is_left_out(office: httpx2.Client) -> None:
    params = {"fields": "TenantID", "embeds": "Contacts.PhoneNumbers"}
    assert set(office.get("/Tenants", params=params).json()[0]) == {"TenantID"}


def test_an_unknown_filter_is_refused_and_sorting_does_nothing(office: httpx2.Client) -> None:
    refused = office.get("/Units", params={"filters": "Colour,eq,red"})
    assert (refused.status_code, list(refused.json()["ModelState"])) == (400, ["filters"])
    ids = [row["UnitID"] for row in office.get("/Units", params={"orderby": "UnitID desc"}).json()]
    assert ids == sorted(ids)


def test_pages_by_number_cover_everything_once(office: httpx2.Client) -> None:
    pages = [office.get("/Units", params={"pagesize": 5, "pagenumber": n}).json() for n in (1, 2, 3)]
    ids = [row["UnitID"] for page in pages for row in page]
    assert ids == list(range(10_000, 10_012))


def test_a_save_is_a_post_of_an_array(office: httpx2.Client) -> None:
    assert office.post(ISSUES, json=NEW).status_code == 400
    saved = made(office, MetaTag="row 1")
    assert saved["MetaTag"] == "row 1"
    shown = office.get(f"{ISSUES}/{saved['ServiceManagerIssueID']}", params={"embeds": "LinkedUnits"}).json()
    assert shown["LinkedUnits"] == [{"UnitID": 10_000}]
    assert "MetaTag" not in shown


def test_a_save_with_an_old_lock_is_409_and_changes_nothing(office: httpx2.Client) -> None:
    saved = made(office)
    first = office.post(ISSUES, json=[{**saved, "Title": "Big leak"}])
    second = office.post(ISSUES, json=[{**saved, "Title": "Small leak"}])
    assert (first.status_code, second.status_code) == (200, 409)
    assert office.get(f"{ISSUES}/{saved['ServiceManagerIssueID']}").json()["Title"] == "Big leak"


def test_a_field_left_out_of_a_save_is_emptied_and_links_stay(office: httpx2.Client) -> None:
    saved = made(office, Resolution="Tightened")
    again = office.post(ISSUES, params={"embeds": "LinkedUnits"}, json=[{**saved, "Resolution": None}]).json()[0]
    assert "Resolution" not in again
    assert again["LinkedUnits"] == [{"UnitID": 10_000}]


def test_one_bad_item_saves_none(pms: Simulator, office: httpx2.Client) -> None:
    before = len(pms.truth("ServiceManagerIssues"))
    refused = office.post(ISSUES, json=[NEW, {"Title": "No description"}])
    assert (refused.status_code, refused.json()["UserMessage"]) == (400, "Description is required.")
    assert len(pms.truth("ServiceManagerIssues")) == before


def test_a_note_is_kept_and_its_id_not_told(office: httpx2.Client) -> None:
    id = made(office)["ServiceManagerIssueID"]
    told = office.post(f"{ISSUES}/HistoryNotes", json=[{"ParentID": id, "Note": "Called. #rt-2"}])
    assert "HistoryID" not in told.json()[0]
    assert [row["Note"] for row in office.get(f"{ISSUES}/{id}/History").json()] == ["Called. #rt-2"]


def test_the_four_error_shapes(office: httpx2.Client) -> None:
    unknown, nowhere = office.get("/Units/999999"), office.get("/NoSuchThing")
    assert (unknown.status_code, unknown.content) == (404, b"")
    assert nowhere.json()["Message"].startswith("No HTTP resource")


def test_a_missing_privilege_is_403(pms: Simulator) -> None:
    pms = registry.build("rent_manager", now=lambda: START, denied=["Vendors"])
    with httpx2.Client(transport=InProcess(pms), base_url="https://acme.api.rentmanager.com") as client:
        log_in(pms, client)
        assert (client.get("/Vendors").status_code, client.get("/Units").status_code) == (403, 200)


def test_a_missing_privilege_for_webhooks_is_a_server_error() -> None:
    pms = registry.build("rent_manager", now=lambda: START, denied=["WebhookDetails"])
    with httpx2.Client(transport=InProcess(pms), base_url="https://acme.api.rentmanager.com") as client:
        log_in(pms, client)
        refused = client.get("/WebhookDetails")
    assert (refused.status_code, refused.json()["UserMessage"]) == (500, "Required privilege: WebhookDetails.")


def test_a_strict_account_links_a_new_issue_to_units_alone_and_the_rest_by_call() -> None:
    pms = registry.build("rent_manager", now=lambda: START, units_only=True)
    with httpx2.Client(transport=InProcess(pms), base_url="https://acme.api.rentmanager.com") as client:
        log_in(pms, client)
        saved = made(client, LinkedProperties=[{"PropertyID": 100}])
        path, params = f"{ISSUES}/{saved['ServiceManagerIssueID']}", {"embeds": "LinkedUnits,LinkedProperties"}
        assert client.get(path, params=params).json()["LinkedProperties"] == []
        assert client.post(f"{path}/LinkProperty", params={"propertyID": 100}).status_code == 200
        assert client.get(path, params=params).json()["LinkedProperties"] == [{"PropertyID": 100}]
        assert client.post(f"{path}/LinkProperty", params={"propertyID": 9}).status_code == 404


def test_a_value_of_a_custom_field_is_one_and_leaves_its_record_alone(office: httpx2.Client, pms: Simulator) -> None:
    before = office.get("/Units/10000").json()["UpdateDate"]
    pms.advance(60)
    for text in ("x", "y"):
        item = {"UserDefinedFieldID": 1, "Value": text}
        assert office.post("/Units/10000/UserDefinedValues", json=[item]).status_code == 200
    unit = office.get("/Units/10000", params={"embeds": "UserDefinedValues"}).json()
    assert [(row["Name"], row["Value"]) for row in unit["UserDefinedValues"]] == [("Rooftree sample", "y")]
    assert unit["UpdateDate"] == before
    assert office.post("/Units/10000/UserDefinedValues", json=[{"UserDefinedFieldID": 9}]).status_code == 400


def test_a_file_on_a_note_is_downloaded_by_its_token(office: httpx2.Client) -> None:
    files = {"file": ("photo.jpg", b"jpeg", "image/jpeg")}
    assert office.post("/HistoryNotes/1/UploadAttachments", files=files).status_code == 200
    (file,) = office.get("/History/1", params={"embeds": "HistoryAttachments"}).json()["HistoryAttachments"]
    assert (file["Name"], office.get(f"/Download/{file['Token']}").content) == ("photo.jpg", b"jpeg")
    assert office.get("/Download/nothing").status_code == 404


def test_history_is_shown_by_type_and_cannot_be_saved(office: httpx2.Client) -> None:
    assert {row["HistoryType"] for row in office.get("/HistoryCalls").json()} == {"CALL"}
    assert office.post("/History", json=[{"Note": "x"}]).status_code == 404


def test_a_charge_is_posted_to_a_tenant(office: httpx2.Client) -> None:
    item = {"Amount": 50.0, "TransactionDate": "2026-03-01T00:00:00", "ChargeTypeID": 2}
    saved = office.post("/Tenants/1000001/Charges", json=[item]).json()[0]
    assert (saved["AccountID"], saved["AccountType"]) == (1_000_001, "Customer")
    refused = office.post("/Tenants/1000001/Charges", json=[{"Amount": 50.0}])
    assert (refused.status_code, refused.json()["UserMessage"]) == (400, "TransactionDate is required.")


def test_a_contact_tells_of_its_tenant_and_a_property_of_nothing(pms: Simulator) -> None:
    caught: list[dict[str, Any]] = []

    def post(_url: str, _headers: Any, body: bytes) -> int:
        caught.append(json.loads(body))
        return 200

    pms.subscribe("https://rooftree.example/hook", "unused", post)
    pms.edit("Properties", 100, Name="Elm Court")
    pms.edit("Contacts", 7_000_005, Email="new@example.com")
    pms.deliver()
    assert [(each["EventType"], each["IDParentIDDict"]) for each in caught] == [
        ("TenantContact_Edit", {"7000005": 1_000_001})
    ]


def test_a_hint_is_unsigned_and_names_ids_only(pms: Simulator, office: httpx2.Client) -> None:
    caught: list[tuple[set[str], dict[str, Any]]] = []

    def post(_url: str, headers: Any, body: bytes) -> int:
        caught.append((set(headers), json.loads(body)))
        return 200

    pms.subscribe("https://rooftree.example/hook", "unused", post)
    saved = made(office)
    pms.deliver()
    headers, said = caught[0]
    assert headers == {"content-type"}
    assert said["EventType"] == "ServiceIssue_Add"
    assert list(said["IDParentIDDict"]) == [str(saved["ServiceManagerIssueID"])]


def test_nulls_are_left_out_and_times_have_no_zone(office: httpx2.Client) -> None:
    for name in [name for name, model in MODELS.items() if not model.hidden]:
        answer = office.get(f"/{name}")
        for row in answer.json() if answer.content else []:
            assert None not in row.values()
            assert len(row["UpdateDate"]) == len("2026-03-02T04:00:00")


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_resource_has_the_key_and_only_the_fields_of_the_catalogue(name: str) -> None:
    known = {each["path"]: each for each in document("rentmanager-catalog.json")["resources"]}
    if f"/{name}" not in known:
        pytest.skip(f"the catalogue does not list {name}")
    listed = known[f"/{name}"]
    assert MODELS[name].key == (listed["pk"] or "UnitID")
    assert {*MODELS[name].fields} - {*listed["fields"], *AUDIT} <= UNSURE


UNSURE = {"ScheduledDate", "ProspectLeadSourceID", "IsReadOnly", "Name", "FriendlyName", "Subject", "Reference"}
"""Fields the contract names as unsure and the catalogue leaves out."""
