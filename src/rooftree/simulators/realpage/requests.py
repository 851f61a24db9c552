"""Service requests and the lists they are made of (contract 4.5), with the stricter reading of what is unsure.

The number of a new one is not told. Location, issue and due date are wanted, by the site's own codes; a change sets one
of four status words. Field and answer names are our own guess: no public client shows them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rooftree.simulators.realpage.methods import Company, Method, Run, picklist
from rooftree.simulators.realpage.seed import LEASES_A_UNIT, Seeds
from rooftree.simulators.soap import Element, Fault, Field, fields, leaves, said, tree
from rooftree.simulators.wire import Record

FIRST = 3_000_001
LOCATIONS = (("1", "Kitchen"), ("2", "Bathroom"), ("3", "Bedroom"), ("9", "Whole home"))
ISSUES = (
    ("11", "Plumbing - Leak"),
    ("12", "Plumbing - Clogged drain"),
    ("21", "Electrical - No power"),
    ("31", "HVAC - No heat"),
    ("41", "Appliances - Refrigerator"),
    ("90", "General - Other"),
)
PRIORITIES = (("1", "Emergency"), ("2", "High"), ("3", "Medium"))
STATUSES = ("In Progress", "On Hold", "Canceled", "Complete")
ACCESS = ("ENTER_AT_ANY_TIME", "BY_PERMISSION_ONLY", "CALL_FOR_ENTRY")
_NEW = "Open"
_SEEDED = ("Complete", _NEW, "In Progress", "Complete")
"""By what a unit has seen (`Portfolio.job`)."""
_ASKED = (
    "searchtype searchid requeststatus requestdatestart requestdateend includeactivity completedatestart "
    "completedateend"
)
_MADE = "unitid residentmemberid callername locationid issueid priorityid duedate access description"
ASKED = Field("getservicerequest", fields=fields(_ASKED))
MADE = Field("servicerequest", fields=fields(_MADE))
CHANGED = Field("servicerequest", fields=fields("servicerequestid status"))


def set_up(company: Company) -> None:
    seeds = company.seeds
    jobs = [FIRST + unit for unit in range(seeds.portfolio.units) if seeds.portfolio.job(unit) is not None]
    company.database.table(
        "service_requests", jobs, lambda id: _seeded(seeds, id), seeds.stamp, first_id=FIRST + seeds.portfolio.units
    )


def _seeded(seeds: Seeds, id: int) -> Record:
    unit = id - FIRST
    slot = next(iter(seeds.portfolio.slots(unit)), 0)
    lease = seeds.lease_row(unit * LEASES_A_UNIT + slot)
    zone = ZoneInfo(seeds.portfolio.place(seeds.place_of(lease["siteid"])).zone)
    head, at = lease["people"][0], _stamp(seeds.stamp(id).astimezone(zone))
    status = _SEEDED[seeds.portfolio.job(unit) or 0]
    place, issue = LOCATIONS[unit % len(LOCATIONS)], ISSUES[unit % len(ISSUES)]
    return {
        "siteid": lease["siteid"],
        "ServiceRequestID": str(id),
        "UnitID": head["unitid"],
        "UnitNumber": head["unitnumber"],
        "ResidentMemberID": head["residentmemberid"],
        "LeaseID": head["leaseid"],
        "CallerName": f"{head['firstname']} {head['lastname']}",
        **_placed(place, issue, PRIORITIES[unit % len(PRIORITIES)]),
        "DueDate": at[:10],
        "Access": ACCESS[unit % len(ACCESS)],
        "Description": f"{issue[1].split(' - ')[1]} in the {place[1].lower()}.",
        "Status": status,
        "RequestDate": at,
        "CompleteDate": at if status == "Complete" else "1900-01-01T00:00:00",
    }


def _placed(place: tuple[str, str], issue: tuple[str, str], priority: tuple[str, str] | None) -> Record:
    number, word = priority or ("", "")
    about = {"LocationID": place[0], "Location": place[1], "IssueID": issue[0], "Issue": issue[1]}
    return about | {"PriorityID": number, "Priority": word}


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _read(company: Company, site: str, wrapper: Element) -> Element | None:
    """Those requested between the two days; nothing at all where there are none."""
    asked = {name: said(wrapper, f"getservicerequest/{name}") for name in _ASKED.split()}
    if (asked["searchtype"], asked["requeststatus"]) != ("7", "4"):
        raise Fault("s:inv_SearchType", "The search type is not valid.")
    rows = company.of(company.database.tables["service_requests"], site)
    first, last = asked["requestdatestart"], asked["requestdateend"]
    found = [row for row in rows if first <= row["RequestDate"] <= last]
    shown = (_shown(row, asked["includeactivity"] == "true") for row in found)
    return tree("GetServiceRequests", *shown) if found else None


def _shown(row: Record, with_activity: bool) -> Element:
    made = tree("GetServiceRequest", *leaves(**{name: text for name, text in row.items() if name != "siteid"}))
    if with_activity:
        made.append(tree("Activities", tree("Activity", *leaves(Date=row["RequestDate"], Text="Entered"))))
    return made


def _add(company: Company, site: str, wrapper: Element) -> Element:
    """Makes one and does not tell its number."""
    given = {name: said(wrapper, f"servicerequest/{name}") for name in _MADE.split()}
    lacking = next((name for name in ("unitid", "locationid", "issueid", "duedate") if not given[name]), None)
    if lacking:
        raise Fault("s:inv_Request", f"{lacking} is required.")
    unit = next((row for row in company.of(company.units, site) if row["UnitID"] == given["unitid"]), None)
    place, issue = _of(LOCATIONS, given["locationid"]), _of(ISSUES, given["issueid"])
    priority = _of(PRIORITIES, given["priorityid"])
    if unit is None or place is None or issue is None or (given["priorityid"] and priority is None):
        raise Fault("s:inv_Request", "A code is not this site's.")
    if given["access"] not in ("", *ACCESS):
        raise Fault("s:inv_Request", f"{given['access']} is no access.")
    table, at = company.database.tables["service_requests"], company.now(site)
    row = {
        "siteid": site,
        "UnitID": unit["UnitID"],
        "UnitNumber": unit["UnitNumber"],
        "ResidentMemberID": given["residentmemberid"],
        "LeaseID": _lease(company, site, given["residentmemberid"]),
        "CallerName": given["callername"],
        **_placed(place, issue, priority),
        "DueDate": given["duedate"][:10],
        "Access": given["access"],
        "Description": given["description"],
        "Status": _NEW,
        "RequestDate": _stamp(at),
        "CompleteDate": "1900-01-01T00:00:00",
    }
    number = table.add(row)
    table.put(number, {**row, "ServiceRequestID": str(number)})
    return tree("AddServiceRequest", *leaves(message="SUCCESS"))


def _of(items: tuple[tuple[str, str], ...], code: str) -> tuple[str, str] | None:
    return next((each for each in items if each[0] == code), None)


def _lease(company: Company, site: str, member: str) -> str:
    held = (person for lease in company.of(company.leases, site) for person in lease["people"])
    return next((person["leaseid"] for person in held if person["residentmemberid"] == member), "")


def _change(company: Company, site: str, wrapper: Element) -> Element:
    number, word = said(wrapper, "servicerequest/servicerequestid"), said(wrapper, "servicerequest/status")
    table = company.database.tables["service_requests"]
    row = table.get(int(number)) if number.isdigit() else None
    if row is None or row["siteid"] != site:
        raise Fault("s:inv_Request", f"Service request {number} was not found.")
    if word not in STATUSES:
        raise Fault("s:inv_Request", f"{word} is no status.")
    done = _stamp(company.now(site)) if word == "Complete" else "1900-01-01T00:00:00"
    table.put(int(number), {**row, "Status": word, "CompleteDate": done})
    return tree("UpdateServiceRequest", *leaves(message="SUCCESS"))


def enter(company: Company, fields: Record) -> Record:
    """One typed in by staff; the fields are those of an answer. Raises ValueError for a site that is not there."""
    site = str(fields.get("siteid", ""))
    if site not in [row["SiteID"] for _id, row in company.sites.rows()]:
        raise ValueError(f"There is no site {site}.")
    table, at = company.database.tables["service_requests"], company.now(site)
    blank = {"Status": _NEW, "RequestDate": _stamp(at), "CompleteDate": "", "DueDate": _stamp(at + timedelta(days=1))}
    number = table.add({**blank, **fields})
    return table.put(number, {**blank, **fields, "ServiceRequestID": str(number)})


def _list(root: str, items: tuple[tuple[str, str], ...]) -> Run:
    return lambda _company, _site, _wrapper: picklist(root, items)


_PLACED = "Facilities"
METHODS = (
    Method(name="getlocationlist", run=_list("GetLocationList", LOCATIONS), service=_PLACED),
    Method(name="getserviceissuelist", run=_list("GetServiceIssueList", ISSUES), service=_PLACED),
    Method(name="getwoprioritylist", run=_list("GetWOPriorityList", PRIORITIES), service=_PLACED),
    Method(name="getservicerequest", run=_read, fields=[ASKED], service=_PLACED),
    Method(name="addservicerequest", run=_add, fields=[MADE], service=_PLACED, reads=False),
    Method(name="updateservicerequest", run=_change, fields=[CHANGED], service=_PLACED, reads=False),
)
