"""What a measure found: two samples taken in turns in one run, their ratio, and whether it meets its goal."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Literal

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin (written by python -m bench) -->", "<!-- figures: end -->"
_PACKAGES = ("dlt", "duckdb", "scikit-learn", "starlette", "uvicorn", "sqlalchemy", "dbos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One comparison; the ratio is our median over the peer's. `goal` is None for what is only information."""

    id: str
    title: str
    unit: str
    peer: str
    theirs: Sequence[float]
    ours: Sequence[float]
    goal: float | None
    wanted: Literal["at least", "at most"] = "at least"
    note: str = ""

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.theirs)

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.wanted == "at least" else self.ratio <= self.goal

    def line(self) -> str:
        """The measure as one line for a terminal."""
        return (
            f"{self.id:<4} {self.title}: {self.peer} {_spread(self.theirs)}, ours {_spread(self.ours)} {self.unit}; "
            f"ratio {self.ratio:.2f} ({self._goal()}){'; ' + self.note if self.note else ''}"
        )

    def row(self, run: dict[str, Any]) -> str:
        """The measure as one row of the table."""
        cells = (
            self.id, f"{self.title} ({self.unit})", f"{self.peer}: {_spread(self.theirs)}", _spread(self.ours),
            f"{self.ratio:.2f}", self._goal(), f"{run['date'][:16]}, load {run['load']:.1f}", self.note,
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"

    def _goal(self) -> str:
        if self.goal is None:
            return "information"
        return f"{self.wanted} {self.goal:g}: {'met' if self.met else '**not met**'}"


def _spread(sample: Sequence[float]) -> str:
    """Min / median / max."""
    shown = [f"{each:,.0f}" if each >= 100 else f"{each:.3g}" for each in (min(sample), median(sample), max(sample))]
    return " / ".join(shown)


def run_facts() -> dict[str, Any]:
    """When and on what this ran; `load` is the one-minute load average before the measure, other work included."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": os.getloadavg()[0],
        "machine": f"{platform.system()} {platform.release()}, {os.cpu_count()} x {_processor()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "versions": {name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor")


def keep(group: str, run: dict[str, Any], measures: Sequence[Measure]) -> None:
    """Put a group's figures in place of its earlier ones, in results.json and in docs/performance.md."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known[group] = {"run": run, "measures": [asdict(one) | {"ratio": one.ratio, "met": one.met} for one in measures]}
    RESULTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    text = PAGE.read_text()
    PAGE.write_text(f"{text.partition(BEGIN)[0]}{BEGIN}\n{_table(known)}\n{END}{text.partition(END)[2]}")


def _table(known: dict[str, Any]) -> str:
    lines = [
        "| | measure | peer: min / median / max | ours: min / median / max | ratio | goal | when | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for group in sorted(known.values(), key=lambda one: str(one["measures"][0]["id"])):
        for found in group["measures"]:
            fields = {name: value for name, value in found.items() if name not in ("ratio", "met")}
            lines.append(Measure(**fields).row(group["run"]))
    run = max((group["run"] for group in known.values()), key=lambda one: str(one["date"]))
    versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
    return "\n".join(
        [*lines, "", f"{run['machine']}; Python {run['python']}, SQLite {run['sqlite']}; {versions}."],
    )
