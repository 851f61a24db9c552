from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.workflows.town import Town, found

from rooftree.db import Database
from rooftree.store.keys import Keys

NIGHT = datetime(2026, 1, 15, 7, 4, tzinfo=UTC)
"""Four minutes past two in the morning in New York."""
DAY = datetime(2026, 1, 15, 16, 0, tzinfo=UTC)
"""Eleven in the morning."""


@pytest.fixture
def town_at(sqlite_database: Database, keys: Keys, tmp_path: Path) -> Callable[..., Town]:
    """A town at a moment."""

    def build(start: datetime = DAY, **facts: Any) -> Town:
        return found(sqlite_database, keys, tmp_path, start, **facts)

    return build


@pytest.fixture
def town(town_at: Callable[..., Town]) -> Town:
    """A town at eleven in the morning."""
    return town_at()


@pytest.fixture
def night(town_at: Callable[..., Town]) -> Town:
    """A town at two in the morning."""
    return town_at(NIGHT)
