from __future__ import annotations

import pytest

from rooftree.db import Database
from rooftree.effects.ledger import Ledger
from rooftree.store.keys import Keys


@pytest.fixture
def ledger(database: Database, keys: Keys) -> Ledger:
    return Ledger(database, keys)
