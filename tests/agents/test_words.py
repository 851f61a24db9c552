"""What we say: plain letters, two SMS segments at most, in every language we have."""

from __future__ import annotations

import string

import pytest

from rooftree.agents import words
from rooftree.agents.intake import command
from rooftree.agents.words import _RESIDENT, _VENDOR, yes_or_no
from rooftree.channels.segments import count, is_gsm

LONG = {
    "first": "Maximiliana", "unit": "B-1204", "office": "Elm Court Homes", "number": "120000008",
    "title": "x" * 60, "vendor": "Old Mill Heating and Cooling", "when": "Tue Jan 20, 10:30 AM",
    "priority": "emergency", "trade": "mold remediation", "address": "10420 Chestnut Hollow Boulevard",
    "code": "4711", "link": "https://pm.example.com/o/" + "f" * 32, "until": "10:30 AM",
    "resident": "Maximiliana Longname",
    "phone": "+16025550100", "why": "The office has chosen another vendor.",
    "what": "gas smell: Chestnut Hollow Lofts unit B-1204",
}  # fmt: skip


@pytest.mark.parametrize(("language", "name"), [(la, n) for la, texts in _RESIDENT.items() for n in texts])
def test_a_text_to_a_resident_is_plain_and_short(language: str, name: str) -> None:
    text = words.to_resident(name, language, **LONG)
    assert (is_gsm(text), count(text) <= 2) == (True, True)


@pytest.mark.parametrize("name", list(_VENDOR))
def test_a_text_to_a_vendor_is_plain_and_short(name: str) -> None:
    text = words.to_vendor(name, **LONG | {"title": "x" * 40})
    assert is_gsm(text)
    assert count(text) <= 2


def test_both_languages_say_the_same_things() -> None:
    names = {language: sorted(texts) for language, texts in _RESIDENT.items()}
    fields = [
        {field for _t, field, _s, _c in string.Formatter().parse(text) if field}
        for texts in _RESIDENT.values()
        for _name, text in sorted(texts.items())
    ]
    half = len(fields) // 2
    assert names["en"] == names["es"]
    assert fields[:half] == fields[half:]


@pytest.mark.parametrize("name", sorted(set(_RESIDENT["en"]) - {"vendor_accepted", "vendor_assigned", "is_it_done"}))
def test_nothing_says_that_somebody_is_coming(name: str) -> None:
    text = _RESIDENT["en"][name].lower()
    assert not any(promise in text for promise in ("on the way", "is coming", "will come", "will be there"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("YES", True), ("yes thank you!", True), ("Sí", True), ("si gracias", True), ("all fixed", True),
        ("no", False), ("No its still leaking", False), ("it isn't fixed", False), ("todavia no", False),
        ("no problem", None), ("he was here", None), ("", None), ("\U0001f44d", None),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_yes_no_or_neither(text: str, said: bool | None) -> None:
    assert yes_or_no(text) is said


@pytest.mark.parametrize(
    ("text", "answer", "code"),
    [
        ("A 41", "accept", "41"), ("a41", "accept", "41"), (" Accept: 41 please", "accept", "41"),
        ("D 41.", "decline", "41"), ("DONE 4711", "done", "4711"), ("ok 17", "ok", "17"), ("OK#17", "ok", "17"),
    ],
)  # fmt: skip
def test_a_coded_word_is_read(text: str, answer: str, code: str) -> None:
    read = command(text)
    assert read is not None
    assert (read.answer, read.code) == (answer, code)


@pytest.mark.parametrize("text", ["a leak in 41", "ok", "done", "apt 41 leaks", "A 4", "41", "ok thanks 41 degrees"])
def test_ordinary_words_are_no_code(text: str) -> None:
    assert command(text) is None
