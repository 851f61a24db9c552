"""The guard stops what no text may say, leaves words about the home alone, and knows where local law differs."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooftree.fair_housing.guard import guard, is_protected

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("ROOFTREE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SENTENCES = [json.loads(line) for line in (HERE / "sentences.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["id"])
def test_a_sentence_of_an_office_gets_its_label(row: dict[str, str]) -> None:
    assert guard(row["text"], "sms", row["jurisdiction"]).label == row["expect"], row["text"]


@pytest.mark.parametrize(
    ("place", "protected"),
    [("CA", True), ("California", True), ("Austin, TX", True), ("Austin, Texas", True), ("TX", False), ("", False)],
)
def test_vouchers_are_protected_where_the_law_says_so(place: str, protected: bool) -> None:
    assert is_protected("source_of_income", place) is protected
    assert guard("We do not accept vouchers", "sms", place).label == ("prohibited" if protected else "caution")


def test_people_who_are_spoken_against_are_named_by_their_class() -> None:
    assert guard("Muslims would not feel comfortable here").protected_class == "religion"
    assert guard("immigrants cause problems in this building").protected_class == "national_origin"


def test_the_reason_names_the_words_and_the_act() -> None:
    verdict = guard("Adults only please")
    assert '"adults only"' in verdict.why
    assert "The Fair Housing Act applies" in verdict.why


@given(st.text(max_size=400))
def test_no_text_makes_the_guard_fail(text: str) -> None:
    assert guard(text).label in ("prohibited", "caution", "ok")


@pytest.mark.skipif(not (SHARED / "data/fairhousing").is_dir(), reason="the sourced phrase list lies only in ../shared")
def test_every_phrase_of_the_sourced_list_that_no_text_may_say_is_stopped() -> None:
    rows = list(csv.DictReader((SHARED / "data/fairhousing/phrases.csv").read_text().splitlines()))
    labels = [(r["label"], guard(r["phrase"], "listing", "" if r["scope"] == "federal" else "CA").label) for r in rows]
    assert all(ours == "prohibited" for theirs, ours in labels if theirs == "prohibited")
    assert sum(theirs == ours for theirs, ours in labels) / len(labels) >= 0.97
