"""Listings, notes, ledger, applicants, phone logs and files fit Buildium's own OpenAPI document."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.simulators.schema import document
from tests.simulators.test_buildium import TASK, call

from rooftree.simulators.buildium import words
from rooftree.simulators.kit import Simulator

LISTING = {"Rent": 1500.0, "AvailableDate": "2026-04-01", "IsManagedExternally": False, "ContactId": 500}


def test_a_listing_is_made_then_replaced_then_taken_down(client: httpx2.Client) -> None:
    path = "/v1/rentals/units/100000/listing"
    assert call(client, "PUT", path, LISTING, 201)["Contact"]["Name"] == "Leasing office"
    assert call(client, "GET", "/v1/rentals/units/100000")["IsUnitListed"]
    assert call(client, "PUT", path, {**LISTING, "ContactId": None})["Contact"] is None
    call(client, "DELETE", path, status=204)
    assert client.get(path).status_code == 404


def test_vacant_units_are_listed_from_the_start(client: httpx2.Client) -> None:
    listed = call(client, "GET", "/v1/rentals/units/listings")
    assert [listing["Unit"]["Id"] for listing in listed] == [100002]
    of_others = client.get("/v1/rentals/units/listings", params={"entitytype": "Property", "entityid": 1001})
    assert of_others.json() == []


def test_listing_contacts_are_kept(client: httpx2.Client) -> None:
    body = {"Name": "Front desk", "PhoneNumber": "(512) 555-0166"}
    made = call(client, "POST", "/v1/rentals/units/listingcontacts", body, 201)
    assert made in call(client, "GET", "/v1/rentals/units/listingcontacts")


@pytest.mark.parametrize(
    "record",
    ["rentals/1000", "rentals/units/100000", "rentals/owners/400", "leases/10000001", "leases/tenants/50000000",
     "vendors/20000"],
)  # fmt: skip
def test_a_note_is_added_read_and_rewritten(client: httpx2.Client, record: str) -> None:
    path = f"/v1/{record}/notes"
    made = call(client, "POST", path, {"Note": "Dog in the yard"}, 201)
    assert call(client, "GET", path) == [made]
    assert call(client, "PUT", f"{path}/{made['Id']}", {"Note": "No dog"})["Note"] == "No dog"


def test_a_note_belongs_to_one_record(client: httpx2.Client) -> None:
    made = client.post("/v1/vendors/20000/notes", json={"Note": "Slow to answer"}).json()
    assert client.get(f"/v1/vendors/20001/notes/{made['Id']}").status_code == 404


def test_applicants_take_notes_that_cannot_be_changed(client: httpx2.Client) -> None:
    path = "/v1/applicants/180000002/notes"
    note = call(client, "POST", path, {"Note": "Wants a garage"}, 201)
    assert client.put(f"{path}/{note['Id']}", json={"Note": "x"}).status_code == 405


def test_balances_are_what_the_ledger_leaves_unpaid(client: httpx2.Client) -> None:
    owing = call(client, "GET", "/v1/leases/outstandingbalances")
    ledger = call(client, "GET", f"/v1/leases/{owing[0]['LeaseId']}/transactions")
    assert owing[0]["TotalBalance"] == sum(entry["TotalAmount"] for entry in ledger) > 0
    one = call(client, "GET", f"/v1/leases/{owing[0]['LeaseId']}/transactions/{ledger[0]['Id']}")
    assert one == ledger[0]


def test_a_ledger_entry_keeps_its_id_as_months_pass(simulator: Simulator, client: httpx2.Client) -> None:
    path = "/v1/leases/10000001/transactions"
    before = {entry["Id"]: entry["Date"] for entry in client.get(path).json()}
    simulator.advance(31 * 86_400)
    after = {entry["Id"]: entry["Date"] for entry in client.get(path).json()}
    assert all(after.get(id, date) == date for id, date in before.items())
    assert len(before.keys() & after.keys()) >= 2


def test_an_applicant_without_application_cannot_be_decided(client: httpx2.Client) -> None:
    body = {"FirstName": "Ada", "LastName": "Ortega", "UnitId": 100002, "SendRentalApplicationEmail": False,
            "Email": "ada@example.com"}  # fmt: skip
    made = call(client, "POST", "/v1/applicants", body, 201)
    assert (made["PropertyId"], made["Applications"]) == (1000, [])
    assert call(client, "GET", f"/v1/applicants/{made['Id']}/applications") == []
    assert client.get("/v1/applicants", params={"email": "ADA@example"}).json() == [made]
    changed = call(client, "PUT", f"/v1/applicants/{made['Id']}", {"FirstName": "Ada", "LastName": "Soto"})
    assert (changed["LastName"], changed["Email"], changed["UnitId"]) == ("Soto", None, None)


def test_deciding_an_application_decides_its_applicant(client: httpx2.Client) -> None:
    applicant = call(client, "GET", "/v1/applicants")[0]
    path = f"/v1/applicants/{applicant['Id']}/applications/{applicant['Applications'][0]['Id']}"
    assert call(client, "GET", path)["Application"]
    call(client, "PUT", path, {"ApplicationStatus": "Approved"})
    assert call(client, "GET", f"/v1/applicants/{applicant['Id']}")["Status"] == "Approved"
    lease = {"LeaseType": "Fixed", "UnitId": 100002, "LeaseFromDate": "2026-03-05", "LeaseToDate": "2027-03-04",
             "SendWelcomeEmail": False, "ApplicantIds": [applicant["Id"]]}  # fmt: skip
    assert len(call(client, "POST", "/v1/leases", lease, 201)["Tenants"]) == 1


def test_applicants_are_grouped(client: httpx2.Client) -> None:
    made = call(client, "POST", "/v1/applicants/groups", {"ApplicantIds": [180000002], "UnitId": 100002}, 201)
    assert call(client, "GET", "/v1/applicants/180000002")["ApplicantGroupId"] == made["Id"]
    decided = {"ApplicantGroupStatus": "Deferred", "ApplicantIds": [180000002]}
    assert call(client, "PUT", f"/v1/applicants/groups/{made['Id']}", decided)["UnitId"] is None


def test_a_phone_call_is_logged(client: httpx2.Client) -> None:
    body = {"Participant": {"EntityType": "RentalTenant", "EntityId": 50000000}, "Subject": "Leak",
            "Description": "Called about the sink", "CallDateTime": "2026-03-04T11:00:00Z"}  # fmt: skip
    made = call(client, "POST", "/v1/communications/phonelogs", body, 201)
    path = f"/v1/communications/phonelogs/{made['Id']}"
    assert call(client, "PUT", path, {**body, "Subject": "Leak again"})["Subject"] == "Leak again"
    assert client.get("/v1/communications/phonelogs", params={"fromdate": "2026-03-05"}).json() == []
    body["Participant"] = {"EntityType": "RentalTenant", "EntityId": 1}
    assert client.post("/v1/communications/phonelogs", json=body).status_code == 404


def put_bytes(client: httpx2.Client, ticket: dict[str, Any], body: bytes) -> httpx2.Response:
    headers = {"Content-Type": "application/octet-stream", **ticket["Headers"]}
    return client.put(ticket["UploadUrl"], content=body, headers=headers)


UPLOAD = {"EntityType": "Rental", "EntityId": 1000, "FileName": "roof.jpg", "Title": "Roof", "CategoryId": 3}


def test_a_file_exists_once_its_bytes_arrived_and_comes_back_whole(client: httpx2.Client) -> None:
    ticket = call(client, "POST", "/v1/files/uploads", UPLOAD, 201)
    assert call(client, "GET", "/v1/files") == []
    assert put_bytes(client, ticket, b"made-up picture").status_code == 200
    query = {"physicalfilenames": ticket["PhysicalFileName"]}
    found = client.get("/v1/files", params=query).json()
    assert (found[0]["Size"], found[0]["ContentType"]) == (15, "image/jpeg")
    link = call(client, "POST", f"/v1/files/{found[0]['Id']}/downloadrequest", status=201)
    assert client.get(link["DownloadUrl"]).content == b"made-up picture"
    call(client, "PUT", f"/v1/files/{found[0]['Id']}", {"Title": "Old roof", "CategoryId": 1})
    call(client, "GET", "/v1/files/categories")


def test_an_upload_address_dies_after_five_minutes(simulator: Simulator, client: httpx2.Client) -> None:
    ticket = client.post("/v1/files/uploads", json=UPLOAD).json()
    simulator.advance(301)
    assert put_bytes(client, ticket, b"late").status_code == 403
    assert client.get("/v1/files").json() == []


def test_an_upload_without_its_headers_is_refused(client: httpx2.Client) -> None:
    ticket = client.post("/v1/files/uploads", json=UPLOAD).json()
    assert client.put(ticket["UploadUrl"], content=b"x").status_code == 403


def test_a_photo_of_a_task_hangs_on_its_history(client: httpx2.Client) -> None:
    task = call(client, "POST", "/v1/tasks/todorequests", TASK, 201)["Id"]
    entry = call(client, "GET", f"/v1/tasks/{task}/history")[0]["Id"]
    path = f"/v1/tasks/{task}/history/{entry}/files"
    ticket = call(client, "POST", f"{path}/uploads", {"FileName": "leak.png"}, 201)
    put_bytes(client, ticket, b"x" * 1500)
    photo = call(client, "GET", path)[0]
    assert (photo["Size"], photo["Title"]) == (2, "leak.png")
    assert call(client, "GET", f"/v1/tasks/{task}/history/{entry}")["FileIds"] == [photo["Id"]]
    link = call(client, "POST", f"{path}/{photo['Id']}/downloadrequest", status=201)
    assert len(client.get(link["DownloadUrl"]).content) == 1500
    changed = call(client, "PUT", f"/v1/tasks/{task}/history/{entry}", {"Message": "See photo"})
    assert changed["Message"] == "See photo"


def test_a_checklist_is_replaced_whole_and_takes_its_own_words_only(client: httpx2.Client) -> None:
    path, body = "/v1/rentals/1001/amenities", {"Features": ["Pool", "Pool"], "IncludedInRent": ["Gas"]}
    assert call(client, "PUT", path, body) == {"Features": ["Pool"], "IncludedInRent": ["Gas"]}
    assert call(client, "PUT", path, {"Features": ["Sauna"]}) == {"Features": ["Sauna"], "IncludedInRent": []}
    assert call(client, "GET", path) == {"Features": ["Sauna"], "IncludedInRent": []}
    unit = "/v1/rentals/units/100000/amenities"
    assert call(client, "PUT", unit, {"Features": ["Balcony"]}) == {"Features": ["Balcony"]}
    assert client.put(unit, json={"Features": ["Pool"]}).status_code == 422


@pytest.mark.parametrize(
    ("schema", "key", "known"),
    [
        ("RentalFeaturesPutMessage", "Features", words.PROPERTY_FEATURES),
        ("RentalFeaturesPutMessage", "IncludedInRent", words.INCLUDED_IN_RENT),
        ("RentalUnitFeaturesPutMessage", "Features", words.UNIT_FEATURES),
    ],
)
def test_the_words_of_the_checklists_are_the_documents(schema: str, key: str, known: list[str]) -> None:
    spoken = document("buildium.json")["components"]["schemas"][schema]["properties"][key]
    assert known == spoken["anyOf"][1]["items"]["enum"]
