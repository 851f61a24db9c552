"""Lists as tables that fit the terminal: ids whole, words shortened, columns that say nothing left out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len, set_cell_size

from rooftree.surfaces.cli.output import in_words

_COLUMNS = (
    *(
        "id",
        "at",
        "direction",
        "person",
        "name",
        "company",
        "number",
        "url",
        "title",
        "text",
        "state",
        "status",
        "priority",
    ),
    *("property", "unit", "property_id", "unit_id", "resident", "work_order_number", "trades", "pms", "mode", "level"),
    *("writes_enabled", "record", "read", "new", "changed", "gone", "unreadable", "updated_at", "as_of", "problem"),
)
"""What people look for, in this order; `--json` has the rest."""
_SOFT = frozenset({"name", "company", "title", "text", "property", "resident", "trades", "problem"})
"""These may be shortened; when that is not enough, the last columns are left out."""
_SHORT = {"work_order_number": "order", "writes_enabled": "writes", "property_id": "property", "unit_id": "unit"}
_OF_THE_PMS = frozenset({"id", "updated_at"})
_GAP = 2
_LEAST = 14


def table(items: Sequence[Mapping[str, Any]], width: int | None = None) -> None:
    """Print rows as a table; `width` is the terminal's unless given."""
    if not items:
        print("Nothing here yet.")
        return
    rows = [{key: _cell(value) for key, value in _flat(item).items()} for item in items]
    columns = [name for name in _COLUMNS if any(row.get(name, "-") not in ("-", "") for row in rows)]
    sizes = _fitted(columns, rows, width or shutil.get_terminal_size((120, 24)).columns)
    print(_line({name: _title(name) for name in columns}, sizes))
    for row in rows:
        print(_line(row, sizes))


def _flat(item: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what its record says beside what we know of it; the record's own id is the PMS's, so it stays out."""
    data = item.get("data")
    inner = {key: data[key] for key in data if key not in _OF_THE_PMS} if isinstance(data, Mapping) else {}
    names = [str(inner[key]) for key in ("first_name", "last_name") if inner.get(key)]
    found = {**inner, **{key: value for key, value in item.items() if key != "data"}}
    if names and not found.get("name"):
        found["name"] = " ".join(names)
    if data is not None:
        found.pop("record", None)
    return found


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) if all(isinstance(each, str) for each in value) else "-"
    return "-" if isinstance(value, Mapping) else " ".join(in_words(value).split())


def _fitted(columns: Sequence[str], rows: Sequence[Mapping[str, str]], width: int) -> dict[str, int]:
    """How wide each column may be, so that a line fits."""
    sizes = {name: max(cell_len(_title(name)), *(cell_len(row.get(name, "-")) for row in rows)) for name in columns}
    while _width(sizes) > width and len(sizes) > 1:
        soft = [name for name in sizes if name in _SOFT and sizes[name] > _LEAST]
        if soft:
            sizes[max(soft, key=lambda name: sizes[name])] -= 1
        else:
            sizes.popitem()
    return sizes


def _width(sizes: Mapping[str, int]) -> int:
    return sum(sizes.values()) + _GAP * (len(sizes) - 1)


def _line(row: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    return (" " * _GAP).join(_padded(row.get(name, "-"), size) for name, size in sizes.items()).rstrip()


def _padded(text: str, size: int) -> str:
    return set_cell_size(text, size) if cell_len(text) <= size else set_cell_size(text, size - 1) + "…"


def _title(name: str) -> str:
    return _SHORT.get(name, name.replace("_", " "))
