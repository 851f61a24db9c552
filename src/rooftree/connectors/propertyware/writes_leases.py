"""What Rooftree writes of leases: made, changed, ended (contract 3.4).

A PUT takes the whole lease, and whether a field left out is kept is not known: what the lease shows goes along. What it
does not show (proration, fees, first charges, the automatic rent) acts when a lease is made and is never sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rooftree.connectors.base import Context, Request, Send
from rooftree.connectors.changes import need, overlay
from rooftree.connectors.propertyware.client import BASE, listing
from rooftree.connectors.propertyware.mapping import LEASE_STATUSES
from rooftree.connectors.propertyware.writes import TEXT, fill_custom, find_marked, number, own_id
from rooftree.connectors.values import filled, mark
from rooftree.errors import InvalidInput
from rooftree.model.leasing import Lease
from rooftree.model.vocabulary import LeaseStatus

STATUS_WORDS = {
    LeaseStatus.ACTIVE: "Active",
    LeaseStatus.NOTICE: "Active - Notice Given",
    LeaseStatus.PENDING: "Draft",
    LeaseStatus.EVICTION: "Eviction",
    LeaseStatus.ENDED: "Terminated",
}
"""Propertyware's first words; an organization may have others, which a change of another field leaves as they are."""
_KEPT = (
    "comments noticeGivenDate paymentRestriction publicAssistanceProgram reasonForLeaving searchTag unitID"
).split()


def write_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Makes a lease for contacts who exist, or changes it; then its custom fields."""
    if current is None:
        return _create_lease(desired, ctx)
    return _change(current, overlay(current, desired)) or fill_custom(current, desired, "leases")


def _create_lease(desired: Lease, ctx: Context) -> Send:
    unit = need(desired.unit_id, "unit_id", "Propertyware needs the unit of a lease (unitID)")
    posted = {"unitID": number(unit, "unit_id"), "comments": mark(None, ctx.marker, TEXT), "postFirstCharge": False}
    request = Request(method="POST", path=f"{BASE}/leases", json={**_body(desired), **posted})
    find = find_marked(listing("leases", ("unitID", unit)), None, ctx.marker, "comments", lambda row: str(row["id"]))
    return Send(label="create lease", request=request, id_of=own_id, find=find)


def end_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Ends a lease with the day its people moved out; one that runs on gets that day as its last."""
    if current is None or current.status is LeaseStatus.ENDED:
        return None
    day = need(
        desired.moved_out_on or current.moved_out_on or desired.scheduled_move_out_on or current.scheduled_move_out_on,
        "moved_out_on",
        "Propertyware ends a lease with the day of moving out (moveOutDate)",
    )
    ended = replace(current, status=LeaseStatus.ENDED, moved_out_on=day, ends_on=current.ends_on or day)
    return _put(current, _body(ended))


def _change(current: Lease, wanted: Lease) -> Send | None:
    """None where nothing differs: a lease without a last day is refused only when it has to be sent."""
    if _said(wanted) == _said(current):
        return None
    return _put(current, _body(wanted))


def _put(current: Lease, body: Mapping[str, Any]) -> Send:
    kept = {name: current.raw.get(name) for name in _KEPT}
    request = Request(method="PUT", path=f"{BASE}/leases/{current.id}", json=filled({**kept, **body}))
    return Send(label="change lease", request=request, idempotent=True)


def _body(lease: Lease) -> dict[str, Any]:
    """What a save takes, with all that Propertyware insists on."""
    body = _said(lease)
    need(lease.starts_on, "starts_on", "Propertyware needs the first day of a lease (startDate)")
    need(lease.ends_on, "ends_on", "Propertyware needs the last day of a lease, also from month to month (endDate)")
    need(lease.resident_ids, "resident_ids", "Propertyware needs the contacts on a lease (tenantIDs)")
    return filled(body)


def _said(lease: Lease) -> dict[str, Any]:
    people = [_contact(id, "resident_ids") for id in lease.resident_ids]
    primary = lease.primary_resident_id
    return {
        "startDate": _iso(lease.starts_on),
        "endDate": _iso(lease.ends_on),
        "moveInDate": _iso(_moves_in(lease)),
        "moveOutDate": _iso(lease.moved_out_on),
        "scheduleMoveOutDate": _iso(lease.scheduled_move_out_on),
        "signedDate": _iso(lease.signed_on),
        "baseRent": float(lease.rent.amount) if lease.rent else None,
        "status": _status(lease),
        "tenantIDs": people,
        "primaryContactID": _contact(primary, "primary_resident_id") if primary else next(iter(people), None),
    }


def _contact(id: str, path: str) -> int:
    """The contact behind a resident, whose id names a lease too; a contact's number alone will do."""
    return number(id.rpartition(":")[2], path)


def _moves_in(lease: Lease) -> date | None:
    """Propertyware has one day for it: still ahead in a draft, past in any other lease."""
    days = (lease.moved_in_on, lease.scheduled_move_in_on)
    ahead = lease.status is LeaseStatus.PENDING
    return next((day for day in (days[::-1] if ahead else days) if day), None) or lease.starts_on


def _status(lease: Lease) -> str | None:
    """The organization's own word where it means the status, else Propertyware's first word for it."""
    raw = lease.status_raw
    if raw and LEASE_STATUSES.get(raw.lower(), LeaseStatus.UNKNOWN) is lease.status:
        return raw
    if lease.status is LeaseStatus.UNKNOWN:
        return None
    if lease.status not in STATUS_WORDS:
        raise InvalidInput(f"Propertyware has no word for a lease that is {lease.status}", path="status")
    return STATUS_WORDS[lease.status]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
