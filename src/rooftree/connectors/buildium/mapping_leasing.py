"""Leasing: resident, lease, ledger, balance, lead, applicant, application (contract 3.5, 3.6, 3.13, 3.15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.buildium.wire import (
    Json,
    money,
    to_address,
    to_date,
    to_emails,
    to_id,
    to_instant,
    to_phones,
    to_phones_by_kind,
)
from rooftree.connectors.values import to_money, to_text, unmark
from rooftree.model.base import Money
from rooftree.model.leasing import Applicant, Application, Balance, Charge, Lead, Lease, Payment, Resident
from rooftree.model.vocabulary import ApplicationStatus, LeadStatus, LeaseStatus, ResidentStatus

LEASE_STATUSES = {"Active": LeaseStatus.ACTIVE, "Past": LeaseStatus.ENDED, "Future": LeaseStatus.PENDING}
TENANT_STATUSES = {
    "Current": ResidentStatus.CURRENT,
    "MovedOut": ResidentStatus.PAST,
    "Future": ResidentStatus.FUTURE,
}
LEASE_TO_TENANT = {"Active": ResidentStatus.CURRENT, "Past": ResidentStatus.PAST, "Future": ResidentStatus.FUTURE}
APPLICATION_STATUSES = {
    "New": ApplicationStatus.DRAFT,
    "Draft": ApplicationStatus.DRAFT,
    "Undecided": ApplicationStatus.IN_REVIEW,
    "Deferred": ApplicationStatus.IN_REVIEW,
    "Approved": ApplicationStatus.APPROVED,
    "AddedToLease": ApplicationStatus.APPROVED,
    "AddedToDraftLease": ApplicationStatus.APPROVED,
    "Rejected": ApplicationStatus.DENIED,
    "Cancelled": ApplicationStatus.WITHDRAWN,
}
LEAD_STATUSES = {
    "New": LeadStatus.NEW,
    "InProgress": LeadStatus.CONTACTED,
    "Deferred": LeadStatus.CONTACTED,
    "Completed": LeadStatus.APPLIED,
    "Closed": LeadStatus.LOST,
}
TEXT_CONSENT = {"OptedIn": True, "OptedOut": False}
"""NotSet, RequestSent and Converted say nothing about consent, so they are no consent."""

WISHES = "\n\nAsked for: "
"""Begins the line below a lead's message that holds what a contact request has no fields for."""

_NEAREST = {"Active": 0, "Future": 1, "Past": 2}


def to_resident(wire: WireRecord, ctx: Context) -> Resident:
    """A TenantMessage with its leases: status, unit and dates come from the active, else coming, else last one."""
    leases = sorted(wire.get("Leases") or (), key=_nearness)
    lease = leases[0] if leases else {}
    place = _of_tenant(lease.get("Tenants"), wire["Id"], "Id")
    move_out = _of_tenant(lease.get("MoveOutData"), wire["Id"], "TenantId")
    status_raw = to_text(place.get("Status")) or to_text(lease.get("LeaseStatus"))
    return Resident(
        id=str(wire["Id"]),
        created_at=to_instant(wire.get("CreatedDateTime")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        emails=to_emails(wire.get("Email"), wire.get("AlternateEmail")),
        phones=to_phones(wire.get("PhoneNumbers")),
        address=to_address(wire.get("Address")),
        alternate_address=to_address(wire.get("AlternateAddress")),
        notes=unmark(wire.get("Comment")),
        status=_resident_status(status_raw, bool(move_out)),
        status_raw=status_raw,
        property_id=to_id(lease.get("PropertyId")),
        unit_id=to_id(lease.get("UnitId")),
        lease_ids=tuple(str(each["Id"]) for each in leases),
        move_in_on=to_date(place.get("MoveInDate")),
        move_out_on=to_date(move_out.get("MoveOutDate")),
        text_consent=TEXT_CONSENT.get(str(wire.get("SMSOptInStatus"))),
        raw=wire,
    )


def _nearness(lease: WireRecord) -> tuple[int, int, int]:
    """Active before future before past; among past ones the last to end; then the newest."""
    ends = to_date(lease.get("LeaseToDate"))
    return _NEAREST.get(str(lease.get("LeaseStatus")), 3), -(ends.toordinal() if ends else 0), -int(lease["Id"])


def _of_tenant(rows: Any, tenant_id: Any, key: str) -> Mapping[str, Any]:
    return next((row for row in rows or () if row.get(key) == tenant_id), {})


def _resident_status(word: str | None, leaving: bool) -> ResidentStatus:
    status = TENANT_STATUSES.get(str(word)) or LEASE_TO_TENANT.get(str(word), ResidentStatus.UNKNOWN)
    return ResidentStatus.NOTICE if leaving and status is ResidentStatus.CURRENT else status


def to_lease(wire: WireRecord, ctx: Context) -> Lease:
    """A LeaseMessage; eviction and notice outrank "Active"."""
    account, tenants = wire.get("AccountDetails") or {}, wire.get("Tenants") or wire.get("CurrentTenants") or ()
    move_ins = [to_date(tenant.get("MoveInDate")) for tenant in tenants if tenant.get("MoveInDate")]
    move_outs = [to_date(row.get("MoveOutDate")) for row in wire.get("MoveOutData") or () if row.get("MoveOutDate")]
    status = _lease_status(wire)
    first_in = min(filter(None, move_ins), default=None)
    last_out = max(filter(None, move_outs), default=None)
    return Lease(
        id=str(wire["Id"]),
        created_at=to_instant(wire.get("CreatedDateTime")),
        updated_at=to_instant(wire.get("LastUpdatedDateTime")),
        property_id=to_id(wire.get("PropertyId")),
        unit_id=to_id(wire.get("UnitId")),
        unit_number=to_text(wire.get("UnitNumber")),
        resident_ids=tuple(str(tenant["Id"]) for tenant in tenants),
        status=status,
        status_raw=to_text(wire.get("LeaseStatus")),
        kind_raw=to_text(wire.get("LeaseType")),
        term=to_text(wire.get("TermType")),
        starts_on=to_date(wire.get("LeaseFromDate")),
        ends_on=to_date(wire.get("LeaseToDate")),
        scheduled_move_in_on=first_in if status is LeaseStatus.PENDING else None,
        moved_in_on=None if status is LeaseStatus.PENDING else first_in,
        scheduled_move_out_on=None if status is LeaseStatus.ENDED else last_out,
        moved_out_on=last_out if status is LeaseStatus.ENDED else None,
        rent=to_money(account.get("Rent")),
        deposit=to_money(account.get("SecurityDeposit")),
        rent_due_day=wire.get("PaymentDueDay") or None,
        raw=wire,
    )


def _lease_status(wire: WireRecord) -> LeaseStatus:
    status = LEASE_STATUSES.get(str(wire.get("LeaseStatus")), LeaseStatus.UNKNOWN)
    if status is not LeaseStatus.ACTIVE:
        return status
    if wire.get("IsEvictionPending"):
        return LeaseStatus.EVICTION
    staying = {tenant["Id"] for tenant in wire.get("Tenants") or () if tenant.get("Status") != "MovedOut"}
    leaving = {row["TenantId"] for row in wire.get("MoveOutData") or ()}
    return LeaseStatus.NOTICE if staying and staying <= leaving else status


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    """A LeaseChargeMessage with the lease it was listed under (`LeaseId`); several lines stay readable in raw."""
    lines: list[Json] = list(wire.get("Lines") or ())
    return Charge(
        id=f"{wire['LeaseId']}:{wire['Id']}",
        lease_id=str(wire["LeaseId"]),
        amount=money(wire["TotalAmount"]),
        account_id=to_id(lines[0].get("GLAccountId")) if len(lines) == 1 else None,
        description=unmark(wire.get("Memo")),
        charged_on=to_date(wire.get("Date")),
        raw=wire,
    )


def to_payment(wire: WireRecord, ctx: Context) -> Payment:
    """A LeaseTransactionMessage of type Payment; the sign is not documented, so the amount is its size."""
    journal = wire.get("Journal") or {}
    lines: list[Json] = list(journal.get("Lines") or ())
    line: Json = next(iter(lines), {})
    return Payment(
        id=f"{wire['LeaseId']}:{wire['Id']}",
        property_id=to_id(line.get("PropertyId")),
        unit_id=to_id(line.get("UnitId")),
        lease_id=str(wire["LeaseId"]),
        resident_id=to_id(wire.get("PayeeTenantId")),
        amount=Money(amount=abs(money(wire["TotalAmount"]).amount)),
        method_raw=to_text(wire.get("PaymentMethod")),
        account_id=_paid_account(lines),
        description=unmark(journal.get("Memo")),
        reference=to_text(line.get("ReferenceNumber")),
        paid_on=to_date(wire.get("Date")),
        raw=wire,
    )


def _paid_account(lines: list[Json]) -> str | None:
    """The one account a payment was for; None where it was split, as then only the journal in raw says it right."""
    accounts = [line.get("GLAccount") or {} for line in lines]
    paid = {to_id(account.get("Id")) for account in accounts if not account.get("IsBankAccount")}
    return paid.pop() if len(paid) == 1 else None


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    """A LeaseOutstandingBalanceMessage; Buildium lists only leases that owe something."""
    return Balance(
        id=str(wire["LeaseId"]),
        lease_id=str(wire["LeaseId"]),
        property_id=to_id(wire.get("PropertyId")),
        unit_id=to_id(wire.get("UnitId")),
        total=money(wire["TotalBalance"]),
        days_0_30=to_money(wire.get("Balance0To30Days")),
        days_31_60=to_money(wire.get("Balance31To60Days")),
        days_61_90=to_money(wire.get("Balance61To90Days")),
        over_90=to_money(wire.get("BalanceOver90Days")),
        raw=wire,
    )


def to_lead(wire: WireRecord, ctx: Context) -> Lead:
    """A contact request: the task by which staff see an inquiry, as Buildium has no guest card."""
    contact, place = wire.get("ContactDetail") or {}, wire.get("Property") or {}
    return Lead(
        id=str(wire["Id"]),
        created_at=to_instant(wire.get("CreatedDateTime")),
        updated_at=to_instant(wire.get("LastUpdatedDateTime")),
        first_name=to_text(contact.get("FirstName")),
        last_name=to_text(contact.get("LastName")),
        emails=to_emails(contact.get("Email")),
        phones=to_phones_by_kind(contact.get("PhoneNumbers")),
        property_id=to_id(place.get("Id")),
        unit_id=to_id(wire.get("UnitId")),
        status=LEAD_STATUSES.get(str(wire.get("TaskStatus")), LeadStatus.UNKNOWN),
        message=to_text((unmark(wire.get("Description")) or "").partition(WISHES.strip())[0]),
        received_at=to_instant(wire.get("CreatedDateTime")),
        raw=wire,
    )


def to_applicant(wire: WireRecord, ctx: Context) -> Applicant:
    """An ApplicantDetailsMessage."""
    return Applicant(
        id=str(wire["Id"]),
        updated_at=to_instant(wire.get("LastUpdatedDateTime")),
        first_name=to_text(wire.get("FirstName")),
        last_name=to_text(wire.get("LastName")),
        emails=to_emails(wire.get("Email")),
        phones=to_phones(wire.get("PhoneNumbers")),
        property_id=to_id(wire.get("PropertyId")),
        unit_id=to_id(wire.get("UnitId")),
        application_ids=tuple(f"{wire['Id']}:{row['Id']}" for row in wire.get("Applications") or ()),
        status=APPLICATION_STATUSES.get(str(wire.get("Status")), ApplicationStatus.UNKNOWN),
        status_raw=to_text(wire.get("Status")),
        raw=wire,
    )


def to_application(wire: WireRecord, ctx: Context) -> Application:
    """An application with the applicant it was listed under; the filled-in form is never read."""
    applicant = wire["Applicant"]
    status = wire.get("ApplicationStatus")
    return Application(
        id=f"{applicant['Id']}:{wire['Id']}",
        property_id=to_id(applicant.get("PropertyId")),
        unit_id=to_id(applicant.get("UnitId")),
        applicant_ids=(str(applicant["Id"]),),
        status=APPLICATION_STATUSES.get(str(status), ApplicationStatus.UNKNOWN),
        status_raw=to_text(status),
        submitted_at=to_instant(wire.get("ApplicationSubmittedDateTime")),
        raw=wire,
    )
