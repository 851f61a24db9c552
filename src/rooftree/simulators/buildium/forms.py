"""Bodies that several resources share (address, phones, emergency contact, tax), and how they read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.shapes import choice, day, flag, nested, number, phone_text, text, whole
from rooftree.simulators.wire import Record

ADDRESS = {
    "AddressLine1": text(100, required=True),
    "AddressLine2": text(100),
    "AddressLine3": text(100),
    "City": text(100),
    "State": text(),
    "PostalCode": text(required=True),
    "Country": choice(words.COUNTRIES, required=True),
}
PHONES = {"Home": phone_text(), "Work": phone_text(), "Mobile": phone_text(), "Fax": phone_text()}
EMERGENCY_CONTACT = {"Name": text(), "RelationshipDescription": text(), "Phone": text(), "Email": text()}
TAX_POST = {
    "TaxPayerId": text(),
    "TaxPayerType": choice(words.TAX_ID_TYPES),
    "TaxPayerName1": text(40),
    "TaxPayerName2": text(40),
    "Address": nested(ADDRESS),
}
TAX_PUT = {**TAX_POST, "IncludeIn1099": flag(required=True)}
PERSON = {
    "FirstName": text(127, required=True),
    "LastName": text(127, required=True),
    "Email": text(),
    "AlternateEmail": text(),
    "PhoneNumbers": nested(PHONES),
    "DateOfBirth": day(),
    "Comment": text(65535),
    "TaxId": text(),
    "EmergencyContact": nested(EMERGENCY_CONTACT),
    "Address": nested(ADDRESS, required=True),
    "AlternateAddress": nested(ADDRESS),
    "MailingPreference": choice(words.MAILING),
}
UNIT = {
    "UnitNumber": text(30, required=True),
    "UnitSize": whole(),
    "MarketRent": number(),
    "Address": nested(ADDRESS, required=True),
    "UnitBedrooms": choice(words.BEDROOMS),
    "UnitBathrooms": choice(words.BATHROOMS),
    "Description": text(65535),
}
_TYPE_OF_KEY = {"Home": "Home", "Work": "Office", "Mobile": "Cell", "Fax": "Fax"}


def phones_back(saved: Record | None) -> list[Record]:
    """Sent as {Home, Work, Mobile, Fax}, read back as a list of {Number, Type}."""
    return [{"Number": value, "Type": _TYPE_OF_KEY[key]} for key, value in (saved or {}).items() if value]


def tax_back(saved: Record | None) -> Record | None:
    """Sent with TaxPayerType, read back with TaxPayerIdType."""
    if saved is None:
        return None
    return {
        "TaxPayerIdType": saved["TaxPayerType"],
        "TaxPayerId": saved["TaxPayerId"],
        "TaxPayerName1": saved["TaxPayerName1"],
        "TaxPayerName2": saved["TaxPayerName2"],
        "IncludeIn1099": bool(saved.get("IncludeIn1099")),
        "Address": saved["Address"],
    }


def person_back(clean: Record) -> Record:
    """The tenant fields that one write of a person sets."""
    return {**clean, "PhoneNumbers": phones_back(clean["PhoneNumbers"])}


def wire_time(moment: datetime) -> str:
    """To the second, as the API writes date-times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def matches(wanted: str | None, *values: Any) -> bool:
    """Whether a substring filter lets a row through; letters only differ in case do not matter."""
    return wanted is None or any(wanted.lower() in value.lower() for value in values if value)
