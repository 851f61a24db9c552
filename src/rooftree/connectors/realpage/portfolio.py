"""The rows of what is set up in OneSite and of who lives there: read, and written by no method (contract 4.1-4.3)."""

from __future__ import annotations

from functools import partial

from rooftree.connectors.realpage import client, gaps, ledger, lists, mapping
from rooftree.connectors.realpage.client import across_sites, one_of, under_site
from rooftree.connectors.realpage.gaps import PEOPLE, SETUP
from rooftree.connectors.rows import absent, read_only
from rooftree.model.leasing import Applicant, Application, Lease, Resident
from rooftree.model.portfolio import Amenity, Building, Owner, Property, Staff, Unit

_MEMBERS = client.people("residentmemberid")
_seen = partial(read_only, gaps.NO_CUSTOM)
ROWS = (
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
        Unit,
        SETUP,
        read=mapping.to_unit,
        list=under_site(client.units),
        get=one_of(client.units, "UnitID"),
        parent="property",
    ),
    absent(Amenity, gaps.NO_AMENITY),
    absent(Owner, gaps.NO_OWNER),
    _seen(
        Staff,
        SETUP,
        read=mapping.to_agent,
        list=across_sites(lists.agents),
        get=one_of(lists.agents, "Value"),
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
    absent(Applicant, gaps.APPLICATION),
    absent(Application, gaps.APPLICATION),
)
