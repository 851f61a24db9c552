"""What columns are called in other people's exports, per kind of file. The first word of each is our template's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, get_args

from rooftree.errors import InvalidInput

Kind = Literal["properties", "units", "residents", "vendors", "owners"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Names = Mapping[str, tuple[str, ...]]

_ADDRESS: Names = {
    "line1": ("Address", "Street", "Street Address", "Address 1", "Address Line 1", "Property Address"),
    "line2": ("Address 2", "Address Line 2", "Suite"),
    "city": ("City", "Town"),
    "state": ("State", "ST", "Province"),
    "postal_code": ("Zip", "Zip Code", "Postal Code", "Zipcode", "Postcode"),
}
_PERSON: Names = {
    "first_name": ("First Name", "First", "Given Name", "Tenant First Name"),
    "last_name": ("Last Name", "Last", "Surname", "Family Name", "Tenant Last Name"),
    "phone": ("Phone", "Phone Number", "Mobile", "Cell", "Cell Phone", "Mobile Phone", "Telephone", "Phones"),
    "email": ("Email", "E-mail", "Email Address", "Mail", "Emails"),
    "notes": ("Notes", "Comments", "Remarks"),
}
_PROPERTY = ("Property", "Property Name", "Building", "Community", "Complex", "Site")
_UNIT = ("Unit", "Unit Number", "Unit No", "Unit Name", "Apt", "Apartment", "Apt Number", "Suite", "Door", "Unit ID")
COLUMNS: Mapping[Kind, Names] = {
    "properties": {
        "name": (*_PROPERTY, "Name"),
        "code": ("Code", "Property Code", "Property ID", "Short Name"),
        **_ADDRESS,
        "kind": ("Type", "Property Type", "Kind"),
        "unit_count": ("Units", "Unit Count", "Number of Units", "Total Units"),
        "year_built": ("Year Built", "Built"),
        "time_zone": ("Time Zone", "Timezone"),
        "owner": ("Owner", "Owner Name", "Owners"),
        "notes": ("Notes", "Comments"),
    },
    "units": {
        "property": _PROPERTY,
        "number": (*_UNIT, "Number", "Name"),
        "bedrooms": ("Bedrooms", "Beds", "Bed", "BR", "Bd"),
        "bathrooms": ("Bathrooms", "Baths", "Bath", "BA"),
        "square_feet": ("Square Feet", "Sqft", "Sq Ft", "SF", "Size", "Area"),
        "market_rent": ("Market Rent", "Rent", "Asking Rent", "Monthly Rent"),
        "floor": ("Floor", "Level", "Story"),
        "is_vacant": ("Vacant", "Is Vacant"),
        **{name: words for name, words in _ADDRESS.items() if name != "line2"},
        "notes": ("Notes", "Comments"),
    },
    "residents": {
        "property": _PROPERTY,
        "unit": _UNIT,
        "name": ("Name", "Tenant Name", "Resident Name", "Tenant", "Resident", "Lessee", "Full Name"),
        **_PERSON,
        "status": ("Status", "Tenant Status", "Resident Status"),
        "starts_on": ("Lease Start", "Lease From", "Start Date", "Lease Start Date", "From", "Lease Begin"),
        "ends_on": ("Lease End", "Lease To", "End Date", "Lease End Date", "Lease Expiration", "Lease Exp", "To"),
        "move_in_on": ("Move In", "Move-in", "Move In Date", "Moved In"),
        "rent": ("Rent", "Monthly Rent", "Lease Rent", "Rent Amount"),
        "deposit": ("Deposit", "Security Deposit"),
    },
    "vendors": {
        "name": ("Name", "Vendor", "Vendor Name", "Company", "Company Name", "Contractor", "Business Name"),
        **_PERSON,
        "trades": ("Trades", "Trade", "Category", "Service", "Services", "Specialty", "Vendor Type"),
        "takes_emergencies": ("Emergencies", "Emergency", "Takes Emergencies", "24/7", "After Hours"),
        "insurance_expires_on": (
            *("Insurance Expires", "Insurance Expiration", "Insurance Exp", "Liability Expiration"),
            *("General Liability Expiration", "COI Expiration", "Insurance Expiry"),
        ),
        "license_expires_on": ("License Expires", "License Expiration", "License Exp"),
        **_ADDRESS,
    },
    "owners": {
        "name": ("Name", "Owner", "Owner Name", "Company", "Company Name"),
        **_PERSON,
        "properties": ("Properties", "Property", "Properties Owned", "Property Name"),
        **_ADDRESS,
    },
}
NEEDED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "properties": (("name",),),
    "units": (("property",), ("number",)),
    "residents": (("property",), ("unit",), ("name", "last_name")),
    "vendors": (("name",),),
    "owners": (("name", "last_name"),),
}
"""The columns a file cannot do without; one of each group is enough."""


def template(kind: Kind) -> str:
    """An empty file with every column we read, for download and documents."""
    return ",".join(words[0] for words in COLUMNS[kind].values()) + "\r\n"


def header_in(kind: Kind, rows: list[tuple[int, list[str]]]) -> int:
    """Where the header stands: the row of the first ten that names most columns we know."""
    return max(range(min(len(rows), 10)), key=lambda at: (len(matched(kind, rows[at][1])), -at))


def matched(kind: Kind, header: list[str]) -> dict[int, str]:
    """Column position to field; where two columns would be the same field, the first is it."""
    words = {_plain(word): field for field, names in COLUMNS[kind].items() for word in reversed(names)}
    found: dict[int, str] = {}
    for position, title in enumerate(header):
        field = words.get(_plain(title))
        if field and field not in found.values():
            found[position] = field
    return found


def require(kind: Kind, fields: Mapping[int, str]) -> None:
    """Raises InvalidInput naming the column that is missing and what it may be called."""
    for group in NEEDED[kind]:
        if not set(group) & set(fields.values()):
            called = ", ".join(COLUMNS[kind][group[0]][:5])
            raise InvalidInput(f"A file of {kind} needs a column for {group[0]}, called one of: {called}.", path="file")


def _plain(title: str) -> str:
    """A title without case, signs and spaces: "Unit #" and "unit no." are "unit" and "unitno"."""
    return re.sub(r"[^a-z0-9]", "", title.casefold())
