"""A line on which one field of every write goes wrong, as where our mapping or a pick list is out of date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from rooftree.connectors import soap
from rooftree.connectors.base import Answer, Request
from rooftree.connectors.transport import Line

GONE = object()
"""Stands for leaving the field out."""
NOBODY = 987_654_321
Wrong: TypeAlias = Callable[[Any], Any]
"""What stands in place of a value."""


def gone(_value: Any) -> Any:
    return GONE


def nobodys(value: Any) -> Any:
    """A number that is nobody's in place of a number, written as it was; whatever is no number is left out."""
    if isinstance(value, int) and not isinstance(value, bool):
        return NOBODY
    return str(NOBODY) if isinstance(value, str) and value.isdigit() else GONE


def fields_in(request: Request) -> Iterator[str]:
    """The names of the fields a call sends, at any depth."""
    if request.call is not None:
        yield from _nodes_in(request.call.parts)
    yield from _keys_in(request.json)
    yield from request.form or ()


def spoiled(request: Request, name: str, wrong: Wrong) -> Request:
    """The call with the field called `name` gone or wrong wherever it stands."""
    if request.call is not None:
        return replace(request, call=replace(request.call, parts=_with_node(request.call.parts, name, wrong)))
    form = None if request.form is None else _with_key(request.form, name, wrong)
    return replace(request, json=_with_key(request.json, name, wrong), form=form)


@dataclass
class Spoiling:
    """The line with `wrong` in place of one field of what it writes; without a name it only notes what is sent."""

    line: Line
    name: str = ""
    wrong: Wrong = gone
    sent: list[Request] = field(default_factory=list)

    @property
    def options(self) -> Mapping[str, str]:
        return self.line.options

    def read(self, request: Request) -> Answer:
        return self.line.read(request)

    def write(self, request: Request, *, timeout: float) -> Answer:
        self.sent.append(request)
        return self.line.write(spoiled(request, self.name, self.wrong), timeout=timeout)


def _keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _keys_in(each)


def _nodes_in(parts: Any) -> Iterator[str]:
    for part in parts:
        yield part.name
        yield from _nodes_in(part.children)


def _with_key(value: Any, name: str, wrong: Wrong) -> Any:
    if isinstance(value, Mapping):
        changed = {key: wrong(each) if key == name else _with_key(each, name, wrong) for key, each in value.items()}
        return {key: each for key, each in changed.items() if each is not GONE}
    return [_with_key(each, name, wrong) for each in value] if isinstance(value, list) else value


def _with_node(parts: Sequence[soap.Node], name: str, wrong: Wrong) -> list[soap.Node]:
    changed = [
        (part, wrong(part.text)) if part.name == name
        else (replace(part, children=tuple(_with_node(part.children, name, wrong))), part.text)
        for part in parts
    ]  # fmt: skip
    return [replace(part, text=text) for part, text in changed if text is not GONE]
