"""The mapping pack of service requests: what a customer's words mean, ours until `mapping_pack` says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, TypeVar

import yaml

from rooftree.connectors import packs
from rooftree.connectors.base import Context
from rooftree.connectors.trades import to_trade
from rooftree.model.vocabulary import Trade

E = TypeVar("E", bound=StrEnum)
Words = Mapping[str, str]
_LISTED = ("priorities", "issues")
"""Lists of a pack whose words must be in the site's own list of that name."""
_DEFAULTS = {"location": "locations", "issue": "issues"}


@lru_cache(maxsize=1)
def _ours() -> Mapping[str, Words]:
    text = resources.files(__package__).joinpath("pack.yaml").read_text()
    held: Mapping[str, Mapping[Any, Any]] = yaml.safe_load(text)
    return {name: {str(word): str(means) for word, means in words.items()} for name, words in held.items()}


def of(ctx: Context, name: str) -> dict[str, str]:
    """A list of the pack in force: the customer's words first, each in its own letters."""
    theirs = {str(word): str(means) for word, means in (ctx.pack.get(name) or {}).items()}
    told = {word.casefold() for word in theirs}
    return theirs | {word: means for word, means in _ours()[name].items() if word.casefold() not in told}


def said(ctx: Context, name: str, word: str | None) -> str | None:
    """What a word stands for, whatever its capitals."""
    folded = (word or "").strip().casefold()
    return next((meaning for each, meaning in of(ctx, name).items() if each.casefold() == folded), None)


def meaning(kind: type[E], name: str, word: str | None, ctx: Context) -> E:
    """UNKNOWN for a word that nobody taught us."""
    return kind(said(ctx, name, word) or "unknown")


def trade_of(issue: str | None, ctx: Context) -> Trade:
    """By the whole text of an issue, else by the part before a dash, else by what people call it."""
    for text in (issue, (issue or "").partition(" - ")[0]):
        taught = meaning(Trade, "issues", text, ctx)
        found = taught if taught is not Trade.UNKNOWN else to_trade(text, ctx)
        if found is not Trade.UNKNOWN:
            return found
    return Trade.UNKNOWN


def word_for(name: str, wanted: Iterable[StrEnum], known: Iterable[str], ctx: Context) -> str | None:
    """The first of the known words that means the first of ours for which there is one."""
    words = list(known)
    return next((word for each in wanted for word in words if said(ctx, name, word) == each), None)


def unlisted(overlay: str, lists: Mapping[str, Words]) -> list[str]:
    """Words of a customer's pack that a site's own lists lack, each with its list; for the one who connects."""
    theirs = packs.read("realpage", overlay)
    named = [(name, name, str(word)) for name in _LISTED for word in theirs.get(name, {})]
    named += [("unsaid", _DEFAULTS[name], str(word)) for name, word in theirs.get("unsaid", {}).items()]
    return [f"{name}: {word}" for name, listed, word in named if not _has(lists[listed], word)]


def _has(words: Words, word: str) -> bool:
    """An issue may be named by its part before a dash too."""
    folded = {part.casefold() for each in words for part in (each, each.partition(" - ")[0])}
    return not words or word.strip().casefold() in folded
