"""Judges calls by `specs/appfolio.json`, a reconstruction of the login-gated document, where it lies beside us."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from tests.simulators.schema import shared

PATH = shared() / "specs" / "appfolio.json"


def document() -> dict[str, Any]:
    """The document; skips the test where it is absent."""
    if not PATH.is_file():
        pytest.skip(f"{PATH} is absent: set ROOFTREE_SHARED to the folder that holds specs/appfolio.json")
    loaded: dict[str, Any] = json.loads(PATH.read_text())
    return loaded


def request_faults(method: str, path: str, params: list[tuple[str, str]], body: Any) -> list[str]:
    """What the document objects to in a request: unknown parameters, a body of another shape."""
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path} is not in the document"]
    known = {_resolved(each)["name"] for each in operation.get("parameters", ())}
    faults = [f"{method} {path} has no parameter {name}" for name, _value in params if name not in known]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return faults + (_misfits(_closed(content["schema"]), body) if content is not None and body is not None else [])


def answer_faults(method: str, path: str, status: int, body: Any) -> list[str]:
    """What the document objects to in an answer, an unknown field among it."""
    operation = _operation(method, path)
    if operation is None:
        return [f"{method} {path} is not in the document"]
    answer = operation["responses"].get(str(status))
    if answer is None:
        return [f"{method} {path} does not document {status}"]
    content = answer.get("content", {}).get("application/json")
    return _misfits(content["schema"], body) if content and body else []


def record_faults(schema: str, rows: list[Mapping[str, Any]]) -> list[str]:
    """Fields of rows that the record of this name does not list."""
    known = set(document()["components"]["schemas"][schema]["properties"])
    return sorted({name for row in rows for name in row if name not in known})


def _misfits(schema: Any, body: Any) -> list[str]:
    whole = {**schema, "components": document()["components"]}
    validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


def _closed(node: Any) -> Any:
    """The same schema where an object has no field that is not described."""
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _closed(value) for key, value in node.items()}
    is_open = node.get("additionalProperties") is True or "properties" not in node
    return plain if node.get("type") != "object" or is_open else {**plain, "additionalProperties": False}


def _resolved(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    name = parameter.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = document()["components"]["parameters"][name] if name else parameter
    return found


def _operation(method: str, path: str) -> Mapping[str, Any] | None:
    short = path.removeprefix("/api/v0")
    for template, operations in sorted(document()["paths"].items(), key=lambda pair: pair[0].count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), short) and method.lower() in operations:
            found: Mapping[str, Any] = operations[method.lower()]
            return found
    return None
