"""Inquiries written by us, in the forms that reach an office; what must not be kept is withheld."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooftree.channels.leads.parse import as_json, parse

DAY = date(2026, 5, 1)
LISTING = """From: Zillow <noreply@zillow.com>
Reply-To: jsmith@example.com
Subject: John Smith is requesting information about 456 Maple Ave

Name: John Smith
Email: jsmith@example.com
Phone: (303) 555-0188
Move-in date: 07/15/2026
Beds: 3
Message: Hello, I would like to schedule a tour. We are a family of 4 with two cats.
"""
FORWARDED = """Hi,

I saw your listing on Craigslist for the house at 88 W Pine Rd. We're 3 adults, moving around Oct 15.
Rent of 2,400 works. When can we come by?

Thanks,
Daniel O'Brien
720-555-0133
"""
CASES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "sms",
        "Hi my name is Maria Lopez, is the 2 bedroom at 123 Oak Street still available? Looking to move June 1, "
        "budget is $1,800. I have a small dog. Can I see it Saturday? 212-555-0123",
        {
            "first_name": "Maria",
            "last_name": "Lopez",
            "phone": "+12125550123",
            "move_in_date": "2026-06-01",
            "bedrooms": 2,
            "max_rent": 1800,
            "pets": ("small dog",),
            "wants_tour": True,
            "property_hint": "123 Oak Street",
        },
    ),
    (
        "email",
        LISTING,
        {
            "first_name": "John",
            "email": "jsmith@example.com",
            "phone": "+13035550188",
            "move_in_date": "2026-07-15",
            "bedrooms": 3,
            "occupants": 4,
            "pets": ("2 cats",),
            "source": "zillow",
            "property_hint": "456 Maple Ave",
        },
    ),
    (
        "web_form",
        '{"first_name":"Ann","last_name":"Lee","phone":"4155550199","bedrooms":"Studio","maxRent":"1500"}',
        {"first_name": "Ann", "last_name": "Lee", "phone": "+14155550199", "bedrooms": 0, "max_rent": 1500},
    ),
    (
        "voicemail",
        "hi this is Bob Jones my number is five five five two one two three four five six I'm looking for a one "
        "bedroom around fifteen hundred",
        {"first_name": "Bob", "phone": "+15552123456", "bedrooms": 1, "max_rent": 1500},
    ),
    (
        "email",
        "Hola, me llamo José Hernández y busco un apartamento de dos recámaras para principios de septiembre, mi "
        "presupuesto es hasta $1,400. Mi correo es jose.h@example.com.",
        {"first_name": "José", "email": "jose.h@example.com", "move_in_date": "2026-09-01", "bedrooms": 2},
    ),
    (
        "email",
        FORWARDED,
        {
            "last_name": "O'Brien",
            "source": "craigslist",
            "occupants": 3,
            "move_in_date": "2026-10-15",
            "max_rent": 2400,
        },
    ),
]


@pytest.mark.parametrize(("channel", "raw", "expected"), CASES, ids=[case[1][:20] for case in CASES])
def test_what_an_inquiry_says_is_read(channel: str, raw: str, expected: dict[str, Any]) -> None:
    found = as_json(parse(channel, raw, DAY))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("moving asap", "2026-05-01"),
        ("need a place in two weeks", "2026-05-15"),
        ("looking for next month", "2026-06-01"),
        ("move in 8/15", "2026-08-15"),
        ("moving January 5", "2027-01-05"),
        ("available by mid July?", "2026-07-15"),
        ("move in Feb 30", None),
        ("born 04/12/1988, need something", None),
    ],
)
def test_a_date_is_read_from_the_day_the_inquiry_came_in(said: str, day: str | None) -> None:
    assert as_json(parse("sms", said, DAY))["move_in_date"] == day


def test_an_assistance_animal_is_never_a_pet() -> None:
    assert parse("sms", "I have a service dog, is that ok? also my emotional support cat", DAY).pets == ()


def test_what_must_not_be_kept_is_named_and_goes_no_further() -> None:
    lead = parse("chat", "I'm Sam Hill, ssn 123-45-6789, credit score 640, section 8 voucher", DAY)
    assert set(lead.withheld) == {"ssn", "credit_score", "source_of_income"}
    assert "6789" not in str(as_json(lead)).replace("withheld", "")


@given(st.text(max_size=500))
def test_no_text_makes_the_parser_fail(raw: str) -> None:
    assert parse("email", raw, DAY).pets is not None
