"""From any string to words with positions: case, accents, contractions, texting, leetspeak, emoji, sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from rooftree.triage.data import load

LONGEST = 60_000
SENTENCE, COMMA = 4, 1  # how far apart a full stop and a comma put two words

_EMOJI = {
    "🔥": " fireemoji ", "🚒": " firetruck ", "💧": " wateremoji ", "💦": " wateremoji ", "🌊": " flooded ",
    "🆘": " help ", "🐀": " rat ", "🐁": " mice ", "🪳": " roaches ", "🥶": " freezing ", "🚽": " toilet ",
    "⚡": " spark ", "🔌": " outlet ", "🔑": " key ", "🏠": " house ", "🏢": " building ", "💨": " smoke ",
    "🔫": " gun ", "🔪": " knife ",
}  # fmt: skip
_SHORTHAND = (
    (re.compile(r"\ba\s?/\s?c\b"), "ac"),
    (re.compile(r"\ba\.c\.?(?!\w)"), "ac"), (re.compile(r"\bc\.o\.?(?!\w)"), "co"),
    (re.compile(r"\bw/o\b"), "without"), (re.compile(r"\bw/"), "with "), (re.compile(r"\bb/c\b"), "because"),
    (re.compile(r"\bt\.v\.?(?!\w)"), "tv"), (re.compile(r"\bsí"), "yes"), (re.compile(r"\b911\b"), " nineoneone "),
    (re.compile(r"\bpg&e\b"), "pge"), (re.compile(r"\bcarbon[\s-]?mono?xide?\b"), "carbon monoxide"),
    (re.compile(r"(?<=\d)[.,]\d+"), ""), (re.compile(r"(?<![\w-])-(?=\d)"), " minus "), (re.compile(r"&"), " and "),
    (re.compile(r"(?<=\d)\s?[°º]\s?"), " degrees "),
)  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;:\n…¡¿]+|,")
_NUMBER_UNIT = re.compile(r"(\d{1,3})(f|c|deg|degrees|grados|th|st|nd|rd|pm|am|ft|in|hrs?|min|mins|yo|yr|yrs|mo|s)")
_LEET = str.maketrans("01345780@$", "oieastbo" + "as")
_LONG_LETTERS = re.compile(r"(.)\1{2,}")
_ARTICLES = frozenset("the a of my our your his their".split())
_MINE = frozenset("my our mi mis nuestro nuestra".split())
_STOPS = set(".!?;\n…")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: normalized `text`, its `pos` (stops part words further), its clause and sentence, its source span."""

    text: str
    pos: int
    clause: int
    sentence: int
    start: int
    end: int
    gap: bool  # was an article dropped just before it?
    mine: bool  # was "my" or "our" dropped just before it?


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as words; `plain` is the cleaned text that spans point into."""

    plain: str
    words: tuple[Word, ...]


@cache
def grammar() -> dict[str, frozenset[str]]:
    """Small-word sets by name: drop, breakers, joiners, english, spanish."""
    table = load("grammar_words")
    names = ("drop", "breakers", "joiners", "english", "spanish")
    return {name: frozenset(part.strip() for part in str(table[name]).split(",")) for name in names}


@cache
def _expansions() -> dict[str, tuple[str, ...]]:
    return {str(short): tuple(str(full).split()) for short, full in load("grammar_words")["expand"].items()}


def clean(text: str) -> str:
    """Lower-case text of at most `LONGEST` characters, without accents, control characters or lone surrogates.

    Longer texts keep their first and last part.
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} . {text[-LONGEST // 2 :]}"
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = "".join(_EMOJI.get(char, char) for char in text)
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("`", "'").replace("´", "'")
    for pattern, plain in _SHORTHAND:
        text = pattern.sub(plain, text)
    text = unicodedata.normalize("NFD", text)
    return "".join(_kept(char) for char in text) if not text.isascii() else text.replace("\x00", " ")


def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Mn", "Cf", "Me"):
        return ""
    return " " if kind.startswith("C") and char != "\n" else char


def expand(token: str) -> tuple[str, ...]:
    """Plain words of one token: contractions opened, texting spelled out, number and unit parted."""
    known = _expansions().get(token)
    if known:
        return known
    if "'" in token:
        return _uncontract(token)
    unit = _NUMBER_UNIT.fullmatch(token)
    if unit:
        return unit.group(1), unit.group(2)
    if not token.isascii() or token.isalpha() or token.isdigit():
        return (_LONG_LETTERS.sub(r"\1\1", token),)
    return (token.translate(_LEET),)


def _uncontract(token: str) -> tuple[str, ...]:
    head, _, tail = token.partition("'")
    if tail == "t" and head.endswith("n"):
        return head[:-1] or "not", "not"
    full = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}.get(tail)
    if full:
        return head, full
    if tail == "s" and head in ("it", "there", "that", "what", "he", "she", "here", "where", "who"):
        return head, "is"
    return (head,) if tail == "s" else (head + tail.replace("'", ""),)


def _letters_joined(tokens: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """`g a s` spelled with spaces becomes one word."""
    out: list[tuple[str, int, int]] = []
    run: list[tuple[str, int, int]] = []
    for token in [*tokens, ("", 0, 0)]:
        if len(token[0]) == 1 and token[0].isalpha():
            run.append(token)
            continue
        if len(run) >= 3:
            out.append(("".join(t[0] for t in run), run[0][1], run[-1][2]))
        else:
            out.extend(run)
        run = []
        if token[0]:
            out.append(token)
    return out


def read(text: str) -> Reading:
    """Words of a message with positions, clauses and sentences; never raises."""
    plain = clean(text)
    tokens = _letters_joined([(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(plain)])
    drop = grammar()["drop"]
    words: list[Word] = []
    pos = clause = sentence = 0
    gap = mine = False
    for raw, start, end in tokens:
        if raw == ",":
            pos, clause = pos + COMMA, clause + 1
        elif raw[0] in _STOPS:
            pos, clause, sentence = pos + SENTENCE, clause + 1, sentence + 1
        elif raw[0].isalnum():
            for part in expand(raw):
                if part in drop:
                    gap, mine = gap or part in _ARTICLES, mine or part in _MINE
                    continue
                pos += 1
                words.append(Word(part, pos, clause, sentence, start, end, gap, mine))
                gap = mine = False
    return Reading(plain, tuple(words))


def phrase_words(phrase: str) -> tuple[str, ...]:
    """A lexicon phrase as normalized words, dropped words left out; a star stays on its stem."""
    drop = grammar()["drop"]
    parts: list[str] = []
    for token in clean(phrase).split():
        bare = token.strip(".,!?")
        if bare.endswith("*") or bare == "_":
            parts.append(bare)
        else:
            parts.extend(part for piece in bare.replace("-", " ").split() for part in expand(piece) if part not in drop)
    return tuple(parts)
