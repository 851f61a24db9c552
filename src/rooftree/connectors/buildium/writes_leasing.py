"""Writing leasing: leases and move-outs, tenants, ledger, leads, applicants (contract 3.5, 3.6, 3.13, 3.15)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Send, Wire, WireRecord
from rooftree.connectors.buildium.changes import need, own_id, post, put
from rooftree.connectors.buildium.client import every
from rooftree.connectors.buildium.client_maintenance import TASK_PATHS
from rooftree.connectors.buildium.mapping_leasing import APPLICATION_STATUSES, LEAD_STATUSES, WISHES
from rooftree.connectors.buildium.wire import from_address, from_phones, iso, iso_instant, to_id, to_int
from rooftree.connectors.buildium.writes_maintenance import TEXT, TITLE, caretaker, current_category, unchanged
from rooftree.connectors.changes import marked, overlay
from rooftree.connectors.values import filled, mark
from rooftree.model.leasing import Applicant, Application, Lead, Lease, Resident, Wishes
from rooftree.model.vocabulary import ApplicationStatus, LeadStatus

NAME, COMMENT, MEMO = 127, 65_535, 65

LEAD_WORDS = {
    LeadStatus.NEW: "New",
    LeadStatus.CONTACTED: "InProgress",
    LeadStatus.SHOWING_SCHEDULED: "InProgress",
    LeadStatus.SHOWN: "InProgress",
    LeadStatus.APPLIED: "Completed",
    LeadStatus.LEASED: "Completed",
    LeadStatus.LOST: "Closed",
}
DECISIONS = {
    ApplicationStatus.SUBMITTED: "Undecided",
    ApplicationStatus.IN_REVIEW: "Undecided",
    ApplicationStatus.APPROVED: "Approved",
    ApplicationStatus.DENIED: "Rejected",
    ApplicationStatus.WITHDRAWN: "Cancelled",
}
LEASE_KINDS = ("Fixed", "FixedWithRollover", "AtWill")


def write_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Makes a signed lease for tenants who exist (Buildium's API has no draft), or changes its dates and type."""
    if current is None:
        return _create_lease(desired)
    before, after = from_lease(current, current.raw), from_lease(overlay(current, desired), current.raw)
    return None if before == after else put("change lease", f"/v1/leases/{current.id}", filled(after))


def _create_lease(desired: Lease) -> Send:
    unit, tenants = (
        need(desired.unit_id, "unit_id", "the unit"),
        need(desired.resident_ids, "resident_ids", "a tenant"),
    )
    body = {
        "LeaseType": desired.kind_raw if desired.kind_raw in LEASE_KINDS else "Fixed",
        "UnitId": to_int(unit),
        "LeaseFromDate": iso(need(desired.starts_on, "starts_on", "the first day")),
        "LeaseToDate": iso(desired.ends_on),
        "SendWelcomeEmail": False,
        "TenantIds": [int(id) for id in tenants],
    }

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        params = [("createddatetimefrom", (since - timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S"))]
        same = [row for row in every(wire, "/v1/leases", params) if _same_lease(row, body)]
        return [Found(id=str(row["Id"]), exact=False) for row in same]

    return post("create lease", "/v1/leases", filled(body), find=find)


def _same_lease(row: WireRecord, body: dict[str, Any]) -> bool:
    return bool(row.get("UnitId") == body["UnitId"]) and str(row.get("LeaseFromDate"))[:10] == body["LeaseFromDate"]


def from_lease(lease: Lease, raw: WireRecord) -> dict[str, Any]:
    """A LeasePutMessage; eviction and automatic move-out are sent back as they are."""
    return {
        "LeaseType": lease.kind_raw if lease.kind_raw in LEASE_KINDS else "Fixed",
        "UnitId": to_int(lease.unit_id),
        "LeaseFromDate": iso(lease.starts_on),
        "LeaseToDate": iso(lease.ends_on),
        "IsEvictionPending": bool(raw.get("IsEvictionPending")),
        "AutomaticallyMoveOutTenants": bool(raw.get("AutomaticallyMoveOutTenants")),
    }


def end_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """A lease ends when its tenants have moved out: records the next tenant's move-out, one call each."""
    if current is None:
        return None
    leaving = {row["TenantId"] for row in current.raw.get("MoveOutData") or ()}
    gone = {tenant["Id"] for tenant in current.raw.get("Tenants") or () if tenant.get("Status") == "MovedOut"}
    staying = [int(id) for id in current.resident_ids if int(id) not in leaving | gone]
    if not staying:
        return None
    day = need(desired.moved_out_on or desired.scheduled_move_out_on, "moved_out_on", "the day of the move-out")
    return _move_out(current.id, staying[0], iso(day))


def _move_out(lease_id: str, tenant_id: int, day: str | None) -> Send:
    path = f"/v1/leases/{lease_id}/moveouts"

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = every(wire, path, order=None)
        return [Found(id=lease_id, exact=True) for row in rows if row.get("TenantId") == tenant_id]

    def id_of(_answer: Answer) -> str | None:
        return lease_id

    body = {"TenantId": tenant_id, "MoveOutDate": day}
    return post(f"move out tenant {tenant_id}", path, body, find=find, id_of=id_of)


def create_resident(current: Resident | None, desired: Resident, ctx: Context) -> Send | None:
    """A tenant on an existing lease; Buildium has no tenant without one."""
    if current is not None:
        return None
    lease = need(desired.lease_ids, "lease_ids", "the lease this person joins")[0]
    emails = [*desired.emails, None, None]
    body = {
        "LeaseId": to_int(lease),
        "FirstName": need(desired.first_name, "first_name", "a first name")[:NAME],
        "LastName": need(desired.last_name, "last_name", "a last name")[:NAME],
        "Email": emails[0],
        "AlternateEmail": emails[1],
        "PhoneNumbers": from_phones(desired.phones),
        "Comment": mark(desired.notes, ctx.marker, COMMENT),
        "Address": need(from_address(desired.address), "address", "a postal address"),
        "AlternateAddress": from_address(desired.alternate_address),
    }
    find = _find_by("/v1/leases/tenants", "lastupdatedfrom", "Comment", ctx.marker)
    return post("create tenant", "/v1/leases/tenants", filled(body), find=find)


def _find_by(path: str, since_name: str, field: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    """Looks for our marker in `field` of what changed in a list since."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, path, [(since_name, iso_instant(since - timedelta(minutes=5)))]))
        return marked(rows, marker, lambda row: row.get(field), lambda row: str(row["Id"]))

    return find


def write_lead(current: Lead | None, desired: Lead, ctx: Context) -> Send | None:
    """An inquiry as a contact request: a task that staff see with name, phone, e-mail and what was asked for."""
    if current is None:
        return _create_lead(desired, ctx)
    before, after = from_lead(current, current.raw), from_lead(overlay(current, desired), current.raw)
    path = f"{TASK_PATHS['ContactRequest']}/{current.id}"
    return None if before == after else put("change contact request", path, filled(after))


def close_lead(current: Lead | None, desired: Lead, ctx: Context) -> Send | None:
    """Closes the contact request: as done where the person applied or leased, else as lost."""
    if current is None:
        return None
    won = desired.status in (LeadStatus.APPLIED, LeadStatus.LEASED)
    return write_lead(current, Lead(id=current.id, status=desired.status if won else LeadStatus.LOST), ctx)


def _create_lead(desired: Lead, ctx: Context) -> Send:
    path = TASK_PATHS["ContactRequest"]
    body = {
        "Title": f"Inquiry: {desired.name or 'unknown person'}"[:TITLE],
        "Description": mark(_inquiry(desired), ctx.marker, TEXT),
        "PropertyId": to_int(desired.property_id),
        "UnitId": to_int(desired.unit_id),
        "AssignedToUserId": caretaker(ctx),
        "TaskStatus": LEAD_WORDS.get(desired.status, "New"),
        "Priority": "Normal",
        "ContactDetail": filled(_contact(desired)),
    }

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        day = (since - timedelta(days=1)).date().isoformat()
        rows = list(every(wire, path, [("lastupdatedfrom", day)]))
        return marked(rows, ctx.marker, lambda row: row.get("Description"), lambda row: str(row["Id"]))

    return post("create contact request", path, filled(body), find=find, id_of=own_id)


def _inquiry(lead: Lead) -> str:
    """The message, and below it what a contact request has no fields for."""
    lines = [f"Source: {lead.source or lead.channel}", *(_wishes(lead.wishes) if lead.wishes else ())]
    return f"{lead.message or ''}{WISHES}{'; '.join(lines)}"


def _wishes(wishes: Wishes) -> list[str]:
    said = {
        "move-in": iso(wishes.move_in_on),
        "bedrooms": wishes.bedrooms,
        "bathrooms": wishes.bathrooms,
        "rent up to": wishes.rent_max.amount if wishes.rent_max else None,
        "lease months": wishes.lease_months,
        "floor plan": wishes.floorplan_name,
        "pets": ", ".join(wishes.pets) or None,
        "amenities": wishes.amenities,
    }
    return [f"{name}: {value}" for name, value in said.items() if value is not None]


def _contact(lead: Lead) -> dict[str, Any]:
    phones = from_phones(lead.phones) or {}
    return {
        "FirstName": (lead.first_name or lead.name or "Unknown")[:NAME],
        "LastName": lead.last_name[:NAME] if lead.last_name else None,
        "Email": lead.emails[0] if lead.emails else None,
        "PhoneNumbers": {key: value for key, value in phones.items() if key != "Fax"} or None,
    }


def from_lead(lead: Lead, task: WireRecord) -> dict[str, Any]:
    """A ContactRequestTaskPutMessage: the task as it was, with the lead's person, place and status over it."""
    word = str(task.get("TaskStatus"))
    return {
        "Title": task.get("Title"),
        **current_category(task),
        **unchanged(task),
        "PropertyId": to_int(lead.property_id),
        "UnitId": to_int(lead.unit_id),
        "AssignedToUserId": task.get("AssignedToUserId"),
        "TaskStatus": word if LEAD_STATUSES.get(word) is lead.status else LEAD_WORDS.get(lead.status, word),
        "Priority": task.get("Priority"),
        "DueDate": task.get("DueDate"),
        "ContactDetail": filled(_contact(lead)),
    }


def write_applicant(current: Applicant | None, desired: Applicant, ctx: Context) -> Send | None:
    """An applicant without the e-mail that Buildium could send to the person, or a change of name, contact, unit."""
    if current is None:
        return _create_applicant(desired)
    before, after = from_applicant(current), from_applicant(overlay(current, desired))
    return None if before == after else put("change applicant", f"/v1/applicants/{current.id}", filled(after))


def _create_applicant(desired: Applicant) -> Send:
    need(desired.first_name, "first_name", "a first name")
    need(desired.last_name, "last_name", "a last name")
    body = filled(from_applicant(desired)) | {"SendRentalApplicationEmail": False}

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        params = [("lastupdatedfrom", iso_instant(since - timedelta(minutes=5))), ("name", str(desired.last_name))]
        same = [row for row in every(wire, "/v1/applicants", params) if _same_person(row, desired)]
        return [Found(id=str(row["Id"]), exact=False) for row in same]

    return post("create applicant", "/v1/applicants", body, find=find)


def _same_person(row: WireRecord, applicant: Applicant) -> bool:
    names = (row.get("FirstName"), row.get("LastName")) == (applicant.first_name, applicant.last_name)
    return names and (not applicant.emails or row.get("Email") == applicant.emails[0])


def from_applicant(applicant: Applicant) -> dict[str, Any]:
    return {
        "UnitId": to_int(applicant.unit_id),
        "FirstName": (applicant.first_name or "")[:NAME],
        "LastName": (applicant.last_name or "")[:NAME],
        "Email": applicant.emails[0] if applicant.emails else None,
        "PhoneNumbers": from_phones(applicant.phones),
    }


def decide_application(current: Application | None, desired: Application, ctx: Context) -> Send | None:
    """Sets the status of a submitted application."""
    if current is None or desired.status in (ApplicationStatus.UNKNOWN, current.status):
        return None
    word = need(DECISIONS.get(desired.status), "status", "one of submitted, approved, denied, withdrawn")
    if APPLICATION_STATUSES.get(word) is current.status:
        return None
    applicant_id, _, own = current.id.partition(":")
    path = f"/v1/applicants/{to_id(applicant_id)}/applications/{own}"
    return put("decide application", path, {"ApplicationStatus": word})
