"""Judges what we send by the vendor's own OpenAPI document, where it lies beside the project."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jsonschema  # type: ignore[import-untyped]
from tests.simulators.schema import shared

from rooftree.simulators.wire import Request

PATH = shared() / "specs" / "buildium.json"
_FORMAT = jsonschema.FormatChecker()


def is_here() -> bool:
    return PATH.is_file()


def faults(requests: Iterable[Request]) -> list[str]:
    """What the document objects to, a line each; nothing where it is absent."""
    return [fault for request in requests for fault in _faults(request)] if is_here() else []


def _faults(request: Request) -> Iterator[str]:
    if not request.path.startswith("/v1/"):
        return
    where, operation = f"{request.method} {request.path}", _operation(request.method, request.path)
    if operation is None:
        yield f"{where} is not in the document"
        return
    known = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    yield from (f"{where} has no parameter {name}" for name, _value in parse_qsl(request.query) if name not in known)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        if request.body:
            yield f"{where} takes no body"
        return
    body = json.loads(request.body or b"null")
    validator = jsonschema.Draft4Validator({**content["schema"], "components": _components()}, format_checker=_FORMAT)
    yield from (f"{where}: {error.json_path}: {error.message}" for error in validator.iter_errors(body))


@cache
def _document() -> Any:
    return json.loads(PATH.read_text())


@cache
def _components() -> Any:
    return _strict(_document()["components"])


def _operation(method: str, path: str) -> Mapping[str, Any] | None:
    asked = path.strip("/").split("/")
    for template in sorted(_document()["paths"], key=lambda each: each.count("{")):
        parts = template.strip("/").split("/")
        fits = len(parts) == len(asked) and all(
            part == word or (part[0] == "{" and word.isdigit()) for part, word in zip(parts, asked, strict=True)
        )
        if fits and method.lower() in _document()["paths"][template]:
            found: Mapping[str, Any] = _document()["paths"][template][method.lower()]
            return found
    return None


def _strict(node: Any) -> Any:
    """OpenAPI 3.0 as JSON schema, where an object has no field that is not described."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _strict(value) for key, value in node.items()}
    if isinstance(plain.get("properties"), dict) and plain.get("type") == "object":
        plain["additionalProperties"] = False
    return {"anyOf": [{"enum": [None]}, plain]} if plain.pop("nullable", False) is True else plain
