"""RealPage: the table of what can be done with each record. Read it and you know the integration."""

from __future__ import annotations

from functools import partial

from rooftree.connectors import soap
from rooftree.connectors.base import Company, Connector, Wire
from rooftree.connectors.realpage import answers, availability, client, gaps, ledger, mapping
from rooftree.connectors.realpage.client import across_sites, one_of, under_site
from rooftree.connectors.realpage.gaps import PEOPLE, SETUP
from rooftree.connectors.realpage.manifest import MANIFEST, sign
from rooftree.connectors.rows import absent, read_only
from rooftree.errors import InvalidInput
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

_MEMBERS = client.people("residentmemberid")
_seen = partial(read_only, gaps.NO_CUSTOM)

RESOURCES = (
    _seen(Property, SETUP, read=mapping.to_property, list=client.list_sites, get=client.get_site),
    _seen(
        Building,
        SETUP,
        read=mapping.to_building,
        list=under_site(client.buildings),
        get=one_of(client.buildings, "BuildingID"),
        parent="property",
    ),
    _seen(
        Floorplan,
        SETUP,
        read=availability.to_floorplan,
        list=under_site(availability.floorplans),
        get=one_of(availability.floorplans, "FloorPlanID"),
        parent="property",
    ),
    _seen(
        Unit,
        SETUP,
        read=mapping.to_unit,
        list=under_site(client.units),
        get=one_of(client.units, "UnitID"),
        parent="property",
    ),
    absent(Amenity, gaps.NO_AMENITY),
    _seen(
        Listing,
        SETUP,
        read=availability.to_listing,
        list=under_site(availability.listings),
        get=one_of(availability.listings, "Address/UnitID"),
        parent="property",
    ),
    absent(Owner, gaps.NO_OWNER),
    _seen(
        Staff,
        SETUP,
        read=mapping.to_agent,
        list=across_sites(client.agents),
        get=one_of(client.agents, "Value"),
    ),
    _seen(
        Lease,
        PEOPLE,
        read=mapping.to_lease,
        list=under_site(ledger.leases),
        get=one_of(ledger.leases, "leaseid"),
        parent="property",
    ),
    _seen(
        Resident,
        PEOPLE,
        read=mapping.to_resident,
        list=under_site(_MEMBERS),
        get=one_of(_MEMBERS, "residentmemberid"),
        parent="property",
    ),
    _seen(
        Charge,
        gaps.MONEY,
        read=ledger.to_charge,
        list=under_site(ledger.entries("charge")),
        get=ledger.entry("charge"),
        parent="property",
    ),
    _seen(
        Payment,
        gaps.MONEY,
        read=ledger.to_payment,
        list=under_site(ledger.entries("payment")),
        get=ledger.entry("payment"),
        parent="property",
    ),
    _seen(
        Balance,
        gaps.MONEY,
        read=ledger.to_balance,
        list=under_site(ledger.facts),
        get=one_of(ledger.facts, "LeaseID"),
        parent="property",
    ),
    absent(Lead, gaps.NO_LEAD),
    absent(GuestCard, gaps.PROSPECTS),
    absent(Showing, gaps.TOURS),
    absent(Applicant, gaps.APPLICATION),
    absent(Application, gaps.APPLICATION),
    absent(Vendor, gaps.NO_VENDOR),
    absent(WorkOrder, gaps.ORDERS),
    absent(Appointment, gaps.NO_APPOINTMENT),
    absent(Note, gaps.ACTIVITIES),
    absent(Attachment, gaps.NO_FILE),
    absent(PhoneLog, gaps.ACTIVITIES),
)


def identify(wire: Wire) -> Company:
    """Whose sites these are. Raises InvalidInput where the service's own description lacks the list of sites."""
    offered = client.operations(wire)
    if "getsitelist" not in [each.lower() for each in offered]:
        has = ", ".join(offered) or "none"
        raise InvalidInput(f"This service has no getsitelist; its methods: {has}.", path="service")
    rows = client.sites(wire)
    return Company(name=next((name for row in rows if (name := soap.text(row, "PMCName"))), "(no site activated)"))


CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=RESOURCES,
    sign=sign,
    decode=soap.decode,
    explain=answers.explain,
    kind_of=answers.kind_of,
    identify=identify,
)
