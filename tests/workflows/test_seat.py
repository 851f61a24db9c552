"""Worker names are unlike among the living and stay over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from rooftree.errors import ConfigurationError
from rooftree.workflows.seat import Seat


def test_two_living_workers_of_one_machine_have_different_names(tmp_path: Path) -> None:
    first, second = Seat(tmp_path), Seat(tmp_path)
    assert first.name != second.name


def test_a_restarted_worker_has_the_name_of_the_one_that_died(tmp_path: Path) -> None:
    first = Seat(tmp_path)
    first.leave()
    assert Seat(tmp_path).name == first.name


def test_a_given_name_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    held = Seat(tmp_path, "night")
    with pytest.raises(ConfigurationError, match="night runs already"):
        Seat(tmp_path, held.name)
