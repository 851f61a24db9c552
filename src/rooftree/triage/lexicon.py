"""Words to concepts: a tree of phrases in two languages, with stems and forgiving spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product

from rapidfuzz.distance import OSA

from rooftree.triage.data import load
from rooftree.triage.text import Reading, phrase_words

FILES = ("things", "states", "signs", "people", "speech", "extra")
SENSES = ("senses_fire_gas", "senses_people", "senses_shut", "senses_calm")  # looked for at every word, see senses.py
OPAQUE = ("things", "speech")  # a phrase of these swallows its words: a "fire alarm" is no alarm of fire
_SET = re.compile(r"<(\w+)>")
_SUFFIXES = ("", "s", "es", "ed", "ing", "y", "er", "ando", "a", "o", "as", "os")


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    stems: dict[str, _Node] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: its concepts and the words `first`..`last` (inclusive) it covers; `guessed` if spelled oddly."""

    concepts: tuple[str, ...]
    first: int
    last: int
    guessed: bool


@dataclass(frozen=True, slots=True)
class _Breaks:
    """Words after a full stop, where every phrase ends, and after an article, where the name of a thing ends."""

    stops: frozenset[int]
    articles: frozenset[int]

    @staticmethod
    def of(reading: Reading) -> _Breaks:
        words = reading.words
        stops = (i for i in range(1, len(words)) if words[i].sentence != words[i - 1].sentence)
        return _Breaks(frozenset(stops), frozenset(i for i, word in enumerate(words) if word.gap))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tree, which concepts are things, and the spellings we know."""

    root: _Node
    things: frozenset[str]
    opaque: frozenset[str]
    known: frozenset[str]
    near: dict[str, str]
    alike: dict[str, str]
    wide: _Node
    named: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon, built once."""
    root = _Node()
    things: set[str] = set()
    opaque: set[str] = set()
    known: set[str] = set()
    plain: set[str] = set()
    for name in FILES:
        for concept, phrases in load(name)["concepts"].items():
            if name == "things":
                things.add(concept)
            if name in OPAQUE:
                opaque.add(concept)
            for phrase in str(phrases).split(","):
                words = phrase_words(phrase)
                if len(words) == 1 < len(phrase.split()):
                    raise ValueError(f"{name}.yaml: {concept}: {phrase.strip()!r} shrinks to {words[0]!r}")
                plain.update(word for word in words if not word.endswith("*"))
                known.update(_plant(root, concept, words))
    wide = _Node()
    named: set[str] = set()
    for name in SENSES:
        table = load(name)
        named.update(part.strip() for part in str(table.get("named", "")).split(","))
        for concept, phrases in table["concepts"].items():
            for words in alternatives(phrases, table.get("sets") or {}):
                plain.update(word for word in words if not word.endswith("*"))
                known.update(_plant(wide, concept, words))
    return Lexicon(
        root, frozenset(things), frozenset(opaque), frozenset(known), _near(known, plain), _alike(known),
        wide, frozenset(named),
    )  # fmt: skip


def alternatives(phrases: str, sets: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Every phrase that `can/could not <move>` stands for: a slash parts words, <name> is a set of the same file."""
    for phrase in str(phrases).split(","):
        parts = [_SET.sub(lambda found: sets[found[1]], part) for part in phrase.split()]
        for choice in product(*(part.replace(" / ", "/").split("/") for part in parts)):
            words = phrase_words(" ".join(choice))
            whole = len(words) > 1 or len(choice) == 1
            if words and whole and phrase_words(choice[-1]):  # "hit my" must not shrink to "hit"
                yield words


def _plant(root: _Node, concept: str, words: tuple[str, ...]) -> Iterator[str]:
    if not words:
        return
    node = root
    for word in words:
        is_stem = word.endswith("*")
        branch = node.stems if is_stem else node.literal
        node = branch.setdefault(word.rstrip("*"), _Node())
        yield from (word.rstrip("*") + end for end in (_SUFFIXES if is_stem else ("",)))
    if concept not in node.concepts:
        node.concepts += (concept,)


def _near(known: set[str], plain: set[str]) -> dict[str, str]:
    """Known words of five letters or more by each of their one-letter deletions; words as written win over stems."""
    table: dict[str, str] = {}
    for word in sorted(known, key=lambda w: (w in plain, -len(w), w)):
        if len(word) >= 5:
            for cut in _cuts(word):
                table[cut] = word
    return table


def _alike(known: set[str]) -> dict[str, str]:
    """Known words of five letters or more by how they sound."""
    return {_sound(word): word for word in sorted(known, key=lambda w: (-len(w), w)) if len(word) >= 5}


_SOUNDS = (("ph", "f"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("qu", "k"), ("c", "k"), ("z", "s"), ("wh", "w"))


def _sound(word: str) -> str:
    """First letter kept, consonants by sound, every run of vowels one."""
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    tail = "".join("a" if char in "aeiouy" else char for char in word[1:])
    return word[0] + _undoubled(tail)


def _cuts(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(1, len(word)))}


@cache
def ordinary() -> frozenset[str]:
    """Everyday words that look like ours and are not: never respelled."""
    text = files("rooftree.triage").joinpath("data").joinpath("ordinary_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=20_000)
def spelled(word: str) -> str:
    """The known word this one means: itself, a dropped g, a doubled letter, or one slip away."""
    known = lexicon().known
    if word in known or word in ordinary() or not word.isalpha() or len(word) > 24:
        return word
    if word.endswith("in") and word + "g" in known:
        return word + "g"
    if word.endswith("z") and word[:-1] + "s" in known:  # "flamez"
        return word[:-1] + "s"
    if word.endswith("ao") and word[:-1] + "do" in known:  # Caribbean Spanish: "tapao"
        return word[:-1] + "do"
    single = _undoubled(word)
    if single in known:
        return single
    if single in _doubled():
        return _doubled()[single]
    if len(word) < 5 or (word[-1] == "s" and word[:-1] in ordinary()) or (word[-1] == "s" and word[:-1] in known):
        return word
    near = lexicon().near
    for cut in sorted(_cuts(word)):
        match = near.get(cut)
        if match and match[0] == word[0] and abs(len(match) - len(word)) <= 1:
            return match
    return lexicon().alike.get(_sound(word)) or _two_slips(word)


@cache
def _doubled() -> dict[str, str]:
    """Known words of five letters or more that have a doubled letter, by their form without it."""
    return {_undoubled(w): w for w in sorted(lexicon().known) if len(w) >= 5 and _undoubled(w) != w}


def _two_slips(word: str) -> str:
    """The one long word that two slips away could be meant, if only one fits best."""
    if len(word) < 7:
        return word
    shelf = _shelves().get(word[0], ())
    close = [w for w in shelf if abs(len(w) - len(word)) <= 2 and OSA.distance(w, word, score_cutoff=2) <= 2]
    return min(close, key=lambda w: (OSA.distance(w, word), w)) if close else word


@cache
def _shelves() -> dict[str, tuple[str, ...]]:
    shelves: dict[str, list[str]] = {}
    for word in sorted(lexicon().known):
        if len(word) >= 7:
            shelves.setdefault(word[0], []).append(word)
    return {letter: tuple(words) for letter, words in shelves.items()}


def _undoubled(word: str) -> str:
    return "".join(char for i, char in enumerate(word) if i == 0 or char != word[i - 1])


def find(reading: Reading) -> list[Hit]:
    """The longest known phrase at each place, left to right, none overlapping."""
    words = lexicon()
    texts = [spelled(word.text) for word in reading.words]
    breaks = _Breaks.of(reading)
    hits: list[Hit] = []
    at = 0
    while at < len(texts):
        last, concepts = _longest(words, texts, breaks, at)
        if last < 0:
            at += 1
            continue
        last, concepts = _yielding(words, texts, breaks, (at, last, concepts))
        if last < 0:
            at += 1
            continue
        guessed = any(texts[i] != reading.words[i].text for i in range(at, last + 1))
        hits.append(Hit(concepts, at, last, guessed))
        if last > at and not words.opaque.intersection(concepts):
            hits.extend(_inner(words, texts, breaks, (at, last)))
            hits.extend(_overlapping(words, texts, breaks, (at, last)))
        at = last + 1
    return hits


def _yielding(
    words: Lexicon, texts: list[str], breaks: _Breaks, found: tuple[int, int, tuple[str, ...]]
) -> tuple[int, tuple[str, ...]]:
    """Give way to the name of a thing that begins inside and ends later: "on the fire | alarm" is a fire alarm."""
    at, last, concepts = found
    if words.opaque.intersection(concepts):
        return last, concepts
    for start in range(at + 1, last + 1):
        end, later = _longest(words, texts, breaks, start)
        if end > last and end > start and words.opaque.intersection(later):
            return _longest(words, texts[:start], breaks, at)
    return last, concepts


def _overlapping(words: Lexicon, texts: list[str], breaks: _Breaks, whole: tuple[int, int]) -> Iterator[Hit]:
    """A phrase that begins inside another and ends later: "is warm" and "warm out"."""
    for start in range(whole[0] + 1, whole[1] + 1):
        end, concepts = _longest(words, texts, breaks, start)
        if end > whole[1]:
            yield Hit(concepts, start, end, False)


def _inner(words: Lexicon, texts: list[str], breaks: _Breaks, whole: tuple[int, int]) -> Iterator[Hit]:
    """Things named inside a longer phrase: the ceiling of "ceiling came down"."""
    at, last = whole
    while at <= last:
        end, concepts = _longest(words, texts[: last + 1], breaks, at, whole)
        named = tuple(concept for concept in concepts if concept in words.things)
        if named:
            yield Hit(named, at, end, False)
        at = max(end, at) + 1


def _longest(
    words: Lexicon, texts: list[str], breaks: _Breaks, at: int, whole: tuple[int, int] | None = None
) -> tuple[int, tuple[str, ...]]:
    """The longest phrase starting here, other than `whole`; the name of a thing is not parted by a dropped word."""
    best = -1
    concepts: tuple[str, ...] = ()
    parted = False
    frontier = [words.root]
    for i in range(at, min(at + 8, len(texts))):
        if i > at and i in breaks.stops:
            break
        parted = parted or (i > at and i in breaks.articles)
        frontier = [child for node in frontier for child in step(node, texts[i])]
        if not frontier:
            break
        found = tuple(dict.fromkeys(c for node in frontier for c in node.concepts))
        if parted:
            found = tuple(c for c in found if c not in words.things)
        if found and (at, i) != whole:
            best, concepts = i, found
    return best, concepts


def step(node: _Node, text: str) -> Iterator[_Node]:
    """Where one more word leads in a tree of phrases."""
    exact = node.literal.get(text)
    if exact:
        yield exact
    if node.stems:
        for end in range(2, len(text) + 1):
            stem = node.stems.get(text[:end])
            if stem:
                yield stem
    gap = node.literal.get("_")
    if gap:
        yield gap
