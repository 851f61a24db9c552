"""How well the kernel does on our own labelled messages: aggregate figures only, and the table of docs/triage.md.

`python -m rooftree.triage.evaluate dev=path.jsonl test=path.jsonl [--write docs/triage.md]`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rooftree.triage.kernel import Context, Triage, triage

BEGIN, END = "<!-- figures: begin (written by rooftree.triage.evaluate) -->", "<!-- figures: end -->"
LEVEL = {"not_maintenance": 0, "routine": 1, "urgent": 2, "emergency": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled message and what the kernel said; each expectation is the set of right answers."""

    kind: str
    language: str
    priorities: frozenset[str]
    call_911: frozenset[bool]
    conditions: frozenset[str | None]
    trades: frozenset[str]
    got: Triage


def load(path: Path) -> list[Row]:
    """Read a JSON-lines file and judge every message in it."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [_row(json.loads(line)) for line in lines if line.strip()]


def _row(raw: dict[str, Any]) -> Row:
    want = raw["expect"]
    return Row(
        str(raw.get("kind", "")), str(raw.get("lang", "en")), _set(want["priority"]), _set(want["call_911_first"]),
        _set(want.get("condition")), _set(want["trade"]), triage(raw["text"], Context(**(raw.get("context") or {}))),
    )  # fmt: skip


def _set(value: Any) -> frozenset[Any]:
    return frozenset(value) if isinstance(value, list) else frozenset([value])


def must_be_emergency(row: Row) -> bool:
    """Only "emergency" is right for this message."""
    return row.priorities == {"emergency"}


def must_call_911(row: Row) -> bool:
    """Only "call 911 first" is right for this message."""
    return row.call_911 == {True}


def share(rows: Iterable[Row], holds: Callable[[Row], bool]) -> tuple[int, int]:
    """How many of the rows hold, and how many rows there are."""
    results = [holds(row) for row in rows]
    return sum(results), len(results)


def _emergency(row: Row) -> bool:
    return row.got.priority == "emergency"


def _right(row: Row) -> bool:
    return row.got.priority in row.priorities


def _too_high(row: Row) -> bool:
    return LEVEL[row.got.priority] > max(LEVEL[p] for p in row.priorities)


def _needless_911(row: Row) -> bool:
    return row.got.call_911_first


def figures(rows: list[Row]) -> dict[str, tuple[int, int]]:
    """All figures of one half, each as (count, of)."""
    calls = [row for row in rows if must_call_911(row)]
    table = {
        "messages": (len(rows), len(rows)),
        "recall of call-911-first": share(calls, lambda row: row.got.call_911_first),
        "recall of emergencies": share([r for r in rows if must_be_emergency(r)], _emergency),
        "priority right": share(rows, _right),
        "condition right": share(rows, lambda row: row.got.condition in row.conditions),
        "trade right": share(rows, lambda row: row.got.trade in row.trades),
        "over-escalated (priority too high)": share(rows, _too_high),
        "sent to 911 without need": share([r for r in rows if True not in r.call_911], _needless_911),
        "called an emergency without need": share([r for r in rows if "emergency" not in r.priorities], _emergency),
        "not maintenance, recognized": share([r for r in rows if r.priorities == {"not_maintenance"}], _right),
        "Spanish: priority right": share([r for r in rows if r.language.startswith("es")], _right),
        "Spanish: recall of emergencies": share(
            [r for r in rows if r.language.startswith("es") and must_be_emergency(r)], _emergency
        ),
    }
    table |= {
        f"kind {kind}: priority right": share([r for r in rows if r.kind == kind], _right) for kind in _kinds(rows)
    }
    return table | {f"hazard {name}: recall of emergencies": _hazard(rows, name) for name in _hazards(rows)}


def _kinds(rows: list[Row]) -> list[str]:
    return sorted({row.kind for row in rows})


def _hazards(rows: list[Row]) -> list[str]:
    return sorted(
        {next(iter(r.conditions)) or "" for r in rows if must_be_emergency(r) and len(r.conditions) == 1} - {""}
    )


def _hazard(rows: list[Row], name: str) -> tuple[int, int]:
    return share([row for row in rows if row.conditions == {name} and must_be_emergency(row)], _emergency)


def table(halves: dict[str, list[Row]]) -> str:
    """The figures of every half side by side, as a Markdown table."""
    columns = {name: figures(rows) for name, rows in halves.items()}
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    lines = [f"| figure | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    lines += [f"| {name} | {' | '.join(_cell(column.get(name)) for column in columns.values())} |" for name in names]
    return "\n".join(lines)


def _cell(count: tuple[int, int] | None) -> str:
    if count is None or not count[1]:
        return "-"
    held, of = count
    return f"{held}/{of} ({100 * held / of:.1f}%)"


def write(page: Path, text: str) -> None:
    """Put the table between the page's two marks."""
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    page.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Print the table, and write it into a page if asked."""
    page = Path(arguments[arguments.index("--write") + 1]) if "--write" in arguments else None
    halves = {name: load(Path(path)) for name, eq, path in (a.partition("=") for a in arguments) if eq}
    text = table(halves)
    sys.stdout.write(text + "\n")
    if page:
        write(page, text)


if __name__ == "__main__":
    main(sys.argv[1:])
