"""Which language a message is in, and danger words of languages we do not read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from rooftree.triage.data import Language, load
from rooftree.triage.text import Reading, clean, grammar

ENOUGH_FOREIGN = 3  # small words of one foreign language, and more than of ours


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language to answer in; `foreign` names one we cannot read; `dangers` are conditions its words point to."""

    language: Language
    foreign: str | None
    dangers: tuple[tuple[str, str], ...]


@cache
def _table() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, frozenset[str]]]:
    raw = load("languages")
    signs = {key: [clean(str(sign)) for sign in signs] for key, signs in raw["substrings"].items()}
    phrases = {key: [clean(p.strip()) for p in str(row).split(",")] for key, row in raw["phrases"].items()}
    small = {key: frozenset(w.strip() for w in str(row).split(",")) for key, row in raw["function_words"].items()}
    return signs, phrases, small


def tongue(reading: Reading) -> Tongue:
    """Language of a message, by its small words and its letters."""
    texts = [word.text for word in reading.words]
    words = frozenset(texts)
    english = sum(text in grammar()["english"] for text in texts)
    spanish = sum(text in grammar()["spanish"] for text in texts)
    language: Language = "es" if spanish and spanish >= english else "en"
    if english >= 2 and spanish <= english + 1:
        language = "en" if english >= spanish else language
    foreign = _foreign(reading.plain, words, max(english, spanish))
    return Tongue(language, foreign, _dangers(reading.plain, foreign) if foreign else ())


def _foreign(plain: str, words: frozenset[str], ours: int) -> str | None:
    letters = [char for char in plain if char.isalpha()]
    if not letters:
        return None
    other = sum(not _latin(char) for char in letters)
    if other * 3 > len(letters):
        return "a language in another script"
    _, _, small = _table()
    best = max(small, key=lambda name: len(words & small[name]))
    count = len(words & small[best])
    return best if count >= ENOUGH_FOREIGN and count > ours else None


@cache
def _latin(char: str) -> bool:
    return unicodedata.name(char, "").startswith("LATIN")


def _dangers(plain: str, foreign: str) -> tuple[tuple[str, str], ...]:
    signs, phrases, _ = _table()
    padded = f" {' '.join(plain.replace(',', ' ').replace('.', ' ').replace('!', ' ').split())} "
    hits = [(condition, sign) for condition, row in signs.items() for sign in row if sign in plain]
    for condition, row in phrases.items():
        hits += [(condition, p) for p in row if (f" {p[:-1]}" if p.endswith("*") else f" {p} ") in padded]
    return tuple(dict(hits[::-1]).items()) if hits else ()
