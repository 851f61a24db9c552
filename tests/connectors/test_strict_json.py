"""Hostile and broken JSON is refused with a reason."""

from __future__ import annotations

import pytest

from rooftree.connectors.strict_json import NotJson, decode


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":1e999}', "too large"),
        (b"[" * 100_000, "deep"),
        (b"[" * 70 + b"]" * 70, "deep"),
        (b'[{"a":' * 40 + b"1" + b"}]" * 40, "deep"),
        (b'{"a":', "breaks off"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"<html>", "malformed"),
    ],
)
def test_what_is_not_json_is_refused_with_its_reason(body: bytes, why: str) -> None:
    with pytest.raises(NotJson, match=why):
        decode(body)


def test_a_lone_surrogate_becomes_readable_text() -> None:
    assert decode(b'{"name":"a\\ud800b"}') == {"name": "a?b"}
    assert decode(b'[{"\\uD800":["\\uDFFF"]}]') == [{"?": ["?"]}]


def test_a_pair_of_surrogates_stays_the_letter_it_stands_for() -> None:
    assert decode(b'{"name":"\\ud83c\\udfe0"}') == {"name": "\U0001f3e0"}


def test_nesting_is_read_as_deep_as_any_record_goes() -> None:
    assert decode(b"[" * 64 + b"]" * 64)
