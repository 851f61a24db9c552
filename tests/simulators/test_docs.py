"""The page about simulators names what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooftree.simulators import control
from rooftree.simulators.faults import KINDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "simulators.md").read_text()


@pytest.mark.parametrize(("kind", "meaning"), KINDS.items())
def test_every_fault_is_on_the_page_in_the_codes_own_words(kind: str, meaning: str) -> None:
    assert f"| `{kind}` | {meaning} |" in PAGE


@pytest.mark.parametrize("order", sorted({name for _method, name in control.ORDERS}))
def test_every_control_order_is_on_the_page(order: str) -> None:
    assert f" {order}" in PAGE
