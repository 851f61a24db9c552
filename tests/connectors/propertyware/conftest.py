from __future__ import annotations

import pytest
from tests.contract.harness import Account, open_account


@pytest.fixture
def account() -> Account:
    return open_account("propertyware")
