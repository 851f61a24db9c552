"""What Rooftree writes: a bare partial body POSTed to the item (contract 4, 6); an enveloped one would change nothing.

A vendor is put on in a call of its own, after the work order is known to exist once: a work order made twice by a
lost answer is then one that nobody was sent to. Rentvine's own messages to people are always switched off by name,
unless the connection says that the PMS tells vendors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Query, Request, Send, Wire
from rooftree.connectors.changes import marked, need, overlay, pick
from rooftree.connectors.rentvine.client import BASE, FILE_OBJECTS, every, list_files, listing
from rooftree.connectors.rentvine.mapping import PRIORITIES
from rooftree.connectors.rentvine.wire import from_instant, from_title, marker_in, to_plain
from rooftree.connectors.trades import to_trade
from rooftree.connectors.values import filled, mark, mark_name
from rooftree.errors import InvalidInput
from rooftree.model.leasing import Lease
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Attachment
from rooftree.model.portfolio import Property
from rooftree.model.vocabulary import Priority, PropertyKind, Trade, WorkOrderStatus

PRIMARY = {
    WorkOrderStatus.NEW: "1",
    WorkOrderStatus.ASSIGNED: "2",
    WorkOrderStatus.SCHEDULED: "2",
    WorkOrderStatus.IN_PROGRESS: "2",
    WorkOrderStatus.ON_HOLD: "4",
    WorkOrderStatus.COMPLETED: "3",
    WorkOrderStatus.CLOSED: "3",
    WorkOrderStatus.CANCELLED: "3",
}
"""Four primary statuses: ASSIGNED and SCHEDULED are read back as IN_PROGRESS, CLOSED and CANCELLED as COMPLETED."""
PRIORITY_IDS = {Priority.EMERGENCY: 3, Priority.URGENT: 3, Priority.ROUTINE: 2}
MULTI = {PropertyKind.MULTI_FAMILY: True, PropertyKind.SINGLE_FAMILY: False}
ORDERS = f"{BASE}/maintenance/work-orders"
DESCRIPTION = 5_000
"""How long a description may become; Rentvine's own limit is not known, so the setting `description_limit` may lower
it."""
FILE_NAME = 125
_NO_MAIL = {"sendVendorNotification": False, "sendEmail": False}


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """The next call: make the work order, then everything that differs, the vendor first of all."""
    if current is None:
        return _create(desired, ctx)
    changed = _changed(current, overlay(current, desired), ctx)
    if "vendorContactID" in changed:
        return _assign(current, changed | filled({"vendorInstructions": desired.vendor_notes}), ctx)
    return _update("change work order", current.id, changed) if changed else None


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Sets a status whose primary is Closed and leaves everything else alone; what is closed stays as it is."""
    if current is None or not current.status.is_open:
        return None
    status = need(
        _status_id(WorkOrderStatus.CLOSED, ctx),
        "status",
        "This Rentvine account shows no work order status that is closed",
    )
    return _update("close work order", current.id, {"workOrderStatusID": status})


def _create(desired: WorkOrder, ctx: Context) -> Send:
    place = number(
        need(desired.property_id, "property_id", "Rentvine needs the property of a work order"), "property_id"
    )
    text = from_title(need(desired.title, "title", "Rentvine needs a title"), desired.description)
    body = _fields(replace(desired, vendor_id=None), ctx)
    body |= {"propertyID": place, "description": mark(text, ctx.marker, _limit(ctx))}
    body |= {"priorityID": body["priorityID"] or 2, "vendorInstructions": desired.vendor_notes, **_NO_MAIL}
    find = _marked_order(desired, ctx.marker)
    return Send(label="create work order", request=_post(ORDERS, filled(body)), id_of=_order_id, find=find)


def _marked_order(desired: WorkOrder, marker: str) -> Any:
    """Looks for our marker among the work orders of the unit, else of the property."""
    where = ("unitID", desired.unit_id) if desired.unit_id else ("propertyID", desired.property_id or "")

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = [row["workOrder"] for row in every(wire, listing("/maintenance/work-orders", params=[where]))]
        return marked(rows, marker, lambda row: to_plain(row.get("description")), lambda row: str(row["workOrderID"]))

    return find


def _order_id(answer: Answer) -> str | None:
    made = answer.data.get("workOrder") if isinstance(answer.data, dict) else None
    return str(made["workOrderID"]) if isinstance(made, dict) and made.get("workOrderID") else None


def _assign(current: WorkOrder, changed: dict[str, Any], ctx: Context) -> Send:
    """Puts a vendor on. Where Rentvine tells the vendor, a repeated call would tell it twice and is searched first."""
    if ctx.options.get("who_notifies_vendors") != "pms":
        return _update("assign vendor", current.id, changed)
    vendor = str(changed["vendorContactID"])

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        held = wire.read(Request(method="GET", path=f"{ORDERS}/{current.id}")).data["workOrder"]
        return [Found(id=current.id, exact=True)] if str(held.get("vendorContactID")) == vendor else []

    body = {**changed, **_NO_MAIL, "sendVendorNotification": True}
    return Send(label="assign vendor", request=_post(f"{ORDERS}/{current.id}", body), find=find)


def _update(label: str, id: str, changed: dict[str, Any]) -> Send:
    return Send(label=label, request=_post(f"{ORDERS}/{id}", {**changed, **_NO_MAIL}), idempotent=True)


def _changed(current: WorkOrder, wanted: WorkOrder, ctx: Context) -> dict[str, Any]:
    """The fields that differ, in Rentvine's words; one that Rentvine does not show cannot differ."""
    row = current.raw["workOrder"]
    before, after = _fields(current, ctx), _fields(wanted, ctx)
    # A word of the account's own that already means what is wanted stays: "Low", or "Waiting on Vendor".
    if PRIORITIES.get(str(row.get("priorityID"))) is wanted.priority:
        after["priorityID"] = before["priorityID"]
    if PRIMARY.get(wanted.status) == str(row.get("primaryWorkOrderStatusID")):
        after["workOrderStatusID"] = before["workOrderStatusID"]
    changed = {name: value for name, value in after.items() if value != before[name] and name in row}
    if "description" in changed:
        changed["description"] = mark(changed["description"], marker_in(row.get("description")), _limit(ctx))
    return changed


def _fields(record: WorkOrder, ctx: Context) -> dict[str, Any]:
    """What a work order says, as a body; None where it says nothing."""
    contact = record.resident_id.rpartition(":")[2] if record.resident_id else None
    return {
        "propertyID": number(record.property_id, "property_id"),
        "unitID": number(record.unit_id, "unit_id"),
        "leaseID": number(record.lease_id, "lease_id"),
        "requestedByContactID": number(contact, "resident_id"),
        "vendorContactID": number(record.vendor_id, "vendor_id"),
        "vendorTradeID": _trade_id(record, ctx),
        "assignedToUserID": number(record.assigned_staff_id, "assigned_staff_id"),
        "description": from_title(record.title, record.description),
        "priorityID": PRIORITY_IDS.get(record.priority),
        "workOrderStatusID": _status_id(record.status, ctx),
        "scheduledStartDate": from_instant(record.scheduled_start, ctx),
        "scheduledEndDate": from_instant(record.scheduled_end, ctx),
        "estimatedAmount": f"{record.amount.amount:.2f}" if record.amount else None,
    }


def _trade_id(record: WorkOrder, ctx: Context) -> int | None:
    """The account's trade by its own name, else the first that means the wanted trade; None where it has none."""
    words = ctx.picks.get("trades", {})
    named = pick(words, record.category)
    if named is not None and record.trade in (Trade.UNKNOWN, Trade.NONE, to_trade(record.category, ctx)):
        return named
    if record.trade in (Trade.UNKNOWN, Trade.NONE):
        return None
    taught = pick(words, ctx.pack.get("categories", {}).get(str(record.trade)))
    return taught or next((int(words[word]) for word in sorted(words) if to_trade(word, ctx) is record.trade), None)


def _status_id(status: WorkOrderStatus, ctx: Context) -> int | None:
    """The account's status for one of ours: as taught, else the first of its primary status."""
    if status not in PRIMARY:
        return None
    taught = pick(ctx.picks.get("work_order_statuses", {}), ctx.pack.get("work_order_statuses", {}).get(str(status)))
    known = ctx.picks.get("status_for", {}).get(PRIMARY[status])
    return taught or (int(known) if known else None)


def _limit(ctx: Context) -> int:
    return int(ctx.options.get("description_limit") or DESCRIPTION)


def number(id: str | None, path: str) -> int | None:
    """Our id as the number Rentvine wants; raises InvalidInput for one that cannot be Rentvine's."""
    if not id:
        return None
    if not (id.isascii() and id.isdigit()):
        raise InvalidInput(f"Rentvine has no id {id[:40]!r}: its ids are numbers.", path=path)
    return int(id)


def _post(path: str, body: dict[str, Any]) -> Request:
    return Request(method="POST", path=path, json=body)


def write_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Changes start and end of a lease; Rentvine insists on the start each time."""
    if current is None:
        return None
    wanted = overlay(current, desired)
    if (wanted.starts_on, wanted.ends_on) == (current.starts_on, current.ends_on):
        return None
    start = need(wanted.starts_on, "starts_on", "Rentvine needs the start of a lease to change it")
    body = filled({"startDate": start.isoformat(), "endDate": wanted.ends_on.isoformat() if wanted.ends_on else None})
    return Send(label="change lease", request=_post(f"{BASE}/leases/{current.id}", body), idempotent=True)


def write_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """Makes a property, changes its fields, then takes it into service or out of it."""
    if current is None:
        return _create_property(desired, ctx)
    wanted, path = overlay(current, desired), f"{BASE}/properties/{current.id}"
    before, after = _property_fields(current), _property_fields(wanted)
    changed = {name: value for name, value in after.items() if value != before[name] and value is not None}
    if changed:
        return Send(label="change property", request=_post(path, changed), idempotent=True)
    if wanted.is_active is not None and wanted.is_active != current.is_active:
        verb = "activate" if wanted.is_active else "deactivate"
        return Send(label=f"{verb} property", request=_post(f"{path}/{verb}", {}), idempotent=True)
    return None


def deactivate_property(current: Property | None, desired: Property, ctx: Context) -> Send | None:
    """A property is never deleted, only taken out of service."""
    if current is None or current.is_active is False:
        return None
    path = f"{BASE}/properties/{current.id}/deactivate"
    return Send(label="deactivate property", request=_post(path, {}), idempotent=True)


def _create_property(desired: Property, ctx: Context) -> Send:
    fields = _property_fields(desired)
    for name, ours in (("address", "line1"), ("city", "city"), ("stateID", "state"), ("postalCode", "postal_code")):
        need(fields[name], f"address.{ours}", "Rentvine needs a property's street, city, state and postal code")
    need(fields["portfolioID"], "portfolio_id", "Rentvine needs the portfolio a property belongs to")
    chosen = {
        "managementFeeSettingID": number(ctx.options.get("management_fee_setting_id"), "management_fee_setting_id"),
        "propertyTypeID": number(ctx.options.get("property_type_id"), "property_type_id"),
        "isActive": desired.is_active,
    }
    request = _post(f"{BASE}/properties", {"property": filled({**fields, **chosen})})
    return Send(label="create property", request=request, id_of=_property_id, find=_same_address(fields))


def _property_fields(record: Property) -> dict[str, Any]:
    address = record.address
    return {
        "address": address.line1 if address else None,
        "address2": address.line2 if address else None,
        "city": address.city if address else None,
        "stateID": address.state if address else None,
        "postalCode": address.postal_code if address else None,
        "county": address.county if address else None,
        "countryID": address.country if address else None,
        "isMultiUnit": MULTI.get(record.kind),
        "portfolioID": number(record.portfolio_id, "portfolio_id"),
    }


def _property_id(answer: Answer) -> str | None:
    made = answer.data.get("property") if isinstance(answer.data, dict) else None
    return str(made["propertyID"]) if isinstance(made, dict) and made.get("propertyID") else None


def _same_address(fields: dict[str, Any]) -> Any:
    """A property has no text for a marker: one at the same address is likely the one, and a person decides."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = [row["property"] for row in every(wire, listing("/properties"))]
        same = [row for row in rows if all(row.get(name) == fields[name] for name in ("address", "city", "postalCode"))]
        return [Found(id=str(row["propertyID"]), exact=False) for row in same]

    return find


def upload_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """Hangs a file on a work order, lease, unit or property; the marker goes into its name."""
    if current is not None:
        return None
    kind = FILE_OBJECTS.get(desired.about)
    if kind is None:
        raise InvalidInput(f"Rooftree hangs files on {', '.join(FILE_OBJECTS)} in Rentvine.", path="about")
    name, media = mark_name(desired.file_name, ctx.marker, FILE_NAME), desired.media_type or "application/octet-stream"
    request = Request(
        method="POST",
        path=f"{BASE}/files",
        params=[("objectTypeID", kind), ("objectID", desired.about_id), ("includes", "attachment")],
        files={"file": (name, desired.content or b"", media)},
    )

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        query = Query(parent=desired.about_id, filters={"about": desired.about})
        rows = [row["file"] for row in list_files(wire, query, None).items]
        return marked(rows, ctx.marker, lambda row: row.get("fileName"), lambda row: str(row["fileID"]))

    return Send(label="upload file", request=request, id_of=_file_id, find=find)


def delete_file(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    if current is None:
        return None
    return Send(
        label="delete file", request=Request(method="DELETE", path=f"{BASE}/files/{current.id}"), idempotent=True
    )


def _file_id(answer: Answer) -> str | None:
    made = answer.data.get("file") if isinstance(answer.data, dict) else None
    return str(made["fileID"]) if isinstance(made, dict) and made.get("fileID") else None
