"""Yardi Voyager: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rooftree.connectors import soap
from rooftree.connectors.base import Company, Connector, Resource, Wire, Write
from rooftree.connectors.rows import absent, read_only
from rooftree.connectors.yardi_voyager import (
    answers,
    client,
    discovery,
    gaps,
    guests,
    households,
    mapping,
    pack,
    writes_maintenance,
)
from rooftree.connectors.yardi_voyager import mapping_people as people
from rooftree.connectors.yardi_voyager import writes_people as writes
from rooftree.connectors.yardi_voyager.client import (
    across_properties,
    of_all,
    one_of,
    one_under_record,
    under_property,
    under_record,
)
from rooftree.connectors.yardi_voyager.fields import FIELDS
from rooftree.connectors.yardi_voyager.gaps import LOGGED, NO_CUSTOM, SETUP
from rooftree.connectors.yardi_voyager.households import of_households
from rooftree.connectors.yardi_voyager.manifest import MANIFEST, sign
from rooftree.connectors.yardi_voyager.mapping_maintenance import to_work_order
from rooftree.errors import InvalidInput
from rooftree.model.base import Record
from rooftree.model.leasing import (
    Applicant,
    Application,
    Balance,
    Charge,
    GuestCard,
    Lead,
    Lease,
    Payment,
    Resident,
    Showing,
)
from rooftree.model.maintenance import Appointment, Vendor, WorkOrder
from rooftree.model.messages import Attachment, Note, PhoneLog
from rooftree.model.portfolio import Amenity, Building, Floorplan, Listing, Owner, Property, Staff, Unit

_seen = partial(read_only, NO_CUSTOM)


def _logged(record: type[Record], kinds: tuple[str, ...], **rest: Any) -> Resource[Any]:
    """Events of some types on guest cards."""
    rows = partial(guests.logged, kinds)
    return Resource(
        record=record,
        list=under_record(rows),
        get=one_under_record(rows, "Number"),
        update=LOGGED,
        close=LOGGED,
        parent="guest_card",
        **rest,
    )


RESOURCES = (
    Resource(
        record=Property,
        read=mapping.to_property,
        list=client.list_properties,
        get=client.get_property,
        create=SETUP,
        update=SETUP,
        close=SETUP,
    ),
    absent(Building, gaps.NO_BUILDING),
    _seen(
        Floorplan,
        SETUP,
        read=mapping.to_floorplan,
        list=under_property("guest_card", client.floorplans),
        get=one_of(of_all(client.floorplans), lambda row: soap.text(row, "@IDValue", "@Id", "Name")),
        parent="property",
    ),
    _seen(
        Unit,
        gaps.READY,
        read=mapping.to_unit,
        list=under_property("resident_transactions", client.units),
        get=one_of(of_all(client.units), lambda row: soap.text(row, "UnitID", "Unit/Information/UnitID")),
        parent="property",
    ),
    absent(Amenity, gaps.NO_AMENITY),
    _seen(
        Listing,
        SETUP,
        read=mapping.to_listing,
        list=under_property("guest_card", client.listings),
        get=one_of(of_all(client.listings), mapping.unit_of_listing),
        parent="property",
    ),
    absent(Owner, gaps.NO_OWNER),
    _seen(Staff, SETUP, read=mapping.to_staff, list=guests.list_agents, get=guests.get_agent),
    _seen(
        Lease,
        gaps.PEOPLE,
        read=people.to_lease,
        list=of_households(households.leases),
        get=one_of(households.lease, people.tenant_of),
        parent="property",
        changes_by="since",
    ),
    _seen(
        Resident,
        gaps.PEOPLE,
        read=people.to_resident,
        list=of_households(households.residents),
        get=one_of(households.one_person, people.person_code),
        parent="property",
        changes_by="since",
    ),
    _seen(
        Charge,
        gaps.MONEY,
        read=mapping.to_charge,
        list=under_record(client.transactions("Charge")),
        get=one_under_record(client.transactions("Charge"), "TransactionID"),
        parent="lease",
    ),
    _seen(
        Payment,
        gaps.MONEY,
        read=mapping.to_payment,
        list=under_record(client.transactions("Payment")),
        get=one_under_record(client.transactions("Payment"), "TransactionID"),
        parent="lease",
    ),
    _seen(
        Balance,
        gaps.MONEY,
        read=mapping.to_balance,
        list=under_record(client.balances),
        get=client.get_balance,
        parent="lease",
    ),
    absent(Lead, gaps.NO_LEAD),
    Resource(
        record=GuestCard,
        read=people.to_guest_card,
        list=under_property("guest_card", guests.guests),
        get=one_of(guests.guest, guests.id_of),
        create=Write(step=writes.write_guest_card),
        update=Write(step=writes.write_guest_card),
        close=Write(step=writes.close_guest_card),
        omits=gaps.GUEST_CARD_OMITS,
        read_only=gaps.GUEST_CARD_READ,
        fixed=gaps.GUEST_CARD_FIXED,
        parent="property",
        changes_by="since",
    ),
    Resource(
        record=Showing,
        read=people.to_showing,
        list=under_property("guest_card", guests.tours),
        get=guests.get_tour,
        create=Write(step=writes.write_showing, marker_field="notes"),
        update=Write(step=writes.write_showing),
        close=Write(step=writes.close_showing),
        omits=gaps.SHOWING_OMITS,
        read_only=gaps.SHOWING_READ,
        fixed=gaps.SHOWING_FIXED,
        parent="property",
        changes_by="since",
    ),
    absent(Applicant, gaps.APPLICATION),
    absent(Application, gaps.APPLICATION),
    _seen(Vendor, gaps.VENDORS, read=mapping.to_vendor, list=client.list_vendors, get=client.get_vendor),
    Resource(
        record=WorkOrder,
        read=to_work_order,
        list=across_properties("service_requests", client.orders),
        get=one_of(client.order, lambda row: soap.text(row, "ServiceRequestId")),
        create=Write(step=writes_maintenance.write_work_order, marker_field="description"),
        update=Write(step=writes_maintenance.write_work_order),
        close=Write(step=writes_maintenance.close_work_order),
        omits=gaps.WORK_ORDER_OMITS,
        read_only=gaps.WORK_ORDER_READ,
        fixed=gaps.WORK_ORDER_FIXED,
        changes_by="since",
    ),
    absent(Appointment, gaps.NO_APPOINTMENT),
    _logged(
        Note,
        guests.MESSAGES,
        read=people.to_note,
        create=Write(step=writes.add_note, marker_field="text"),
        omits=gaps.NOTE_OMITS,
        read_only=gaps.NOTE_READ,
    ),
    Resource(
        record=Attachment,
        read=mapping.to_attachment,
        list=under_record(client.attachments),
        get=client.get_attachment,
        create=Write(step=writes_maintenance.add_attachment, marker_field="file_name"),
        update=gaps.FILES,
        close=gaps.FILES,
        omits=gaps.ATTACHMENT_OMITS,
        parent="work_order",
    ),
    _logged(
        PhoneLog,
        guests.CALLS,
        read=people.to_phone_log,
        create=Write(step=writes.add_phone_log, marker_field="text"),
        omits=gaps.PHONE_LOG_OMITS,
        read_only=gaps.PHONE_LOG_READ,
    ),
)


def identify(wire: Wire) -> Company:
    """Yardi names no company: the properties it shows say whose database it is.

    A client's mapping pack is held against the client's own lists here. Raises InvalidInput for a word they lack.
    """
    rows = client.properties(wire)
    overlay = wire.options.get("mapping_pack", "")
    pack.read(overlay)
    strange = pack.unlisted(overlay, picks(wire)) if overlay else []
    if strange:
        raise InvalidInput(f"Your Voyager has none of these words: {'; '.join(strange)}.", path="mapping_pack")
    names = [soap.text(row, "MarketingName") or str(soap.text(row, "Code")) for row in rows]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return Company(name=f"{', '.join(names[:3])}{more}" if names else "(no property enabled)")


def picks(wire: Wire) -> Mapping[str, Mapping[str, str]]:
    """The client's own words (contract 3.5, 3.6); those of guest cards are the first property's."""
    found = soap.one(client.ask(wire, "service_requests", "GetCustomValues"), "ServiceRequests/CustomValues")
    lists = {
        "categories": soap.texts(found, "Categories/Category/Name"),
        "subcategories": soap.texts(found, "Categories/Category/SubCategory"),
        "priorities": soap.texts(found, "Priorities/Priority"),
        "statuses": soap.texts(found, "Statuses/Status/Status") or soap.texts(found, "Statuses/Status"),
        "resolutions": soap.texts(found, "Resolutions/Resolution"),
        "attachment_types": client.attachment_types(wire),
        **guests.first_words(wire),
    }
    return {name: {word: word for word in words} for name, words in lists.items()}


CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=RESOURCES,
    sign=sign,
    decode=soap.decode,
    explain=answers.explain,
    fields=FIELDS,
    kind_of=answers.kind_of,
    identify=identify,
    picks=picks,
    learn=discovery.learn,
)
