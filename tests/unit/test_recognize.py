"""Personal data is found by its shape, its check digits, and the words beside it."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import pytest

from rooftree.recognize import redacted, spans

SHARED = Path(os.environ.get("ROOFTREE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
NAMES = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "US_SSN": "SSN",
    "CREDIT_CARD": "CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP_ADDRESS",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
}
FLOORS = {"EMAIL": 1.0, "SSN": 1.0, "CARD": 1.0, "IBAN": 1.0, "IP_ADDRESS": 1.0, "DRIVER_LICENSE": 1.0, "PHONE": 0.7}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my social is 123 45 6789", "my social is <SSN>"),
        ("last four of my social: 6789", "last four of my social: <SSN>"),
        ("ssn 123456789 dob 04/12/1988", "ssn <SSN> dob <DATE_OF_BIRTH>"),
        ("nací el 4 de mayo de 1990", "nací el <DATE_OF_BIRTH>"),
        ("acct number 000123456789 routing 021000021", "acct number <BANK_ACCOUNT> routing <ROUTING_NUMBER>"),
        ("call (212) 555-0123 or maria@example.com", "call <PHONE> or <EMAIL>"),
        ("maria dot lopez at gmail dot com", "<EMAIL>"),
        ("card 4111 1111 1111 1111 exp 12/27", "card <CARD> exp 12/27"),
        ("DL A1234567", "DL <DRIVER_LICENSE>"),
        ("Authorization: Bearer abcdef.ghijkl", "Authorization: <CREDENTIAL>"),
    ],
)
def test_personal_data_is_taken_out(text: str, shown: str) -> None:
    assert redacted(text, spans(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "unit 1234 rent is $1,850.00 due 2026-12-01",
        "work order 120001197",
        "apartment 4B, 123 Main St, 90210-1234",
        "the meter reads 123456789",
        "When: 2000-04-16 11:34:35",
        "our address is 370 3911 Fourth Avenue",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert spans(text) == []


def test_spans_stand_in_order_and_never_overlap() -> None:
    found = spans("ssn 123-45-6789, card 4111111111111111, phone 212-555-0123, ssn 123-45-6789")
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


@pytest.mark.skipif(not (SHARED / "data/pii").is_dir(), reason="the public synthetic set lies only in ../shared")
def test_recall_on_the_public_synthetic_set_does_not_fall() -> None:
    rows = json.loads((SHARED / "data/pii/presidio_synth_dataset_v2.json").read_text())
    hits: dict[str, list[bool]] = {kind: [] for kind in FLOORS}
    for row in rows:
        found = spans(row["full_text"])
        for gold in row["spans"]:
            if kind := NAMES.get(gold["entity_type"]):
                start, end = gold["start_position"], gold["end_position"]
                hits[kind].append(any(s.type == kind and s.start < end and s.end > start for s in found))
    recall = {kind: sum(seen) / len(seen) for kind, seen in hits.items()}
    assert all(recall[kind] >= floor for kind, floor in FLOORS.items()), recall
