"""JSON as it should be: no duplicate keys, no NaN, no bottomless nesting, no broken text."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

_DEEPEST = 64


class NotJson(ValueError):
    """The bytes are not JSON we accept; the text says why."""


def decode(body: bytes) -> Any:
    """The value in a JSON body; raises NotJson. A lone surrogate becomes the replacement character."""
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"it breaks off or is malformed at character {error.pos}") from None
    _check_depth(value, 1)
    return _clean(value) if "\\ud" in text or "\\uD" in text else value  # only an escape can be a lone surrogate


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("it says one thing twice (duplicate key)")
    return found


def _refuse(constant: str) -> NoReturn:
    raise NotJson(f"it holds {constant}, which is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson("it holds a number too large to read")
    return number


def _check_depth(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise NotJson("it is nested too deeply")
    for each in value.values() if type(value) is dict else value if type(value) is list else ():
        if type(each) is dict or type(each) is list:
            _check_depth(each, depth + 1)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {_text(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
