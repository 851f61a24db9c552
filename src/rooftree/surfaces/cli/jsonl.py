"""JSON lines in, JSON lines out, in order, with the same id; a broken line is answered, never dropped."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from rooftree.errors import InvalidInput
from rooftree.surfaces.cli.output import FAILED, to_json

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def run(file: str | None, answer: Answer) -> int:
    """Answer each line of a file (None or "-": stdin) on stdout; the exit code: 1 when a line could not be used.

    Raises InvalidInput when the file cannot be opened.
    """
    if file in (None, "-"):
        return _run(sys.stdin, answer)
    try:
        with Path(str(file)).open(encoding="utf-8", errors="replace") as source:
            return _run(source, answer)
    except OSError as error:
        raise InvalidInput(f"{file} cannot be read: {error.strerror}.", path="file") from None


def _run(source: TextIO, answer: Answer) -> int:
    code = 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        given: Any = None
        try:
            given = _object(line)
            result: Mapping[str, Any] = {"id": given.get("id"), **answer(given)}
        except (InvalidInput, ValidationError) as error:
            code = FAILED
            id_ = given.get("id") if isinstance(given, Mapping) else None
            result = {"id": id_, "error": f"line {number}: {_why(error)}"}
        print(to_json(result))
    sys.stdout.flush()
    return code


def _object(line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"not JSON ({error})") from None
    if not isinstance(value, dict):
        raise InvalidInput("not a JSON object")
    return value


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)
