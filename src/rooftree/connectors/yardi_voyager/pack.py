"""The mapping pack: what a client's words mean, ours until the connection's option `mapping_pack` says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar

import yaml

from rooftree.connectors import packs
from rooftree.connectors.base import Context
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus

E = TypeVar("E", bound=StrEnum)
Pack = Mapping[str, Mapping[str, str]]

MEANINGS: Mapping[str, type[StrEnum]] = {
    "statuses": WorkOrderStatus,
    "priorities": Priority,
    "categories": Trade,
}
LISTS = (*MEANINGS, "sources", "results")
_TARGETS = ("sources", "results")
"""Lists whose right side is Yardi's word."""


@lru_cache(maxsize=64)
def read(overlay: str = "") -> Pack:
    """Our pack with a client's laid over it. Raises InvalidInput with line and reason for a wrong one."""
    default = yaml.safe_load(resources.files(__package__).joinpath("pack.yaml").read_text())
    theirs = packs.read("yardi_voyager", overlay)
    return {name: {**_folded(default[name]), **_folded(theirs.get(name, {}))} for name in LISTS}


def _folded(words: Mapping[Any, Any]) -> dict[str, str]:
    return {str(word).strip().lower(): str(meaning) for word, meaning in words.items()}


def of(ctx: Context) -> Pack:
    """The pack in force, with what was taught in `Context.pack` on top."""
    held = read(ctx.options.get("mapping_pack", ""))
    return {name: {**words, **_folded(ctx.pack.get(name) or {})} for name, words in held.items()}


def unlisted(overlay: str, picks: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Words of a client's pack that are in none of the client's lists, each with its list; for the one who connects."""
    theirs = packs.read("yardi_voyager", overlay)
    named = {
        name: list((words or {}).values() if name in _TARGETS else (words or {})) for name, words in theirs.items()
    }
    return [
        f"{name}: {word}"
        for name, words in named.items()
        for word in map(str, words)
        if word.strip().lower() not in {each.lower() for each in picks.get(name, {})}
    ]


def meaning(kind: type[E], name: str, word: str | None, ctx: Context) -> E:
    """What a word of a client's means; UNKNOWN for one that nobody taught us."""
    return kind(of(ctx)[name].get((word or "").strip().lower(), "unknown"))


def word_for(name: str, wanted: Iterable[StrEnum], held: str | None, ctx: Context) -> str | None:
    """The client's word for the first of ours that has one; the one that stands there stays if it means the same."""
    taught, known = of(ctx)[name], ctx.picks.get(name, {})
    for each in wanted:
        if held and taught.get(held.strip().lower()) == each:
            return held
        found = next((word for word in known if taught.get(word.strip().lower()) == each), None)
        if found:
            return found
    return None
