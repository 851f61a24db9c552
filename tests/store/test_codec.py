from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from rooftree.errors import Unreadable
from rooftree.model import vocabulary
from rooftree.model.base import Address, Money, Phone, Record, Ref
from rooftree.model.leasing import Lease, Resident, Wishes
from rooftree.model.names import RECORDS
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import LeaseStatus, Trade
from rooftree.store import codec

SAMPLES: dict[str, object] = {
    "str": "ab",
    "int": 3,
    "bool": True,
    "bytes": b"\x00\xff",
    "Decimal": Decimal("1.50"),
    "Money": Money(amount=Decimal("1500.00")),
    "date": date(2026, 1, 2),
    "datetime": datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    "Address": Address(line1="1 Elm", state="TX"),
    "Wishes": Wishes(bedrooms=Decimal("2"), pets=("cat",)),
    "tuple[str, ...]": ("x", "y"),
    "tuple[Phone, ...]": (Phone(number="+15125550100", kind="mobile"),),
    "tuple[Ref, ...]": (Ref(system="a", id="b"),),
    "tuple[Trade, ...]": (Trade.GAS,),
    "Mapping[str, Any]": {"k": "v"},
}


def full(record: type[Record]) -> Record:
    """A record with something in every field."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        kind = str(field.type).removesuffix(" | None")
        values[field.name] = SAMPLES[kind] if kind in SAMPLES else next(iter(getattr(vocabulary, kind)))
    return record(**values)


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_full_record_comes_back_equal(record: type[Record]) -> None:
    made = full(record)
    assert codec.decode(record, codec.encode(made)) == made


def test_words_and_nested_amounts_come_back_exactly() -> None:
    lease = Lease(id="1", status=LeaseStatus.NOTICE, rent=Money(amount=Decimal("1500.10")))
    back = codec.decode(Lease, codec.encode(lease))
    assert back.status is LeaseStatus.NOTICE
    assert back.rent is not None
    assert str(back.rent.amount) == "1500.10"


def test_what_holds_nothing_is_not_written() -> None:
    assert codec.loads(codec.encode(Unit(id="1", property_id="2", number="4B"))) == {
        "id": "1",
        "number": "4B",
        "property_id": "2",
    }


def test_a_field_of_another_version_is_ignored() -> None:
    assert codec.decode(Unit, b'{"id":"1","property_id":"2","number":"4B","since_v9":1}').number == "4B"


def test_a_body_that_makes_no_record_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        codec.decode(Unit, b'{"id":"1"}')


def test_the_order_of_custom_fields_makes_no_difference() -> None:
    one = Resident(id="1", custom={"a": 1, "b": 2})
    other = Resident(id="1", custom={"b": 2, "a": 1})
    assert codec.encode(one) == codec.encode(other)


def test_differing_names_the_fields() -> None:
    before = codec.encode(Unit(id="1", property_id="2", number="4B", floor="4"))
    after = codec.encode(Unit(id="1", property_id="2", number="4C"))
    assert codec.differing(before, after) == ("floor", "number")
