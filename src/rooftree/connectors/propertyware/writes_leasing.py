"""What Rooftree writes beside work orders: prospects, charges and files (contract 3.8, 3.10, 3.11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, TypeVar

from rooftree.connectors.base import Answer, Context, Found, Query, Request, Send, Wire
from rooftree.connectors.changes import marked, need, overlay
from rooftree.connectors.propertyware.client import BASE, every, list_documents, listing
from rooftree.connectors.propertyware.mapping_leasing import posting_id
from rooftree.connectors.propertyware.writes import fill_custom, find_marked, number, own_id
from rooftree.connectors.values import filled, mark
from rooftree.errors import InvalidInput
from rooftree.model.base import Money
from rooftree.model.leasing import Charge, GuestCard, Payment, Wishes
from rooftree.model.messages import Attachment

P = TypeVar("P", Charge, Payment)
TEXT = 5_000
UPLOAD_KINDS = {
    "work_order": "Work Order",
    "property": "Building",
    "unit": "Unit",
    "lease": "Lease",
    "vendor": "Vendor",
    "guest_card": "Prospect",
}
"""Our record -> how an upload names it; lists spell it otherwise."""


def write_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """A prospect with one contact, the marker ends its comments; then its custom fields, all that can be changed."""
    if current is not None:
        return fill_custom(current, desired, "prospects")
    first = need(desired.first_name, "first_name", "Propertyware needs first and last name of a prospect (firstName)")
    last = need(desired.last_name, "last_name", "Propertyware needs first and last name of a prospect (lastName)")
    phones = {phone.kind: phone.number for phone in reversed(desired.phones)}
    contact = {
        "firstName": first,
        "lastName": last,
        "email": next(iter(desired.emails), None),
        "homePhone": phones.get("home"),
        "workPhone": phones.get("work"),
        "mobilePhone": phones.get("mobile") or phones.get("other"),
    }
    body = {
        "buildingID": number(desired.property_id, "property_id") if desired.property_id else None,
        "source": desired.source,
        "comments": mark(desired.message, ctx.marker, TEXT),
        "contacts": [filled(contact)],
        **_wished(desired.wishes or Wishes()),
    }
    find = find_marked(listing("prospects"), None, ctx.marker, "comments", lambda row: str(row["id"]))
    request = Request(method="POST", path=f"{BASE}/prospects", json=filled(body))
    return Send(label="create prospect", request=request, id_of=own_id, find=find)


def _wished(wishes: Wishes) -> dict[str, object]:
    return {
        "moveInDate": wishes.move_in_on.isoformat() if wishes.move_in_on else None,
        "numberBedrooms": int(wishes.bedrooms) if wishes.bedrooms is not None else None,
        "numberBathrooms": float(wishes.bathrooms) if wishes.bathrooms is not None else None,
        "rentMin": _number(wishes.rent_min),
        "rentMax": _number(wishes.rent_max),
        "hasPets": True if wishes.pets else None,
        "numberOfPets": len(wishes.pets) or None,
        "petType": ", ".join(wishes.pets) or None,
    }


def _number(money: Money | None) -> float | None:
    """Propertyware's amounts are JSON numbers; two decimals survive a float."""
    return float(money.amount) if money else None


def write_charge(current: Charge | None, desired: Charge, ctx: Context) -> Send | None:
    """A charge posted to a lease, the marker ends its comments; or corrected."""
    if current is not None:
        return _corrected(current, overlay(current, desired), "charges", _charge_said)
    lease = need(desired.lease_id, "lease_id", "Propertyware needs the lease of a charge (leaseID)")
    account = need(desired.account_id, "account_id", "Propertyware needs the ledger account of a charge (glAccountID)")
    day = need(desired.charged_on, "charged_on", "Propertyware needs the day of a charge (date)")
    body = {
        "leaseID": number(lease, "lease_id"),
        "glAccountID": number(account, "account_id"),
        "amount": _number(desired.amount),
        "date": day.isoformat(),
        "comments": mark(desired.description, ctx.marker, TEXT),
        "refNo": desired.reference,
    }
    verb = listing("leases/charges", ("leaseID", lease))
    find = find_marked(verb, None, ctx.marker, "comments", posting_id)
    request = Request(method="POST", path=f"{BASE}/leases/charges", json=filled(body))
    return Send(label="create charge", request=request, id_of=_posting_made, find=find)


def write_payment(current: Payment | None, desired: Payment, ctx: Context) -> Send | None:
    """A payment that staff took in, posted to a lease or corrected; no card or bank number is ever sent."""
    if current is not None:
        return _corrected(current, overlay(current, desired), "payments", _payment_said)
    lease = need(desired.lease_id, "lease_id", "Propertyware needs the lease of a payment (leaseID)")
    payer = need(desired.resident_id, "resident_id", "Propertyware needs who paid (contactID)")
    account = need(desired.account_id, "account_id", "Propertyware needs the account paid into (destinationAccountID)")
    day = need(desired.paid_on, "paid_on", "Propertyware needs the day of a payment (date)")
    body = {
        "leaseID": number(lease, "lease_id"),
        "contactID": number(payer.rpartition(":")[2], "resident_id"),
        "destinationAccountID": number(account, "account_id"),
        "amount": _number(desired.amount),
        "date": day.isoformat(),
        "depositDate": day.isoformat(),
        "paymentType": need(desired.method_raw, "method_raw", "Propertyware needs how it was paid (paymentType)"),
        "refNo": need(desired.reference, "reference", "Propertyware needs a reference of a payment (refNo)"),
        "comments": mark(desired.description, ctx.marker, TEXT),
    }
    verb = listing("leases/payments", ("leaseID", lease))
    find = find_marked(verb, None, ctx.marker, "comments", posting_id)
    request = Request(method="POST", path=f"{BASE}/leases/payments", json=filled(body))
    return Send(label="create payment", request=request, id_of=_posting_made, find=find)


def _charge_said(charge: Charge) -> dict[str, Any]:
    return {
        "glAccountID": number(charge.account_id, "account_id") if charge.account_id else None,
        "amount": _number(charge.amount),
        "date": charge.charged_on.isoformat() if charge.charged_on else None,
        "comments": charge.description,
        "refNo": charge.reference,
    }


def _payment_said(payment: Payment) -> dict[str, Any]:
    return {
        "destinationAccountID": number(payment.account_id, "account_id") if payment.account_id else None,
        "amount": _number(payment.amount),
        "date": payment.paid_on.isoformat() if payment.paid_on else None,
        "paymentType": payment.method_raw,
        "comments": payment.description,
        "refNo": payment.reference,
    }


_KEPT = {
    "charges": ("leaseID", "comments"),
    "payments": ("leaseID", "comments", "contactID", "depositDate"),
}
"""What a save of a posting wants as the posting shows it."""


def _corrected(current: P, wanted: P, kind: str, said: Callable[[P], dict[str, Any]]) -> Send | None:
    """A PUT of the whole posting with what differs; its marker stays where the words do."""
    before, after = said(current), said(wanted)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if not changed:
        return None
    kept = {name: current.raw.get(name) for name in _KEPT[kind]}
    path = f"{BASE}/leases/{kind}/{current.id.rpartition(':')[2]}"
    body = filled({**before, **kept, **changed})
    return Send(label="correct posting", request=Request(method="PUT", path=path, json=body), idempotent=True)


def _posting_made(answer: Answer) -> str | None:
    return posting_id(answer.data) if own_id(answer) and answer.data.get("leaseID") else None


def write_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Hangs a file on a record, the marker in its name, as an upload takes no other text; then describes it."""
    if current is not None:
        return _relabel(current, overlay(current, desired))
    kind = UPLOAD_KINDS.get(desired.about)
    if kind is None:
        raise InvalidInput(f"Rooftree hangs files on {', '.join(UPLOAD_KINDS)} in Propertyware.", path="about")
    path = PurePath(desired.file_name)
    name = f"{mark(path.stem, ctx.marker, 120)}{path.suffix}"
    request = Request(
        method="POST",
        path=f"{BASE}/docs",
        params=[("entityType", kind), ("entityId", str(number(desired.about_id, "about_id")))],
        files={"file": (name, desired.content or b"", desired.media_type or "application/octet-stream")},
    )

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        query = Query(parent=desired.about_id, filters={"about": desired.about})
        rows = list(every(wire, list_documents, query))
        return marked(rows, ctx.marker, lambda row: row.get("fileName"), lambda row: str(row["id"]))

    return Send(label="upload file", request=request, id_of=own_id, find=find)


def _relabel(current: Attachment, wanted: Attachment) -> Send | None:
    """A new name or description; the marker stays in a name that stays, and who may see the file stays too."""
    if (wanted.file_name, wanted.description) == (current.file_name, current.description):
        return None
    raw = current.raw
    body = {
        "fileName": raw.get("fileName") if wanted.file_name == current.file_name else wanted.file_name,
        "description": wanted.description,
        "publishToOwnerPortal": raw.get("publishToOwnerPortal"),
        "publishToTenantPortal": raw.get("publishToTenantPortal"),
    }
    request = Request(method="PUT", path=f"{BASE}/docs/{current.id}", json=filled(body))
    return Send(label="describe file", request=request, idempotent=True)
