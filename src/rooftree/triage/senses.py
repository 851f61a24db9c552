"""A second, wider look for dangers: every phrase of data/senses_*.yaml at every word, whatever else the words meant."""

from __future__ import annotations

from rooftree.triage.lexicon import Hit, Lexicon, lexicon, spelled, step
from rooftree.triage.text import Reading

LONGEST_PHRASE = 8
SWALLOWING = "idiom"  # nothing inside "gas bill" is a danger, nor is the "fire" of "fire alarm"


def glimpses(reading: Reading, hits: list[Hit]) -> list[Hit]:
    """All phrases of the senses, in order of place; they may overlap each other and `hits`."""
    words = lexicon()
    texts = [spelled(word.text) for word in reading.words]
    until = _swallowed(words, hits)
    out: list[Hit] = []
    for at in range(len(texts)):
        for last, concepts in _phrases(words, reading, texts, at):
            if last > until.get(last, -1):
                guessed = any(texts[i] != reading.words[i].text for i in range(at, last + 1))
                out.append(Hit(concepts, at, last, guessed))
    return out


def _swallowed(words: Lexicon, hits: list[Hit]) -> dict[int, int]:
    """For a word inside a figure of speech or the name of a thing, the last word that means nothing by itself."""
    until: dict[int, int] = {}
    for hit in hits:
        if words.opaque.intersection(hit.concepts):
            last = hit.last if SWALLOWING in hit.concepts else hit.last - 1
            until.update(dict.fromkeys(range(hit.first, hit.last + 1), last))
    return until


def _phrases(words: Lexicon, reading: Reading, texts: list[str], at: int) -> list[tuple[int, tuple[str, ...]]]:
    found: list[tuple[int, tuple[str, ...]]] = []
    frontier = [words.wide]
    for i in range(at, min(at + LONGEST_PHRASE, len(texts))):
        if reading.words[i].sentence != reading.words[at].sentence:
            break
        frontier = [child for node in frontier for child in step(node, texts[i])]
        if not frontier:
            break
        concepts = tuple(dict.fromkeys(c for node in frontier for c in node.concepts))
        if concepts:
            found.append((i, concepts))
    return found
