"""A mapping pack: read as written, and refused with the line and the reason. The words are made up."""

from __future__ import annotations

import pytest

from rooftree.connectors import packs
from rooftree.errors import InvalidInput

GOOD = """version: 1
work_order_status_words: {waiting for parts: on_hold}
categories:
  plumbing: Drain People
vendor_trades: {2017: [plumbing, gas]}
"""


def test_a_pack_is_read_with_the_customers_words_and_numbers_as_written() -> None:
    assert packs.read("rent_manager", GOOD) == {
        "work_order_status_words": {"waiting for parts": "on_hold"},
        "categories": {"plumbing": "Drain People"},
        "vendor_trades": {"2017": ["plumbing", "gas"]},
    }


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("priority_words: {asap: urgent}\nfeelings: {a: b}", 2, "no list 'feelings'"),
        ("priority_words:\n  asap: urgent\n  later: whenever", 3, "'whenever' is no word of ours"),
        ("categories:\n  plumbing: Pipes\n  Plumbing: Drains", 3, "stands in line 2 already"),
        ("trades: {a: hvac}\nversion: [1, 2]", 2, "one word or number"),
        ("vendor_trades:\n  2017: plumbing", 2, "must be a list"),
        ("categories:\n  plumbing: &a {b: *a}", 2, "one word or number"),
        ("categories:\n  plumbing: [", 2, "no YAML"),
        ("- a", 1, "word: meaning"),
    ],
)
def test_a_wrong_pack_is_refused_with_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        packs.read("rent_manager", text)
    assert f"line {line}:" in str(caught.value)
    assert caught.value.path == "mapping_pack"


def test_a_list_that_this_pms_does_not_read_is_refused_and_not_ignored() -> None:
    with pytest.raises(InvalidInput, match="no list 'priority_words'"):
        packs.read("rentvine", "priority_words: {asap: urgent}")


def test_a_tilde_takes_a_list_or_a_word_of_ours_away() -> None:
    laid = packs.read("entrata", "extends: multifamily\ntrades: ~\npriority_words: {same day: ~}")
    assert "trades" not in laid
    assert laid["priority_words"] == {"Life Safety": "emergency", "Next Business Day": "routine"}
    assert "Same Day" in packs.read("entrata", "extends: multifamily")["priority_words"]
