"""Rent Manager: what is built reads places, vendors, users and issues; each verb that is not built yet says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rooftree.connectors import rest
from rooftree.connectors.base import (
    Connector,
    Context,
    GetVerb,
    ListVerb,
    Query,
    ReadMapping,
    Resource,
    Wire,
    WireRecord,
    not_built,
    not_offered,
)
from rooftree.connectors.rent_manager import mapping
from rooftree.connectors.rent_manager.manifest import MANIFEST, SESSION, explain, identify, kind_of, sign
from rooftree.errors import NotFound, Unreadable
from rooftree.model.base import Record
from rooftree.model.maintenance import Vendor, WorkOrder
from rooftree.model.names import RECORDS, name_of
from rooftree.model.portfolio import Building, Floorplan, Property, Staff, Unit

NOT_YET = not_built("Rooftree does not do this with Rent Manager yet.", instead="Do it in Rent Manager.")
NO_BUILDING = not_offered("Rent Manager has no building level between property and unit.")
NO_TRADE = not_offered("Rent Manager keeps no trade of a vendor.", instead="Name the trade in the policy book.")


def _since(query: Query) -> rest.Params:
    """UpdateDate is the location's local time without a zone (unsure which): a day earlier covers every zone."""
    if query.since is None:
        return ()
    return (("filters", f"UpdateDate,ge,{query.since - timedelta(days=1):%Y-%m-%dT%H:%M:%S}"),)


def _list(path: str, embeds: str = "") -> ListVerb:
    params = [("embeds", embeds)] if embeds else []
    paging = {"size_param": "pagesize", "page_param": "pagenumber", "total_header": "x-total-results"}
    return rest.page_list(path, most=1000, since=_since, params=params, **paging)  # type: ignore[arg-type]


def _get(path: str, embeds: str = "") -> GetVerb:
    read = rest.get(path + "/{id}" + (f"?embeds={embeds}" if embeds else ""))

    def by_number(wire: Wire, id: str) -> WireRecord:
        if not (id.isascii() and id.isdigit()):
            raise NotFound(f"Rent Manager has no record {id[:40]!r}: its ids are numbers.")
        return read(wire, id)

    return by_number


def _read_only(record: type[Record], to: ReadMapping[Any], path: str, embeds: str = "", **more: Any) -> Resource[Any]:
    return Resource(
        record=record,
        read=to,
        list=_list(path, embeds),
        get=_get(path, embeds),
        create=NOT_YET,
        update=NOT_YET,
        close=NOT_YET,
        changes_by="since",
        **more,
    )


def _unread(wire: WireRecord, ctx: Context) -> Any:
    raise Unreadable("Rooftree does not read this from Rent Manager.")


def _none_of(record: type[Record]) -> Resource[Any]:
    gap = NO_BUILDING if record is Building else NOT_YET
    return Resource(record=record, read=_unread, list=gap, get=gap, create=gap, update=gap, close=gap)


BUILT = (
    _read_only(Property, mapping.to_property, "/Properties", "Addresses"),
    _read_only(Unit, mapping.to_unit, "/Units", "Addresses"),
    _read_only(Floorplan, mapping.to_floorplan, "/UnitTypes"),
    _read_only(Staff, mapping.to_staff, "/Users"),
    _read_only(Vendor, mapping.to_vendor, "/Vendors", omits={"trades": NO_TRADE, "trades_raw": NO_TRADE}),
    _read_only(
        WorkOrder,
        mapping.to_work_order,
        "/ServiceManagerIssues",
        "Status,Category,Priority,LinkedUnits,LinkedTenants,LinkedProperties",
    ),
)
_NAMES = {row.name for row in BUILT}

CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=(*BUILT, *(_none_of(each) for each in RECORDS.values() if name_of(each) not in {*_NAMES, "message"})),
    sign=sign,
    explain=explain,
    kind_of=kind_of,
    session=SESSION,
    identify=identify,
)
