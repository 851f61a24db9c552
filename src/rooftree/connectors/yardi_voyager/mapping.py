"""The portfolio, vendors and ledgers (contract 3.1-3.4, 3.7; mits.md 3, 5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Context, WireRecord
from rooftree.connectors.trades import to_trade
from rooftree.connectors.values import unmark_name
from rooftree.connectors.yardi_voyager.client import vendor_code
from rooftree.connectors.yardi_voyager.wire import (
    join,
    link,
    to_address,
    to_flag,
    to_money,
    to_number,
    to_phones,
    to_whole,
)
from rooftree.errors import Unreadable
from rooftree.model.base import Money, Ref
from rooftree.model.leasing import Balance, Charge, Payment
from rooftree.model.maintenance import Vendor
from rooftree.model.messages import Attachment
from rooftree.model.portfolio import Floorplan, Listing, Property, Staff, Unit
from rooftree.model.vocabulary import Trade

UNIT = "yardi.unit"


def needed(row: Any, *paths: str) -> str:
    """A text without which there is no record. Raises Unreadable."""
    found = soap.text(row, *paths)
    if found is None:
        raise Unreadable(f"Yardi sent a record without {paths[0]}.")
    return found


def to_property(wire: WireRecord, ctx: Context) -> Property:
    code = needed(wire, "Code")
    return Property(
        id=code,
        code=code,
        name=soap.text(wire, "MarketingName") or code,
        address=to_address(wire),
        custom={"yardi_interfaces": ", ".join(wire.get("Interfaces", ()))},
        raw=wire,
    )


def to_unit(wire: WireRecord, ctx: Context) -> Unit:
    """A unit; the measured answers spell economic status both right and wrong (mits.md 6)."""
    code, place = needed(wire, "UnitID", "Unit/Information/UnitID"), str(wire["PropertyCode"])
    facts = soap.one(wire, "Unit/Information")
    leased = (soap.text(facts, "UnitLeasedStatus") or "").replace("_", " ").lower()
    occupied = (soap.text(facts, "UnitOccupancyStatus") or "").lower()
    return Unit(
        id=join(place, code),
        refs=(Ref(system=UNIT, id=code),),
        property_id=place,
        number=code,
        floorplan_name=soap.text(facts, "FloorplanName", "FloorPlanName"),
        kind_raw=soap.text(facts, "UnitType"),
        address=to_address(soap.one(wire, "Unit/Address")),
        bedrooms=to_number(soap.text(facts, "UnitBedrooms")),
        bathrooms=to_number(soap.text(facts, "UnitBathrooms")),
        square_feet=to_whole(soap.text(facts, "MinSquareFeet", "MaxSquareFeet")),
        market_rent=to_money(soap.text(facts, "MarketRent")),
        is_vacant={"vacant": True, "occupied": False}.get(occupied),
        is_available=leased == "available" if leased else None,
        is_reserved="reserved" in leased if leased else None,
        raw=wire,
    )


def to_floorplan(wire: WireRecord, ctx: Context) -> Floorplan:
    code, place = needed(wire, "@IDValue", "@Id", "Name"), str(wire["PropertyCode"])
    rooms = {
        (soap.text(room, "@RoomType", "@Type") or "").lower(): soap.text(room, "Count")
        for room in soap.many(wire, "Room")
    }
    return Floorplan(
        id=join(place, code),
        property_id=place,
        name=soap.text(wire, "Name") or code,
        code=code,
        description=soap.text(wire, "Comment"),
        bedrooms=to_whole(rooms.get("bedroom")),
        bathrooms=to_number(rooms.get("bathroom")),
        square_feet=to_whole(soap.text(wire, "SquareFeet/@Min", "SquareFeet/@Max")),
        rent_min=to_money(soap.text(wire, "MarketRent/@Min")),
        rent_max=to_money(soap.text(wire, "MarketRent/@Max")),
        unit_count=to_whole(soap.text(wire, "UnitCount")),
        raw=wire,
    )


def to_listing(wire: WireRecord, ctx: Context) -> Listing:
    """A marketed unit; it is to be had from the day it is made ready, else from when it is left (mits.md 3)."""
    place, code = str(wire["PropertyCode"]), unit_of_listing(wire)
    unit = soap.one(wire, "Units/Unit") or soap.one(wire, "Unit/Information")
    ready, left = _day(wire, "MadeReadyDate"), _day(wire, "VacateDate")
    return Listing(
        id=join(place, code),
        property_id=place,
        unit_id=join(place, code),
        title=soap.text(unit, "MarketingName"),
        description=soap.text(wire, "Comment"),
        rent=to_money(soap.text(wire, "EffectiveRent/@Min") or soap.text(unit, "MarketRent", "UnitRent")),
        bedrooms=to_number(soap.text(unit, "UnitBedrooms")),
        bathrooms=to_number(soap.text(unit, "UnitBathrooms")),
        square_feet=to_whole(soap.text(unit, "MinSquareFeet", "MaxSquareFeet")),
        is_listed=True,
        is_available=True,
        is_vacant={"vacant": True, "occupied": False}.get((soap.text(unit, "UnitOccupancyStatus") or "").lower()),
        available_on=ready or left,
        vacates_on=left,
        application_url=soap.text(wire, "Availability/UnitAvailabilityURL"),
        raw=wire,
    )


def unit_of_listing(wire: WireRecord) -> str:
    """In a live answer the code is the unit's identification with the organization `Unit` (mits.md 3)."""
    ids = soap.many(wire, "Units/Unit/Identification")
    own = (soap.text(each, "@IDValue") for each in ids if soap.text(each, "@OrganizationName") == "Unit")
    return next((code for code in own if code), None) or needed(wire, "@IDValue", "@Id")


def _day(wire: WireRecord, name: str) -> date | None:
    """A date in three attributes, which may name no day there is."""
    found = soap.one(wire, f"Availability/{name}")
    parts = [soap.text(found, f"@{part}") for part in ("Year", "Month", "Day")]
    try:
        return date(*(int(part) for part in parts if part)) if all(parts) else None
    except ValueError:
        return None


def to_staff(wire: WireRecord, ctx: Context) -> Staff:
    name = str(wire["AgentName"])
    first, _, last = name.rpartition(" ")
    places = tuple(wire.get("Properties", ()))
    return Staff(id=name, first_name=first or None, last_name=last, role="leasing", property_ids=places, raw=wire)


def to_vendor(wire: WireRecord, ctx: Context) -> Vendor:
    """The names of a vendor's elements are not documented (contract 3.4): the likely ones are all tried."""
    code = vendor_code(wire)
    if code is None:
        raise Unreadable("Yardi sent a vendor without a code.")
    trade = soap.text(wire, "VendorType", "Category", "Trade", "WorkType")
    known = to_trade(trade, ctx)
    inactive = to_flag(soap.text(wire, "Inactive", "IsInactive"))
    phones = (soap.text(wire, f"PhoneNumber{end}", f"Phone{end}") for end in ("", "1", "2", "3"))
    return Vendor(
        id=code,
        company=soap.text(wire, "VendorName", "Name", "CompanyName"),
        first_name=soap.text(wire, "FirstName"),
        last_name=soap.text(wire, "LastName"),
        emails=tuple(soap.texts(wire, "Email") or soap.texts(wire, "EmailAddress")),
        phones=to_phones(each for each in phones if each),
        address=to_address(wire),
        trades=() if known is Trade.UNKNOWN else (known,),
        trades_raw=(trade,) if trade else (),
        is_active=None if inactive is None else not inactive,
        raw=wire,
    )


def _entry(wire: WireRecord) -> dict[str, Any]:
    code, tenant = str(wire["PropertyCode"]), str(wire["TenantCode"])
    amount = to_number(needed(wire, "Amount"))
    assert amount is not None
    return {
        "id": join(code, tenant, needed(wire, "TransactionID")),
        "property_id": code,
        "lease_id": join(code, tenant),
        "resident_id": join(code, tenant),
        "unit_id": link(code, soap.text(wire, "UnitID")),
        "amount": Money(amount=abs(amount)),
        "charge_code": soap.text(wire, "ChargeCode"),
        "account_id": soap.text(wire, "GLAccountNumber"),
        "description": soap.text(wire, "Description"),
        "reference": soap.text(wire, "DocumentNumber"),
        "raw": wire,
    }


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    return Charge(
        **_entry(wire),
        amount_open=to_money(soap.text(wire, "BalanceDue")),
        amount_paid=to_money(soap.text(wire, "AmountPaid")),
        charged_on=soap_dates.to_day(soap.text(wire, "TransactionDate")),
    )


def to_payment(wire: WireRecord, ctx: Context) -> Payment:
    return Payment(
        **_entry(wire),
        method_raw=soap.text(wire, "Kind"),
        paid_on=soap_dates.to_day(soap.text(wire, "TransactionDate")),
    )


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    """What the open charges of a ledger add up to; Yardi's own balance read has no documented answer."""
    code, tenant = str(wire["PropertyCode"]), str(wire["TenantCode"])
    due = soap.texts(wire, "RTServiceTransactions/Transactions/Charge/Detail/BalanceDue")
    total = sum((to_number(each) or Decimal(0) for each in due), Decimal(0))
    id = join(code, tenant)
    return Balance(id=id, lease_id=id, property_id=code, resident_id=id, total=Money(amount=total), raw=wire)


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    place, order, name = (
        str(wire["PropertyCode"]),
        str(wire["ServiceRequestId"]),
        needed(wire, "AttachmentName", "#text"),
    )
    return Attachment(
        id=join(place, order, name),
        about="work_order",
        about_id=join(place, order),
        file_name=unmark_name(name) or name,
        category=soap.text(wire, "AttachmentType"),
        raw=wire,
    )
