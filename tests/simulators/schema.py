"""Checks answers against the PMS's own OpenAPI document, which lies beside the project and is not part of it."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

_PROJECT = Path(__file__).resolve().parents[2]


def shared() -> Path:
    """The shared folder: ROOFTREE_SHARED, or `../shared` relative to the project's root."""
    return Path(os.environ.get("ROOFTREE_SHARED") or _PROJECT.parent / "shared")


@cache
def document(name: str) -> dict[str, Any]:
    """The OpenAPI document `name`; skips the test where it is absent."""
    path = shared() / "specs" / name
    if not path.is_file():
        pytest.skip(f"{path} is absent: set ROOFTREE_SHARED to the folder that holds specs/{name}")
    loaded: dict[str, Any] = _plain(json.loads(path.read_text()))
    return loaded


def check_answer(name: str, method: str, path: str, status: int, data: Any) -> None:
    """Assert that `data` fits what `name` documents for this call, that objects name all fields, none unknown."""
    template, operation = _operation(document(name), method, path)
    answer = operation["responses"].get(str(status))
    assert answer is not None, f"{method} {template} does not document {status}"
    content = answer.get("content", {}).get("application/json")
    if content is None:
        assert data is None, f"{method} {template} documents no body for {status}"
        return
    schema = {**content["schema"], "components": document(name)["components"]}
    errors = list(jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).iter_errors(data))
    assert not errors, f"{method} {template}: {errors[0].json_path}: {errors[0].message}"


def _operation(spec: dict[str, Any], method: str, path: str) -> tuple[str, dict[str, Any]]:
    candidates = sorted(spec["paths"], key=lambda template: template.count("{"))
    for template in candidates:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in spec["paths"][template]:
            return template, spec["paths"][template][method.lower()]
    raise AssertionError(f"{method} {path} is not in the document")


def _plain(node: Any) -> Any:
    """OpenAPI 3.0 as JSON schema: nullable becomes a type, and a described object names all its fields."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _plain(value) for key, value in node.items()}
    if plain.get("type") == "object" and isinstance(plain.get("properties"), dict):
        plain["required"] = list(plain["properties"])
    if plain.pop("nullable", False) is True:
        return {"anyOf": [{"enum": [None]}, plain]}
    return plain
