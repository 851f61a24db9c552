"""Whether two records are one person: relatives who share all but the first name never are."""

from __future__ import annotations

import random

import pytest

from rooftree.agents.linkage import Vector, learn, level
from rooftree.agents.people import SURE, compare
from rooftree.model.base import Phone
from rooftree.model.leasing import Resident


def person(first: str = "Maria", last: str = "Alvarez", phone: str = "+15550100001", email: str = "") -> Resident:
    phones = (Phone(number=phone, kind="mobile"),) if phone else ()
    return Resident(id="1", first_name=first, last_name=last, phones=phones, emails=(email,) if email else ())


@pytest.mark.parametrize(
    "other",
    [
        person(),
        person(phone="(555) 010-0001"),
        person(first="maria", last="ALVAREZ "),
        person(last="Alvares"),
        person(first="Mariah"),
        person(phone="", email="m@example.com"),
    ],
)
def test_one_person_typed_in_twice_is_recognized(other: Resident) -> None:
    told = compare(person(email="m@example.com"), other)
    assert told.score >= SURE, told


@pytest.mark.parametrize(
    "other",
    [
        person(first="Jose"),  # the husband, on the family's telephone
        person(first="Mario", phone="+15550100001", last="Ruiz"),
        person(phone="+15559990002"),  # only a name in common
        person(first="", last="", phone="+15550100001"),
        person(first="Ana", last="Lopez"),
    ],
)
def test_relatives_namesakes_and_people_hardly_known_are_not(other: Resident) -> None:
    assert compare(person(), other).score < SURE


def test_the_reasons_name_fields_and_no_values() -> None:
    told = compare(person(email="m@example.com"), person(last="Alvares", email="m@example.com"))
    assert told.why == "same first name, nearly the same last name, same telephone, same e-mail"
    assert "Alvarez" not in told.why


def test_comparing_is_the_same_both_ways() -> None:
    a, b = person(email="m@example.com"), person(last="Alvares", phone="+15550100002")
    assert compare(a, b) == compare(b, a)


@pytest.mark.parametrize(
    ("kind", "a", "b", "said"),
    [
        ("words", "sasha", "sasha", 3), ("words", "jonathan", "jonathon", 2), ("words", "dixon", "dickson", 1),
        ("words", "anna", "bruno", 0), ("words", "", "anna", None), ("digits", "19560409", "19560490", 2),
        ("digits", "2119", "2137", 1), ("digits", "2119", "4470", 0),
    ],
)  # fmt: skip
def test_levels(kind: str, a: str, b: str, said: int | None) -> None:
    assert level(kind, a, b) == said  # type: ignore[arg-type]


def test_weights_are_learned_without_labels() -> None:
    chance = random.Random(7)

    def seen(alike: float) -> Vector:
        return tuple(3 if chance.random() < alike else 0 for _ in range(5))

    pairs = [seen(0.9) for _ in range(300)] + [seen(0.15) for _ in range(700)]
    model = learn(pairs, [seen(0.1) for _ in range(5_000)])
    assert 0.2 < model.prior < 0.4
    assert model.score((3, 3, 3, 3, 0)) > 0.95
    assert model.score((3, 0, 0, 0, 0)) < 0.05
    assert model.score((3, 3, 3, None, None)) > model.score((3, 3, 3, 0, 0))
