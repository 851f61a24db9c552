"""A full record of any type: every field says something that this account could hold.

Links point to records that are there and belong together, words come from what the PMS itself uses, and free values
are distinctive, so that one that comes back can only be ours.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Union, get_args, get_origin, get_type_hints

from tests.contract.harness import Account

from rooftree.connectors.base import Gap
from rooftree.errors import InvalidInput, NotFound, Unsupported
from rooftree.model.base import Address, Money, Phone, Record
from rooftree.model.leasing import Wishes
from rooftree.model.names import RECORDS, name_of

NOT_OURS = ("id", "refs", "created_at", "updated_at", "raw")
_LINKS = {
    "property": ("property_id", "property_ids"),
    "unit": ("unit_id", "unit_ids"),
    "lease": ("lease_id", "lease_ids"),
    "resident": ("resident_id", "resident_ids", "primary_resident_id"),
    "vendor": ("vendor_id", "preferred_vendor_ids"),
    "staff": ("staff_id", "agent_id", "assigned_staff_id", "manager_id"),
    "owner": ("owner_ids",),
    "guest_card": ("guest_card_id",),
    "work_order": ("work_order_id",),
    "building": ("building_id",),
    "floorplan": ("floorplan_id",),
    "applicant": ("applicant_ids",),
    "application": ("application_ids",),
}
_LINK_OF = {field: record for record, fields in _LINKS.items() for field in fields}
_WORDS = (
    "category",
    "subcategory",
    "location",
    "source",
    "charge_code",
    "account_id",
    "lease_term",
    "term",
    "media_type",
    "portfolio_id",
)
_PLACES = ("property", "unit", "resident", "lease", "vendor", "owner", "work_order", "lead", "guest_card")
_TO_LET = ("listing", "lease", "applicant", "application", "lead", "guest_card", "showing")
_TEXTS = {
    "email": "sample{n}@example.com",
    "manager_email": "manager{n}@example.com",
    "contact_email": "office{n}@example.com",
    "contact_phone": "+1512555012{n}",
    "phone": "+1512555013{n}",
    "website": "https://www.example.com/{n}",
    "application_url": "https://www.example.com/apply/{n}",
    "time_zone": "America/Chicago",
    "post_month": "2026-02",
    "file_name": "sample-{n}.txt",
    "media_type": "text/plain",
}
_LATER = ("ends_on", "ends_at", "scheduled_end", "moved_out_on", "move_out_on", "scheduled_move_out_on")
_PAST = ("received_at", "called_at", "paid_on", "charged_on", "completed_at", "submitted_at", "first_contact_at")
_NUMBERS = {"year_built": 1987, "rent_due_day": 3, "lease_months": 12, "occupants": 2, "bedrooms": 2}


def fields_of(record: type[Record]) -> list[str]:
    """The fields a PMS could be asked to hold."""
    return [field.name for field in dataclasses.fields(record) if field.name not in NOT_OURS]


def full(account: Account, name: str, turn: int = 0) -> Any:
    """A record with every field filled; `turn` 1 differs from `turn` 0 in whatever may differ."""
    record = RECORDS[name]
    sample = _Sample(account, record, turn)
    candidates = (record(id="", **{**sample.values(), **place}) for place in sample.places())
    step = account.row(name).create
    if not hasattr(step, "step"):
        return next(candidates)
    return next(each for each in candidates if _accepted(step, each, account))


_ORDER = ("property", "building", "floorplan", "owner", "staff", "vendor", "unit", "resident", "lease", "work_order")


def furnish(account: Account) -> None:
    """Give an empty account (a PMS inside Rooftree has no seed data) two of everything that can be made."""
    if account.seen("property"):
        return
    names = [row.name for row in account.connector.resources if not isinstance(row.create, Gap)]
    for name in sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)):
        for turn in (0, 1):
            account.write(name, "create", full(account, name, turn), marker=f"#rt-{turn}{names.index(name):05d}")
        account.forget()
    account.sent.clear()


def _accepted(write: Any, sample: Record, account: Account) -> bool:
    """Whether the connector can be asked to make this at all: notes and files are not kept on every record."""
    try:
        return write.step(None, sample, account.context()) is not None
    except (InvalidInput, Unsupported, NotFound) as refusal:
        if getattr(refusal, "path", "about") not in ("about", ""):
            raise
        return False


def household(account: Account) -> dict[str, str]:
    """A property, unit, lease and resident that belong together, as far as the account has them."""
    leases = [lease for lease in account.seen("lease") if lease.resident_ids and lease.unit_id]
    living = [lease for lease in leases if lease.status.value == "active"] or leases
    if not living:
        unit = next(iter(account.seen("unit")), None)
        found = {"unit": unit.id, "property": unit.property_id} if unit else {}
        return found | {name: account.seen(name)[0].id for name in ("property", "resident") if account.seen(name)}
    lease = living[0]
    unit = next(unit for unit in account.seen("unit") if unit.id == lease.unit_id)
    return {"lease": lease.id, "unit": unit.id, "property": unit.property_id, "resident": lease.resident_ids[0]}


def vacancy(account: Account) -> dict[str, str]:
    """An empty unit and its property, with the household's lease and resident for whatever else is asked."""
    empty = [unit for unit in account.seen("unit") if unit.is_vacant]
    place = {"unit": empty[0].id, "property": empty[0].property_id} if empty else {}
    return household(account) | place


class _Sample:
    def __init__(self, account: Account, record: type[Record], turn: int) -> None:
        self._account = account
        self._record = record
        self._turn = turn
        self._home = vacancy(account) if name_of(record) in _TO_LET else household(account)

    def values(self) -> dict[str, Any]:
        hints = get_type_hints(self._record)
        return {name: self._value(name, hints[name]) for name in fields_of(self._record)}

    def places(self) -> Iterator[dict[str, str]]:
        """What a note, file or call may be about, one after the other; nothing for any other record."""
        if "about" not in fields_of(self._record):
            yield {}
            return
        parent = self._account.row(name_of(self._record)).parent
        for name in filter(None, (parent, *_PLACES)):
            id = self._link(name)
            if id is not None:
                yield {"about": name, "about_id": id}

    def _value(self, name: str, hint: Any) -> Any:
        if name in ("about", "about_id"):
            return ""
        if name == "custom":
            return {"Rooftree sample": "xy"[self._turn]}
        if name in ("name", "unit_id") and self._is_checklist:
            return getattr(self._template, name)
        kind, many = _unwrapped(hint)
        if name in _LINK_OF:
            id = self._link(_LINK_OF[name])
            return ((id,) if id else ()) if many else id
        value = self._one(name, kind)
        return ((value,) if value is not None else ()) if many else value

    @cached_property
    def _is_checklist(self) -> bool:
        """Whether these are words of the PMS's own list, each place with its own: they are ticked and never renamed."""
        return name_of(self._record) == "amenity" and isinstance(self._account.row("amenity").update, Gap)

    def _link(self, record: str) -> str | None:
        """An id of the household's own, else the first of its property, or at all; the other turn takes the last."""
        if record in self._home:
            return self._home[record]
        if record == name_of(self._record):
            return None
        seen = [each for each in self._account.seen(record) if getattr(each, "is_active", None) is not False]
        seen = [each for each in seen if self._home.get("property") in getattr(each, "property_ids", ())] or seen
        return seen[-1 if self._turn else 0].id if seen else None

    def _one(self, name: str, kind: Any) -> Any:
        is_enum = isinstance(kind, type) and issubclass(kind, Enum)
        if not (is_enum or name in _WORDS or name.endswith("_raw")):
            return self._free(name, kind)
        found = self._word(name)
        return self._free(name, kind) if found is None and self._may_invent(name, is_enum) else found

    def _may_invent(self, name: str, is_enum: bool) -> bool:
        """Whether a word may be made up: never beside a record to borrow from, nor where the customer keeps lists."""
        listed = bool(self._account.picks) and not is_enum
        return self._template is None and name != "account_id" and not listed

    def _word(self, name: str) -> Any:
        found = getattr(self._template, name, None) or (self._account_id() if name == "account_id" else None)
        return found[0] if isinstance(found, tuple) and found else found or None

    def _account_id(self) -> str | None:
        """An account of the books that something is posted to already."""
        posted = [each.account_id for name in ("charge", "payment") for each in self._account.seen(name)]
        return next(filter(None, posted), None)

    @cached_property
    def _template(self) -> Any:
        """The record of this account whose words we borrow, so that they go together; the other turn borrows others."""
        seen = sorted(self._account.seen(name_of(self._record)), key=lambda record: -len(_words(record)))
        seen = [each for each in seen if getattr(getattr(each, "status", None), "is_open", True)]
        if not seen or not self._turn:
            return seen[0] if seen else None
        return max(seen, key=lambda record: len(_words(record) - _words(seen[0])))

    def _free(self, name: str, kind: Any) -> Any:
        turn = self._turn
        if isinstance(kind, type) and issubclass(kind, Enum):
            return [word for word in kind if word.value != "unknown"][turn]
        if kind is str:
            return _text(name, turn)
        if kind is bool:
            return turn == 0
        if kind is int:
            return _NUMBERS.get(name, 720) + turn
        if kind is Decimal:
            return Decimal(_NUMBERS.get(name, 1) + turn)
        if kind is Money:
            return Money(amount=Decimal("1234.50") + 100 * turn)
        if kind is datetime:
            return datetime.combine(self._day(name), self._account.clock.now().timetz().replace(microsecond=0))
        if kind is date:
            return self._day(name)
        if kind is bytes:
            return b"made up for a test\n"
        return self._nested(kind)

    def _nested(self, kind: Any) -> Any:
        if kind is Phone:
            return Phone(number=f"+1512555014{self._turn}", kind="mobile")
        if kind is Address:
            return Address(
                line1=f"{120 + self._turn} Sample Street",
                line2="Suite 3",
                city="Austin",
                state="TX",
                postal_code="78701",
                country=self._country(),
            )
        if kind is Wishes:
            hints = get_type_hints(Wishes)
            return Wishes(
                **{field.name: self._value(field.name, hints[field.name]) for field in dataclasses.fields(Wishes)}
            )
        raise NotImplementedError(f"the samples know no value of type {kind}")

    def _country(self) -> str:
        """As this PMS spells it."""
        homes = (home.address for home in self._account.seen("property") if home.address)
        return next((address.country for address in homes if address.country), "US")

    def _day(self, name: str) -> date:
        """Steady by name, so that two fields rarely say the same day; ends after beginnings, past where it is past."""
        spread = timedelta(days=sum(map(ord, name)) % 20 + self._turn)
        today = self._account.clock.now().date()
        if name in _PAST:
            return today - timedelta(days=2) - timedelta(days=self._turn)
        return today + spread + timedelta(days=400 if name in _LATER else 20)


def _words(record: Record) -> set[tuple[str, Any]]:
    """What a record says in its closed words."""
    said = {name: getattr(record, name) for name in fields_of(type(record))}
    return {
        (name, value)
        for name, value in said.items()
        if value and (name in _WORDS or name.endswith("_raw") or isinstance(value, Enum)) and value != "unknown"
    }


def _text(name: str, turn: int) -> str:
    plain = _TEXTS.get(name) or _TEXTS.get(name.removesuffix("s"))
    if plain:
        return plain.format(n=turn)
    if name.endswith(("_url", "_urls")):
        return f"https://www.example.com/{name}/{turn}"
    return f"Sample {name.replace('_', ' ')} {'AB'[turn]}"


def _unwrapped(hint: Any) -> tuple[Any, bool]:
    """The type inside `X | None` and `tuple[X, ...]`, and whether there may be many."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return get_args(hint)[0], True
    return (Mapping, False) if get_origin(hint) is not None and hint is not str else (hint, False)
