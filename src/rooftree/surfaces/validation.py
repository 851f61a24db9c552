"""Input of an operation, checked; what is wrong is said with its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from rooftree.errors import InvalidInput
from rooftree.operations.registry import Input

T = TypeVar("T", bound=Input)


def validated(kind: type[T], given: Mapping[str, Any]) -> T:
    """The input; raises InvalidInput naming the first wrong field and what it should be."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(first["msg"], path=path) from None
