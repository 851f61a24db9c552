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
