"""The payload files of this folder, by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "payloads"


def payload(name: str) -> dict[str, Any]:
    """A fresh copy of a payload file."""
    data: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return data
