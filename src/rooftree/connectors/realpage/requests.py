"""Service requests as they are read (contract 4.5): by a range of days, as the one working client seen asked for them.

The meaning of its numbers (search type 7, status 4) and the names in the answer are unsure: the numbers can be set, the
names are looked for in several spellings, and everything stays readable as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Context, Page, Query, Wire, WireRecord
from rooftree.connectors.realpage import client, pack
from rooftree.connectors.realpage.wire import day, join
from rooftree.connectors.values import unmark, word_of
from rooftree.errors import Unreadable
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, WorkOrderStatus

BREAK = "\n\n"
NUMBER = ("ServiceRequestID", "RequestID", "WorkOrderID", "ServiceRequestNumber", "WorkOrderNumber", "ID")
TEXT = ("Description", "RequestDescription", "ProblemDescription", "Comments", "Comment", "Notes")
_UNIT = ("UnitID", "Unit/UnitID")
_UNIT_NUMBER = ("UnitNumber", "UnitNo", "Unit")
_MEMBER = ("ResidentMemberID", "ResmID", "MemberID", "ResidentID")
_LEASE = ("LeaseID", "LeaID")
_STATUS = ("Status", "RequestStatus", "StatusText", "StatusName", "StatusDescription")
_PRIORITY = ("Priority", "PriorityName", "PriorityText", "PriorityDescription")
_LOCATION = ("Location", "LocationName", "LocationText", "LocationDescription")
_ISSUE = ("Issue", "IssueName", "IssueText", "IssueDescription", "ServiceIssue", "Problem")
_ACCESS = ("Access", "AccessType", "EntryPermission", "PermissionToEnter", "UnitAccess")
_DUE = ("DueDate", "DateDue", "NeedByDate", "RequestedCompletionDate")
_ASKED = ("RequestDate", "DateRequested", "RequestedDate", "CreateDate", "CreatedDate", "DateCreated")
_CHANGED = ("ModifiedDate", "LastModifiedDate", "UpdateDate", "LastUpdated")
_DONE = ("CompleteDate", "CompletedDate", "DateCompleted", "CompletionDate")
_CALLER = ("CallerName", "RequestedBy", "ReportedBy", "RequestorName", "ResidentName")
_FROM, _LATEST = "2000-01-01", "2099-12-31T00:00:00"
_DAY = timedelta(days=1)


def asked(first: str, last: str = _LATEST, *, search: str = "7", status: str = "4") -> soap.Node:
    """Those requested between two moments, open or not."""
    values = {
        "searchtype": search,
        "searchid": "0",
        "requeststatus": status,
        "requestdatestart": first if "T" in first else f"{first}T00:00:00",
        "requestdateend": last,
        "includeactivity": "true",
    }
    return soap.node("getservicerequest", *(soap.node(name, text) for name, text in values.items()))


def orders(wire: Wire, site: str, since: datetime | None = None) -> list[WireRecord]:
    """All of a site since the setting `requests_from`; `since` narrows it to those requested since, with a day more."""
    told = wire.options
    first = f"{(since - _DAY).date()}" if since else told.get("requests_from") or _FROM
    numbers = {"search": told.get("search_type") or "7", "status": told.get("request_status") or "4"}
    found = client.ask(wire, "getservicerequest", asked(first, **numbers), site=site)
    return [{**row, "siteid": site} for row in soap.many(found, "GetServiceRequests/GetServiceRequest")]


def list_orders(wire: Wire, query: Query, cursor: str | None) -> Page:
    """A page for each site, the cursor naming those left; `since` is about the day a request was made.

    No method tells of changes.
    """
    asked = query.parent or query.filters.get("property_id")
    places = [asked] if asked else cursor.split("\n") if cursor else client.codes(wire)
    found = [row for place in places[:1] for row in orders(wire, place, query.since)]
    return Page(items=found, next="\n".join(places[1:]) or None)


def number_of(row: WireRecord) -> str:
    """Raises Unreadable for a record without one."""
    found = soap.text(row, *NUMBER)
    if found in (None, "0"):
        raise Unreadable("RealPage sent a service request without a number.")
    return str(found)


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    site, number = str(wire["siteid"]), number_of(wire)
    zone, words = ctx.zone_of(site), ctx.picks
    status, access = soap.text(wire, *_STATUS), soap.text(wire, *_ACCESS)
    priority = soap.text(wire, *_PRIORITY) or _looked_up(words, f"priorities:{site}", soap.text(wire, "PriorityID"))
    issue = _issue(wire) or _looked_up(words, f"issues:{site}", soap.text(wire, "IssueID", "ServiceIssueID"))
    title, _, more = (unmark(soap.text(wire, *TEXT)) or "").partition(BREAK)
    state = pack.meaning(WorkOrderStatus, "statuses", status, ctx)
    done = soap_dates.to_moment(soap.text(wire, *_DONE), zone)
    return WorkOrder(
        id=f"{site}:{number}",
        created_at=soap_dates.to_moment(soap.text(wire, *_ASKED), zone),
        updated_at=soap_dates.to_moment(soap.text(wire, *_CHANGED), zone),
        number=number,
        property_id=site,
        unit_id=join(site, soap.text(wire, *_UNIT)),
        unit_number=soap.text(wire, *_UNIT_NUMBER),
        lease_id=join(site, soap.text(wire, *_LEASE)),
        resident_id=join(site, soap.text(wire, *_MEMBER)),
        requested_by=soap.text(wire, *_CALLER),
        title=title.strip() or issue or "(no title)",
        description=more.strip() or None,
        category=issue,
        location=soap.text(wire, *_LOCATION) or _looked_up(words, f"locations:{site}", soap.text(wire, "LocationID")),
        trade=pack.trade_of(issue, ctx),
        status=state,
        status_raw=status,
        priority=pack.meaning(Priority, "priorities", priority, ctx),
        priority_raw=priority,
        entry_permission=_entry(access, ctx),
        due_on=day(wire, *_DUE),
        completed_at=None if state.is_open else done,
        raw=wire,
    )


def _issue(wire: WireRecord) -> str | None:
    category, sub = soap.text(wire, "Category", "IssueCategory"), soap.text(wire, "SubCategory", "IssueSubCategory")
    return soap.text(wire, *_ISSUE) or " - ".join(filter(None, (category, sub))) or None


def _looked_up(picks: Mapping[str, Mapping[str, str]], name: str, code: str | None) -> str | None:
    """The word of a code where the answer tells only that; the code itself where no list has it."""
    return (word_of(picks.get(name, {}), code) or code) if code else None


def _entry(word: str | None, ctx: Context) -> EntryPermission:
    """Only the words for yes and no say something; any other leaves it open."""
    taught = {text.casefold(): name for name, text in pack.of(ctx, "access").items()}
    return EntryPermission(taught.get((word or "").strip().casefold(), "unknown"))
