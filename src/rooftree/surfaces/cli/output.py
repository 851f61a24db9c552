"""What a command prints: JSON for machines, tables and lines for people, errors with what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import typer

from rooftree.errors import ConfigurationError, InvalidInput, RooftreeError

FAILED, USAGE = 1, 2


def to_json(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def show(value: Any, as_json: bool) -> None:
    """A result: one JSON document, or readable lines."""
    if as_json:
        print(to_json(value, indent=2))
        return
    items = value.get("items") if isinstance(value, Mapping) else None
    if isinstance(items, Sequence):
        _table([item for item in items if isinstance(item, Mapping)])
        if value.get("next"):
            print(f"More: continue after {value['next']}")
        return
    _lines(value)


def _table(items: Sequence[Mapping[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not items:
        print("Nothing here yet.")
        return
    flat = [{**{k: v for k, v in item.items() if k != "data"}, **_head(item.get("data"))} for item in items]
    columns = [name for name in flat[0] if not isinstance(flat[0][name], Mapping | list)][:9]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in flat:
        table.add_row(*(str(row.get(name) if row.get(name) is not None else "") for name in columns))
    Console().print(table)


def _head(data: Any) -> dict[str, Any]:
    wanted = ("name", "number", "title", "first_name", "last_name", "status", "priority")
    return {key: data[key] for key in wanted if isinstance(data, Mapping) and key in data}


def _lines(value: Any, depth: int = 0) -> None:
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, each in value.items():
            if isinstance(each, Mapping | list) and each:
                print(f"{pad}{key}:")
                _lines(each, depth + 1)
            else:
                print(f"{pad}{key}: {'' if each is None else each}")
    elif isinstance(value, list):
        for each in value:
            _lines(each, depth)
            print(f"{pad}-")
    else:
        print(f"{pad}{value}")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn our errors into one line on stderr and the exit code they mean."""
    try:
        yield
    except (InvalidInput, ConfigurationError) as error:
        path = getattr(error, "path", "")
        print(f"Error{f' in {path}' if path else ''}: {error}", file=sys.stderr)
        raise typer.Exit(USAGE) from None
    except RooftreeError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from None
