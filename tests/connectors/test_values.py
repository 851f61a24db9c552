"""Markers in texts and in names of files: put in, found again, taken out."""

from __future__ import annotations

import pytest

from rooftree.connectors.values import mark, mark_name, marker_in, unmark, unmark_name


@pytest.mark.parametrize("name", ["photo.jpg", "no ending", "two.dots.pdf"])
def test_a_marked_file_name_keeps_its_ending_and_is_itself_again(name: str) -> None:
    marked = mark_name(name, "#rt-7f3a9c", 200)
    assert "#rt-7f3a9c" in marked
    assert marked.endswith(name[name.rfind(".") :] if "." in name else "#rt-7f3a9c")
    assert unmark_name(marked) == name


def test_a_long_file_name_is_cut_and_its_marker_and_ending_are_not() -> None:
    marked = mark_name("x" * 300 + ".jpg", "#rt-7f3a9c", 100)
    assert (len(marked), marked[-15:]) == (100, " #rt-7f3a9c.jpg")


@pytest.mark.parametrize(("text", "marker"), [("Leak #rt-1a", "#rt-1a"), ("Leak", ""), (None, ""), ("#rt-1a Leak", "")])
def test_a_marker_is_found_at_the_tail_alone(text: str | None, marker: str) -> None:
    assert marker_in(text) == marker


def test_what_was_marked_is_unmarked() -> None:
    assert unmark(mark("Leak", "#rt-1a", 4_000)) == "Leak"
