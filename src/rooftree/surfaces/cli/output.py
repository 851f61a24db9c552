"""What a command prints: JSON for machines, lines and tables for people, errors with what to do."""

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
    if not isinstance(items, Sequence):
        for line in lines(value):
            print(line)
        return
    from rooftree.surfaces.cli.tables import table

    table([item for item in items if isinstance(item, Mapping)])
    if value.get("next"):
        print(f"There is more: begin after {in_words(value['next'])}")


def in_words(value: Any) -> str:
    """One value as a person reads it: a time to the second, nothing as a dash, yes and no."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S %Z").strip()
    return str(value)


def lines(value: Any, depth: int = 0) -> Iterator[str]:
    """A value as indented lines, a row of a list as one line; what is empty is left out."""
    pad = "  " * depth
    if not isinstance(value, Mapping):
        yield f"{pad}{in_words(value)}"
        return
    for key, each in value.items():
        words = key.replace("_", " ")
        if each is None or each == [] or each == {}:
            continue
        if isinstance(each, Mapping):
            yield f"{pad}{words}:"
            yield from lines(each, depth + 1)
        elif isinstance(each, list):
            yield f"{pad}{words}:"
            yield from (f"{pad}  {_row(row)}" for row in each)
        else:
            yield f"{pad}{words}: {in_words(each)}"


def _row(row: Any) -> str:
    """One row of a list: its moment and sentence where it has them, else what it says in turn."""
    if not isinstance(row, Mapping):
        return in_words(row)
    if "at" in row and "said" in row:
        return f"{in_words(row['at'])}  {row['said']}"
    return ", ".join(
        f"{key.replace('_', ' ')} {in_words(each)}" for key, each in row.items() if each not in (None, "", {}, [])
    )


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
