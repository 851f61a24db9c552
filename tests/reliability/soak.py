"""The long loops of `make soak`: every crash point with every fate of every create, then random kills.

Figures go to docs/reliability-figures.json.
"""

from __future__ import annotations

import os
import sys

import pytest
from tests.reliability import soak_kill

if __name__ == "__main__":
    os.environ["ROOFTREE_SOAK"] = "1"
    failed = pytest.main(["-q", "-n", "2", "tests/reliability"])
    if failed:
        sys.exit(failed)
    soak_kill.main()
