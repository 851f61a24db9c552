"""What is to let and what belongs to it: floor plans, amenities, prices, papers (contract 6, 13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rooftree.connectors.base import Context, Wire, WireRecord
from rooftree.connectors.entrata import client
from rooftree.connectors.entrata.client import LEASING, ask
from rooftree.connectors.entrata.mapping import word
from rooftree.connectors.entrata.wire import (
    attributes,
    join,
    link,
    listed,
    many,
    split,
    to_date,
    to_emails,
    to_moment,
    to_money,
    to_number,
    to_phones,
    to_whole,
)
from rooftree.connectors.values import to_text
from rooftree.model.leasing import Applicant, Application
from rooftree.model.messages import Attachment
from rooftree.model.portfolio import Amenity, Floorplan, Listing
from rooftree.model.vocabulary import ApplicationStatus

APPLICATION_STATUSES = {
    "application started": ApplicationStatus.DRAFT,
    "application partially completed": ApplicationStatus.DRAFT,
    "application completed": ApplicationStatus.SUBMITTED,
    "application approved": ApplicationStatus.APPROVED,
    "application denied": ApplicationStatus.DENIED,
    "cancelled": ApplicationStatus.WITHDRAWN,
}

_OF_APPLICATION = ("applicationId", "status", "customerPreferences")


def floorplans(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    found = ask(wire, "properties/getFloorPlans", {"propertyId": int(place), "propertyFloorPlanIds": id})
    return [{**row, "propertyId": place} for row in many(found.get("FloorPlans"), "FloorPlan")]


def floorplan_id(wire: WireRecord) -> Any:
    """Entrata gives a floor plan several identifications; the first is its own."""
    return listed(wire.get("Identification"), "Identification")[0]["IDValue"]


def _range(value: Any) -> WireRecord:
    return attributes(value) if isinstance(value, dict) else {}


def to_floorplan(wire: WireRecord, ctx: Context) -> Floorplan:
    rooms = {
        word(attributes(row).get("RoomType")): to_number(row.get("Count")) for row in listed(wire.get("Room"), "Room")
    }
    rent, deposit = (
        _range(wire.get("MarketRent")),
        _range(_range(_range(wire.get("Deposit")).get("Amount")).get("ValueRange")),
    )
    beds = rooms.get("bedroom")
    files = listed(wire.get("File"), "File")
    images = [row["Src"] if isinstance(row.get("Src"), list) else [row.get("Src")] for row in files]
    return Floorplan(
        id=join(wire["propertyId"], floorplan_id(wire)),
        property_id=str(wire["propertyId"]),
        name=to_text(wire.get("Name")) or str(floorplan_id(wire)),
        description=to_text(wire.get("Comment")),
        bedrooms=int(beds) if beds is not None else None,
        bathrooms=rooms.get("bathroom"),
        square_feet=to_whole(_range(wire.get("SquareFeet")).get("Min")),
        rent_min=to_money(rent.get("Min")),
        rent_max=to_money(rent.get("Max")),
        deposit_min=to_money(deposit.get("Min")),
        deposit_max=to_money(deposit.get("Max")),
        unit_count=to_whole(wire.get("UnitCount")),
        image_urls=tuple(text for group in images for each in group if (text := to_text(each))),
        raw=wire,
    )


def amenities_in(wire: Wire, places: Sequence[str]) -> list[WireRecord]:
    """What each home has, as its spaces tell it."""
    return [
        {**row, "propertyId": home["propertyId"], "unitId": home["id"]}
        for home in client.units_in(wire, places)
        for space in many(home.get("unitSpaces"), "unitSpace")
        for row in many(space.get("amenities"), "amenity")
    ]


def get_amenity(wire: Wire, id: str) -> WireRecord:
    place, unit, number = split(id, 3)
    rows = amenities_in(wire, [place])
    return client.only([row for row in rows if (str(row["unitId"]), str(row.get("id"))) == (unit, number)], id)


def to_amenity(wire: WireRecord, ctx: Context) -> Amenity:
    return Amenity(
        id=join(wire["propertyId"], wire["unitId"], wire["id"]),
        property_id=str(wire["propertyId"]),
        unit_id=join(wire["propertyId"], wire["unitId"]),
        name=str(wire["name"]),
        raw=wire,
    )


def listings(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    """Homes with availability and price. They are named by number only, so the unit is looked up by it."""
    found = ask(wire, "propertyunits/getUnitsAvailabilityAndPricing", {"propertyId": int(place)})
    spaces = [
        space
        for row in many(found.get("PropertyUnits"), "PropertyUnit")
        for space in listed(row.get("UnitSpace"), "UnitSpace")
    ]
    homes = client.units(wire, place, None) if spaces else []
    return [{**space, "propertyId": place, **_home(space, homes)} for space in spaces]


def _home(space: WireRecord, homes: Sequence[WireRecord]) -> dict[str, Any]:
    """The unit of that number and its floor plan; nothing where none or two would do."""
    number = str(space.get("UnitNumber") or "")
    same = [home for home in homes if number and number in _numbers(home)]
    return {"unitId": same[0]["id"], "floorplanId": same[0].get("floorplanId")} if len(same) == 1 else {}


def _numbers(home: WireRecord) -> list[str]:
    """The number of a home and those of its spaces."""
    spaces = many(home.get("unitSpaces"), "unitSpace")
    return [str(each.get("unitNumber") or "") for each in (home, *spaces)]


def listing_key(wire: WireRecord) -> Any:
    return wire.get("unitId")


def to_listing(wire: WireRecord, ctx: Context) -> Listing:
    """Raises KeyError for a price whose unit is not known."""
    place, terms = wire["propertyId"], many(wire.get("Rent"), "TermRent")
    term = terms[0] if terms else {}
    available = {"available": True, "not available": False}.get(word(wire.get("Availability")))
    status = word(wire.get("Status"))
    return Listing(
        id=join(place, wire["unitId"]),
        property_id=str(place),
        unit_id=join(place, wire["unitId"]),
        floorplan_id=link(place, wire.get("floorplanId")),
        title=to_text(wire.get("UnitNumber")),
        rent=to_money(term.get("Rent")),
        deposit=to_money(_range(wire.get("Deposit")).get("MinDeposit")),
        square_feet=to_whole(wire.get("Area")),
        is_available=available,
        is_vacant=True if status.startswith("vacant") else False if status.startswith("occupied") else None,
        available_on=to_date(wire.get("AvailableOn")),
        lease_term=to_text(term.get("LeaseTerm")),
        status_raw=to_text(wire.get("Status")),
        raw=wire,
    )


def documents(wire: Wire, place: str, lease: str | None) -> list[WireRecord]:
    found = ask(
        wire, "leases/getLeaseDocumentsList", {"propertyId": int(place), "leaseId": int(lease) if lease else None}
    )
    return [{**row, "propertyId": place} for row in many(found.get("leaseDocuments"), "leaseDocument")]


def get_document(wire: Wire, id: str) -> WireRecord:
    place, lease, number = split(id, 3)
    return client.only([row for row in documents(wire, place, lease) if str(row.get("id")) == number], id)


def to_attachment(wire: WireRecord, ctx: Context) -> Attachment:
    lease = join(wire["propertyId"], wire["leaseId"])
    return Attachment(
        id=join(wire["propertyId"], wire["leaseId"], wire["id"]),
        about="lease",
        about_id=lease,
        file_name=to_text(wire.get("name")) or str(wire["id"]),
        title=to_text(wire.get("title")),
        category=to_text(wire.get("type")),
        raw=wire,
    )


def applications(wire: Wire, place: str, id: str | None) -> list[WireRecord]:
    """The prospects that have begun to apply: Entrata keeps an application as its prospect with another status."""
    return [row for row in client.leads(wire, place, id) if LEASING.search(str(row.get("status") or ""))]


def applicants(wire: Wire, place: str, application: str | None) -> list[WireRecord]:
    return [
        {**person, "propertyId": place, **{name: row.get(name) for name in _OF_APPLICATION}}
        for row in applications(wire, place, application)
        for person in many(row.get("customers"), "customer")
    ]


def get_applicant(wire: Wire, id: str) -> WireRecord:
    place, application, number = split(id, 3)
    rows = applicants(wire, place, application)
    return client.only([row for row in rows if str(row.get("customerId")) == number], id)


def _unit_wanted(wire: WireRecord) -> str | None:
    wishes = wire.get("customerPreferences")
    desired = wishes.get("desiredUnit") if isinstance(wishes, dict) else None
    return link(wire["propertyId"], desired.get("propertyUnitId")) if isinstance(desired, dict) else None


def to_application(wire: WireRecord, ctx: Context) -> Application:
    place, number = wire["propertyId"], wire["applicationId"]
    people = [row for row in many(wire.get("customers"), "customer") if row.get("customerId")]
    wishes = wire.get("customerPreferences")
    return Application(
        id=join(place, number),
        created_at=to_moment(wire.get("createdOn")),
        updated_at=to_moment(wire.get("lastUpdatedDate")),
        property_id=str(place),
        unit_id=_unit_wanted(wire),
        guest_card_id=join(place, number),
        applicant_ids=tuple(join(place, number, row["customerId"]) for row in people),
        status=APPLICATION_STATUSES.get(word(wire.get("status")), ApplicationStatus.UNKNOWN),
        status_raw=to_text(wire.get("status")),
        agent_name=to_text(wire.get("leasingAgent")),
        source=to_text(wire.get("leadSource")),
        move_in_on=to_date(wishes.get("targetMoveInDate")) if isinstance(wishes, dict) else None,
        raw=wire,
    )


def to_applicant(wire: WireRecord, ctx: Context) -> Applicant:
    place, number = wire["propertyId"], wire["applicationId"]
    phones = (wire.get(f"{kind}PhoneNumber") for kind in ("personal", "cell", "office"))
    return Applicant(
        id=join(place, number, wire["customerId"]),
        property_id=str(place),
        unit_id=_unit_wanted(wire),
        guest_card_id=join(place, number),
        application_ids=(join(place, number),),
        first_name=to_text(wire.get("firstName")),
        middle_name=to_text(wire.get("middleName")),
        last_name=to_text(wire.get("lastName")),
        emails=to_emails(wire.get("email")),
        phones=to_phones(*phones),
        status=APPLICATION_STATUSES.get(word(wire.get("status")), ApplicationStatus.UNKNOWN),
        status_raw=to_text(wire.get("status")),
        raw=wire,
    )
