"""Work orders: Yardi's service requests, in the client's own words (contract 3.5)."""

from __future__ import annotations

from datetime import datetime, tzinfo

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.trades import to_trade
from rooftree.connectors.yardi_voyager import pack
from rooftree.connectors.yardi_voyager.mapping import needed
from rooftree.connectors.yardi_voyager.wire import join, link, to_flag
from rooftree.errors import Unreadable
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

BRIEF = 35
"""Yardi keeps 35 characters of a brief description; a longer title stands whole before the full one."""
BREAK = "\n\n"
_ENTRY = {True: EntryPermission.YES, False: EntryPermission.NO}


def to_work_order(wire: WireRecord, ctx: Context) -> WorkOrder:
    number, place = needed(wire, "ServiceRequestId"), needed(wire, "PropertyCode")
    if number == "0":
        raise Unreadable("Yardi sent a service request with the number 0, which is none.")
    tenant, unit = soap.text(wire, "TenantCode"), soap.text(wire, "UnitCode")
    category, sub = soap.text(wire, "Category"), soap.text(wire, "SubCategory")
    status, priority = soap.text(wire, "CurrentStatus"), soap.text(wire, "Priority")
    title, description = _texts(wire)
    entry, zone = to_flag(soap.text(wire, "HasPermissionToEnter")), ctx.zone_of(place)
    state = pack.meaning(WorkOrderStatus, "statuses", status, ctx)
    return WorkOrder(
        id=join(place, number),
        created_at=soap_dates.to_moment(soap.text(wire, "ServiceRequestDate"), zone),
        updated_at=soap_dates.to_moment(soap.text(wire, "UpdateDate"), zone),
        number=number,
        property_id=place,
        unit_id=link(place, unit),
        unit_number=unit,
        lease_id=link(place, tenant),
        resident_id=link(place, tenant),
        requested_by=soap.text(wire, "RequestorName"),
        title=title,
        description=description,
        category=category,
        subcategory=sub,
        trade=_trade(category, sub, ctx),
        status=state,
        status_raw=status,
        priority=pack.meaning(Priority, "priorities", priority, ctx),
        priority_raw=priority,
        vendor_id=soap.text(wire, "VendorCode"),
        vendor_notes=soap.text(wire, "TechnicianNotes"),
        entry_permission=EntryPermission.UNKNOWN if entry is None else _ENTRY[entry],
        entry_notes=soap.text(wire, "AccessNotes"),
        completed_at=None if state.is_open else _reached(wire, status, zone),
        raw=wire,
    )


def _texts(wire: WireRecord) -> tuple[str, str | None]:
    brief = soap.text(wire, "ServiceRequestBriefDescription")
    full = soap.text(wire, "ServiceRequestFullDescription")
    first, _, rest = (full or "").partition(BREAK)
    if brief and len(brief) >= BRIEF - 1 and first.startswith(brief):
        return first.strip(), rest.strip() or None
    return brief or first.strip() or "(no title)", full if brief else rest.strip() or None


def _trade(category: str | None, sub: str | None, ctx: Context) -> Trade:
    """The category names the trade by the mapping pack, else by what people call it, else the sub-category does."""
    taught = pack.meaning(Trade, "categories", category, ctx)
    trades = (taught, to_trade(category, ctx), to_trade(sub, ctx))
    return next((trade for trade in trades if trade is not Trade.UNKNOWN), Trade.UNKNOWN)


def _reached(wire: WireRecord, status: str | None, zone: tzinfo) -> datetime | None:
    """When the status was reached last; the history has the only times there are."""
    history = soap.many(wire, "StatusHistory/Status")
    times = [soap.text(each, "@TimeStamp") for each in history if soap.text(each, "@Type") == status]
    return soap_dates.to_moment(times[-1], zone) if times else None
