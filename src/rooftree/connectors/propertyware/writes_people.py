"""What Rooftree writes of people: the contacts of owners and of residents on a lease (contract 3.5).

A PUT takes the whole contact: it is read anew right before, and what stays goes back untouched, birth date and gender
too, which Rooftree itself never keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.connectors.base import Answer, Context, Request, Send, Wire
from rooftree.connectors.changes import overlay
from rooftree.connectors.propertyware.client import BASE, one_of
from rooftree.connectors.propertyware.writes import fill_custom
from rooftree.connectors.propertyware.writes_portfolio import address_body
from rooftree.connectors.values import filled
from rooftree.errors import InvalidInput
from rooftree.model.base import Person
from rooftree.model.leasing import Resident
from rooftree.model.portfolio import Owner

_KEPT = (
    "allowESignature category comments company email altEmail fax firstName homePhone jobTitle lastName middleName "
    "mobilePhone nameOnCheck namedOnLease otherPhone salutation suffix workPhone address birthDate gender"
).split()
_PHONES = ("mobilePhone", "homePhone", "workPhone", "otherPhone")
_SHOWN_ON_LEASE = ("firstName", "lastName", "company", "email", *_PHONES[:3])
"""What a lease shows of its people, and so all of a resident that can be read back."""


def write_owner(current: Owner | None, desired: Owner, ctx: Context) -> Send | None:
    """Replaces the contact of an owner, then its custom fields."""
    if current is None:
        return None
    change = _change(current.id, "OWNER", _differing(current, desired))
    return change or fill_custom(current, desired, "contacts")


def write_resident(current: Resident | None, desired: Resident, ctx: Context) -> Send | None:
    """Replaces the contact behind a resident; the number of the lease stands before it."""
    if current is None:
        return None
    changed = _differing(current, desired)
    if "otherPhone" in changed:
        raise InvalidInput("A lease in Propertyware shows mobile, home and work phone of its people", path="phones")
    shown = {name: value for name, value in changed.items() if name in _SHOWN_ON_LEASE}
    return _change(current.id.rpartition(":")[2], None, shown)


def _differing(current: Person, desired: Person) -> dict[str, Any]:
    before, after = _body(current), _body(overlay(current, desired))
    return {name: value for name, value in after.items() if value != before[name] and value is not None}


def _change(id: str, kind: str | None, changed: Mapping[str, Any]) -> Send | None:
    if not changed:
        return None

    def request(wire: Wire) -> Answer:
        row = one_of("contacts", kind)(wire, id)
        kept = {name: row.get(name) for name in _KEPT}
        return wire.read(Request(method="PUT", path=f"{BASE}/contacts/{id}", json=filled({**kept, **changed})))

    return Send(label="change contact", request=request, idempotent=True)


def _body(record: Person) -> dict[str, Any]:
    """A person in Propertyware's words; a second phone of one kind has no place, which is refused by name."""
    kinds = [phone.kind for phone in record.phones]
    if len(set(kinds)) < len(kinds):
        raise InvalidInput("Propertyware keeps one phone of each kind", path="phones")
    phones = {f"{phone.kind}Phone": phone.number for phone in record.phones if phone.kind != "fax"}
    return {
        "firstName": record.first_name,
        "middleName": record.middle_name,
        "lastName": record.last_name,
        "company": record.company,
        "email": next(iter(record.emails), None),
        "altEmail": next(iter(record.emails[1:]), None),
        "comments": record.notes,
        "address": address_body(record.address),
        **{name: phones.get(name) for name in _PHONES},
    }
