"""The RealPage simulator, driven by zeep from its own WSDLs: a client that shares no code with us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import zeep

from rooftree.simulators import registry, serve
from rooftree.simulators.kit import Simulator
from rooftree.simulators.realpage.simulator import key_of

SITE = "2000002"
Ask = Callable[..., Any]


@pytest.fixture
def simulator() -> Simulator:
    return registry.build("realpage", seed=7)


@pytest.fixture
def ask(simulator: Simulator) -> Iterator[Ask]:
    """Calls a method of a service with that service's own key."""
    running, held = serve.start(simulator), simulator.credentials
    clients: dict[str, Any] = {}

    def call(service: str, method: str, **fields: Any) -> Any:
        path = f"{running.url}/rpxgateway/partner/MadeUp/{service}.svc?singleWsdl"
        client = clients.setdefault(service, None) or zeep.Client(path)  # type: ignore[no-untyped-call]
        clients[service] = client
        auth = {name: held[name] for name in ("pmcid", "username", "password")}
        auth |= {"siteid": SITE, "licensekey": key_of(held, service), "system": "OneSite"}
        return getattr(client.service, method)(auth=auth, **fields)

    yield call
    for client in clients.values():
        client.transport.session.close()
    running.stop()


def _criteria(**wanted: str) -> dict[str, Any]:
    return {"ListCriterion": [{"name": name, "singlevalue": value} for name, value in wanted.items()]}


def test_a_stranger_asks_for_units_to_be_had_and_is_shown_a_few_unless_all_are_wanted(ask: Ask) -> None:
    few = ask("Leasing", "getunitlist", listCriteria=_criteria(DateNeeded="03/01/2026"))
    all_of_them = ask("Leasing", "getunitlist", listCriteria=_criteria(LimitResults="False"))
    assert (len(few.findall(".//UnitObject")), len(all_of_them.findall(".//UnitObject"))) == (2, 4)
    plans = ask("Leasing", "getfloorplanlist", listCriteria=_criteria(LimitResults="False"))
    assert plans.findtext("FloorPlanObject/FloorPlanNameMarketing").startswith("The ")


def test_a_stranger_reads_a_ledger_as_a_diffgram(ask: Ask) -> None:
    leases = ask("Residents", "getleaseinfo", getleaseinfo={"residentstatus": "C", "residentheldthestatus": "30"})
    house = leases.findtext("Leases/Lease/ReshID")
    period = {"startdate": "2000-01-01", "enddate": "2100-01-01", "allopen": "false"}
    found = ask("Residents", "getresidentledger", getresidentledger={"reshid": house, **period})
    rows = found.findall(".//ResidentLedgerDetails")
    assert {row.findtext("TrancName") for row in rows} == {"RENT", "PMTCHECK"}
    assert rows[0].get("{urn:schemas-microsoft-com:xml-diffgram-v1}id") == "ResidentLedgerDetails1"


def _lead(mail: str, **person: Any) -> dict[str, Any]:
    people = {"Prospect": [{"firstname": "Ada", "lastname": "Tester", "email": mail, "relationshipid": "H", **person}]}
    codes = {"contacttype": "R0000001", "primaryleadsource": "P000000001", "leasingagentid": "0"}
    flags = {"statusisactive": "true", "skipduplicatecheck": "false", "daysbackduplicatecheck": "30"}
    return {"guestcardid": "0", "datecontact": "2099-01-01T10:00:00", **codes, **flags, "prospects": people}


def test_a_stranger_makes_a_guest_card_finds_it_and_makes_no_second_one(ask: Ask) -> None:
    made = ask("Leasing", "insertprospect", guestcard=_lead("ada@example.com"))
    assert (made.findtext("message"), made.findtext("Guestcard/NewID")) == ("SUCCESS", "0")
    again = ask("Leasing", "insertprospect", guestcard=_lead("ADA@example.com"))
    assert again.findtext("Guestcard/ID") == made.findtext("Guestcard/ID")
    criterion = {"ProspectSearchCriterion": {"email": "ada@example.com"}}
    found = ask("Leasing", "prospectsearch", prospectSearchCriterion=criterion)
    assert found.findtext("GuestCards/GuestCard/GuestCardID") == made.findtext("Guestcard/ID")
    criterion["ProspectSearchCriterion"]["email"] = "nobody@example.com"
    assert ask("Leasing", "prospectsearch", prospectSearchCriterion=criterion) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"primaryleadsource": "Property Website"}, "primaryleadsource Property Website is not valid"),
        ({"prospects": {"Prospect": [{"firstname": "A" * 31, "lastname": "B"}]}}, "firstname must have 1 to 30"),
        ({"prospects": {"Prospect": [{"firstname": "A", "lastname": "B", "gender": "F"}]}}, "takes no gender"),
    ],
)
def test_words_long_names_and_protected_facts_are_refused_in_a_message(
    ask: Ask, changed: dict[str, Any], told: str
) -> None:
    answer = ask("Leasing", "insertprospect", guestcard={**_lead("ada@example.com"), **changed})
    assert told in answer.findtext("message")
    assert answer.find("Guestcard") is None


def _appointment(card: str, task: str, at: str) -> dict[str, str]:
    times = dict.fromkeys(("taskapptdatetime", "taskdurationstart", "taskcontactdatetime"), f"2099-01-05T{at}:00")
    ends = {"taskdurationend": f"2099-01-05T{at[:3]}59:00"}
    return {"guestcardid": card, "taskid": task, "agentid": "47000001", "taskcategorycd": "R0000001", **times, **ends}


def test_a_stranger_books_moves_and_sees_an_appointment_and_its_agent_is_busy_then(ask: Ask) -> None:
    card = ask("Leasing", "insertprospect", guestcard=_lead("ada@example.com")).findtext("Guestcard/ID")
    task = ask("Leasing", "insertfollowup", followup=_appointment(card, "0", "10:00")).findtext("NewID")
    again = ask("Leasing", "insertfollowup", followup=_appointment(card, "0", "10:30"))
    assert again.findtext("message") == "The agent is not free at this taskapptdatetime."
    assert ask("Leasing", "insertfollowup", followup=_appointment(card, task, "10:30")).findtext("NewID") == task
    period = {"startdatetime": "2099-01-05T00:00:00", "enddatetime": "2099-01-05T23:59:00"}
    wanted = {"leasingagentid": "47000001", **period}
    seen = ask("Leasing", "getscheduledappointments", getscheduledappointmentsparam=wanted)
    assert [each.findtext("taskapptdatetime") for each in seen] == ["2099-01-05T10:30:00"]
    free = ask("Leasing", "getagentsappointmenttimes", getappointmenttimesparam=wanted)
    assert [each.text for each in free.iterfind(".//startdatetime")] == ["2099-01-05T08:00:00", "2099-01-05T10:59:00"]
    longer = {**wanted, "enddatetime": "2099-01-20T00:00:00"}
    with pytest.raises(zeep.exceptions.Fault, match="At most 7 days"):
        ask("Leasing", "getagentsappointmenttimes", getappointmenttimesparam=longer)


def test_a_stranger_logs_on_a_guest_card_and_sees_it_there(ask: Ask) -> None:
    card = ask("Leasing", "insertprospect", guestcard=_lead("ada@example.com")).findtext("Guestcard/ID")
    said = {"guestcardid": card, "propertyid": SITE, "actiondate": "2026-02-05", "comments": "Hello", "typeid": "12"}
    made = ask("Leasing", "insertactivity", activity={**said, "creatorid": "47000001"})
    found = ask("Leasing", "prospectsearch", prospectSearchCriterion={"ProspectSearchCriterion": {"guestcardid": card}})
    assert found.findtext(".//Activity/ActivityID") == made.findtext("NewID")
    wrong = ask("Leasing", "insertactivity", activity={**said, "creatorid": "1"})
    assert "creatorid" in wrong.findtext("message")


def test_a_stranger_makes_a_service_request_and_learns_its_number_only_by_reading(ask: Ask) -> None:
    made = {"unitid": "1", "locationid": "1", "issueid": "11", "duedate": "2026-02-02T00:00:00", "description": "Drip"}
    with pytest.raises(zeep.exceptions.Fault, match="duedate is required"):
        ask("Facilities", "addservicerequest", servicerequest={**made, "duedate": ""})
    told = ask("Facilities", "addservicerequest", servicerequest=made)
    assert [each.tag for each in told] == ["message"]
    asked = {
        "searchtype": "7", "searchid": "0", "requeststatus": "4",
        "requestdatestart": "2000-01-01T00:00:00", "requestdateend": "2100-01-01T00:00:00", "includeactivity": "true",
    }  # fmt: skip
    rows = ask("Facilities", "getservicerequest", getservicerequest=asked).findall("GetServiceRequest")
    (mine,) = [row for row in rows if row.findtext("Description") == "Drip"]
    number = mine.findtext("ServiceRequestID")
    ask("Facilities", "updateservicerequest", servicerequest={"servicerequestid": number, "status": "Complete"})
    rows = ask("Facilities", "getservicerequest", getservicerequest=asked).findall("GetServiceRequest")
    assert [row.findtext("Status") for row in rows if row.findtext("ServiceRequestID") == number] == ["Complete"]
    with pytest.raises(zeep.exceptions.Fault, match="Done is no status"):
        ask("Facilities", "updateservicerequest", servicerequest={"servicerequestid": number, "status": "Done"})


def test_a_stranger_reads_the_lists_behind_a_service_request(ask: Ask) -> None:
    issues = ask("Facilities", "getserviceissuelist").findall("Contents/PicklistItem")
    assert ("11", "Plumbing - Leak") in [(row.findtext("Value"), row.findtext("Text")) for row in issues]
    assert ask("Facilities", "getwoprioritylist").findtext("Contents/PicklistItem/Text") == "Emergency"
