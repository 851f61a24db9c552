"""A PMS's refusal in both tongues: our name beside each field of theirs, and which records it was about.

A PMS names what it refuses in its own words (`GLAccountId`), or says no more than that something was not found. A
connector's table of fields turns these into ours, for every error, so that nobody writes an error by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rooftree.connectors.base import Request

_TOKEN = re.compile(r"[A-Za-z_]\w*(?:\[\d+\])?(?:\.[A-Za-z_]\w*(?:\[\d+\])?)*")
_INDEX = re.compile(r"\[\d+\]")
_ID = re.compile(r"[A-Za-z0-9][\w.:-]{0,63}\Z")
_PLACE = re.compile(r"(?=.*\d)/[\w/.:-]+\Z")
_MOST_SHOWN = 6


def by_ours(**named: str) -> dict[str, str]:
    """Their field -> ours, from our field -> theirs, several with spaces; what stands under two of ours is either."""
    found: dict[str, list[str]] = {}
    for ours, theirs in named.items():
        for name in theirs.split():
            found.setdefault(name, []).append(ours)
    return {name: " or ".join(each) for name, each in found.items()}


@dataclass(slots=True)
class Refusal:
    """What a PMS said in both tongues; `ours` and `theirs` are of the first field that it names, else empty."""

    text: str = ""
    ours: str = ""
    theirs: str = ""
    about: str = ""
    """The records it was about, where the PMS does not say: ids only, never the words a call carried."""
    _told: set[str] = field(default_factory=set)

    def mentions(self, theirs: str, ours: str) -> str:
        """How a field of theirs is written: with our name where it is first mentioned."""
        if not self.theirs:
            self.ours, self.theirs = ours, theirs
        if theirs in self._told or ours == theirs:
            return theirs
        self._told.add(theirs)
        return f"{ours} (their {theirs})"


def in_both_tongues(said: str, request: Request, fields: Mapping[str, str]) -> Refusal:
    """`said` with our names beside theirs, and the records that the call was about."""
    refusal = Refusal()

    def named(token: re.Match[str]) -> str:
        ours = _ours(token[0], fields)
        return refusal.mentions(token[0], ours) if ours else token[0]

    refusal.text = _TOKEN.sub(named, said)
    sent = _links(request, fields) or _place(request)
    about = [(name, id) for name, id in sent if refusal.ours in ("", name)]
    if about and not any(id in said for _name, id in about):
        refusal.about = ", ".join(f"{name} {id}" for name, id in about[:_MOST_SHOWN])
    return refusal


def _ours(token: str, fields: Mapping[str, str]) -> str | None:
    """Our name of a path such as `Lines[0].GLAccountId`: of its last part that is in the table."""
    parts = _INDEX.sub("", token).split(".")
    return next((fields[part] for part in (token, *reversed(parts)) if part in fields), None)


def _place(request: Request) -> list[tuple[str, str]]:
    """The address of a record that was asked for."""
    path = request.path.partition("?")[0]
    return [("asked for", path)] if _PLACE.match(path) else []


def _links(request: Request, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """The records of ours that a call names, each once."""
    found = ((fields.get(name, ""), value) for name, value in _sent(request) if _ID.match(value))
    return list(dict.fromkeys((ours, value) for ours, value in found if ours.endswith(("_id", "_ids"))))


def _sent(request: Request) -> Iterator[tuple[str, str]]:
    """Each name and value a call carries, in its body or its query (`filters[PropertyId]` is a PropertyId)."""
    yield from ((_INDEX.sub("", name).rstrip("]").rpartition("[")[2], value) for name, value in request.params)
    yield from _pairs(request.json)
    yield from _nodes(getattr(request.call, "parts", ()))


def _pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _pairs(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _pairs(each, name)
    elif isinstance(value, int | str) and not isinstance(value, bool):
        yield name, str(value)


def _nodes(parts: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for part in parts:
        yield part.name, part.text
        yield from _nodes(part.children)
