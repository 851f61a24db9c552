"""How each concept is said: affirmed or denied, live or only past, imagined or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from rooftree.triage.lexicon import Hit, find, lexicon
from rooftree.triage.senses import glimpses
from rooftree.triage.text import Reading, Word, grammar

NEGATION_REACH = 5  # words back from a concept in which a "no" may stand
WEAK_REACH = 3  # the same for "stopped", "lost", "barely"
IMMUNE_REACH = 2  # "I can't do this anymore, nobody would miss me" denies nothing
TERSE = 4  # "CO alarm" alone means that it sounds
IMAGINED_REACH = 14  # words a "what if" covers
ABSENTABLE = frozenset(
    "heat hot_water water power light ac works gas cold_water key toilet stove fridge elevator lock "
    "heat_v cool_v flush_v drain_v close_v lock_v open_v light_v comes_out".split()
)
SERVICES = frozenset("heat hot_water water power light ac cold_water".split())
PRESENT = frozenset("is are am hay huele smell smells smelling keeps sale now ahora coming".split())
IMMUNE = frozenset(
    "suicide violence_hard unconscious choke_now s_die s_out s_unknown_hard".split()
)  # never "over", never "what if"
LIST_SIGNS = frozenset(
    "smoke fire fire_bare gas gas_leak co_gas smell headache sick water spark burning leak burning_smell".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One concept where it stands. `live` is false when resolved, imagined or elsewhere; `denied` when negated."""

    concept: str
    pos: int
    end: int
    first: int
    last: int
    denied: bool
    live: bool
    why_not: str
    guessed: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """All mentions of a message, by concept, with the message they stand in."""

    reading: Reading
    mentions: tuple[Mention, ...]
    by_concept: dict[str, list[Mention]]

    def has(self, concept: str) -> bool:
        """Is this concept mentioned, affirmed and live?"""
        return any(m.live and not m.denied for m in self.by_concept.get(concept, ()))

    def any(self, concept: str) -> bool:
        """Is this concept mentioned at all?"""
        return concept in self.by_concept

    def words_of(self, mention: Mention) -> str:
        """The resident's own words for a mention."""
        words = self.reading.words
        return self.reading.plain[words[mention.first].start : words[mention.last].end]


def scene(reading: Reading) -> Scene:
    """Tag every word of a message."""
    first_look = find(reading)
    owner = {i: hit for hit in first_look for i in range(hit.first, hit.last + 1)}
    hits = first_look + glimpses(reading, first_look)
    dead = _dead_spans(reading, first_look, hits)
    mentions: list[Mention] = []
    by_concept: dict[str, list[Mention]] = {}
    for hit, why_not in zip(hits, dead, strict=True):
        denied = _denied(reading, owner, hit)
        words = reading.words
        for concept in hit.concepts:
            mention = Mention(
                concept, words[hit.first].pos, words[hit.last].pos, hit.first, hit.last,
                denied, not why_not, why_not, hit.guessed,
            )  # fmt: skip
            mentions.append(mention)
            by_concept.setdefault(concept, []).append(mention)
    by_concept["terse"] = _terse(reading)
    by_concept["mine"] = [_mark_at("mine", i, word) for i, word in enumerate(reading.words) if word.mine]
    by_concept["number"] = [_mark_at("number", i, word) for i, word in enumerate(reading.words) if word.text.isdigit()]
    return Scene(reading, tuple(mentions), by_concept)


def _terse(reading: Reading) -> list[Mention]:
    """A mark in the middle of each sentence of a few words."""
    sentences: dict[int, list[int]] = {}
    for word in reading.words:
        sentences.setdefault(word.sentence, []).append(word.pos)
    middles = [places[len(places) // 2] for places in sentences.values() if len(places) <= TERSE]
    return [Mention("terse", pos, pos, 0, 0, False, True, "", False) for pos in middles]


def _mark_at(concept: str, index: int, word: Word) -> Mention:
    return Mention(concept, word.pos, word.pos, index, index, False, True, "", False)


def _denied(reading: Reading, owner: dict[int, Hit], hit: Hit) -> bool:
    """Is there a free negator just before this hit, with nothing between that ends or uses up its reach?

    `owner` tells the hit that each word belongs to.
    """
    words = reading.words
    breakers, joiners = grammar()["breakers"], grammar()["joiners"]
    clause = words[hit.first].clause
    distance = 0
    for i in range(hit.first - 1, max(-1, hit.first - 9), -1):
        here = owner.get(i)
        if words[i].sentence != words[hit.first].sentence:
            return False
        if words[i].clause != clause:
            if not (here and _same_kind(here, hit)):
                return False
            clause = words[i].clause
        distance += words[i].text not in joiners
        if here and "negator" in here.concepts:
            return distance <= (IMMUNE_REACH if IMMUNE.intersection(hit.concepts) else NEGATION_REACH)
        if here and "weak_negator" in here.concepts:
            return distance <= WEAK_REACH and not _lists(hit)
        if here and ABSENTABLE.intersection(here.concepts) and not _same_kind(here, hit):
            return False
        if words[i].text in breakers and words[i].text not in joiners:
            return False
    return False


def _lists(hit: Hit) -> bool:
    return bool(LIST_SIGNS.intersection(hit.concepts))


def _same_kind(one: Hit, other: Hit) -> bool:
    """One denial runs through danger signs ("no gas smell, smoke or fire") and services ("no heat or power")."""
    services = SERVICES.intersection(one.concepts) and SERVICES.intersection(other.concepts)
    return bool(services) or (_lists(one) and _lists(other))


def _dead_spans(reading: Reading, hits: list[Hit], every: list[Hit]) -> list[str]:
    """For each of `every` hit, why it is not live ("resolved", "imagined", "elsewhere", "past"), or ""."""
    marks = [""] * len(every)
    words = reading.words
    now = _sentences_of_now(words)
    for index, hit in enumerate(hits):
        kinds = set(hit.concepts)
        if "hypothetical" in kinds and not _doubted(hits, index) and words[hit.first].sentence not in now:
            _mark(
                marks, every, words, words[hit.first], _Reach("imagined", back=6, ahead=IMAGINED_REACH, clauses_ahead=0)
            )
        if "elsewhere" in kinds and not _home(hits, words, index):
            _mark(marks, every, words, words[hit.first], _Reach("elsewhere", back=12, ahead=12))
        if kinds & {"resolved", "all_clear"} and not _recurs(hits, index):
            sure = "all_clear" in kinds
            alone = sure or not _names_a_thing(hits, words, index)
            reach = _Reach("resolved", back=30, ahead=5, sentences=int(alone), clauses_ahead=0, spares_present=not sure)
            _mark(marks, every, words, words[hit.first], reach)
        if "past_marker" in kinds and _told_as_past(hits, words, index) and not _recurs(hits, index):
            _mark(
                marks,
                every,
                words,
                words[hit.first],
                _Reach("past", back=10, ahead=8, clauses_ahead=0, spares_present=True),
            )
    return marks


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a mark carries, in words, sentences and clauses; a danger said in the present may be spared."""

    why: str
    back: int
    ahead: int
    sentences: int = 0
    clauses_ahead: int = 9
    spares_present: bool = False


def _home(hits: list[Hit], words: tuple[Word, ...], index: int) -> bool:
    """ "I'm at my sister's house because my apartment smells of gas": the trouble is at home after all."""
    here = words[hits[index].first]
    near = [h for i, h in enumerate(hits) if i != index and words[h.first].sentence == here.sentence]
    return any({"home_word", "away_word"}.intersection(h.concepts) for h in near)


def _told_as_past(hits: list[Hit], words: tuple[Word, ...], index: int) -> bool:
    """ "We had a fire in March" is past; "no heat since last week" is not."""
    here = hits[index]
    around = [
        h for h in hits if -8 <= h.first - here.first <= 8 and words[h.first].sentence == words[here.first].sentence
    ]
    since = any("since_word" in h.concepts and 0 < here.first - h.first <= 2 for h in around)
    return not since and any("had_word" in h.concepts for h in around)


def _doubted(hits: list[Hit], index: int) -> bool:
    before = hits[index - 1] if index else None
    return bool(before and before.last == hits[index].first - 1 and "doubt" in before.concepts)


_NOW = (("right", "now"), ("as", "we", "speak"), ("this", "minute"), ("this", "second"), ("ahora", "mismo"))


def _sentences_of_now(words: tuple[Word, ...]) -> frozenset[int]:
    """Sentences that say it happens now: "what do I do if it smells of gas right now" imagines nothing."""
    said = [word.text for word in words]
    return frozenset(
        words[at].sentence for now in _NOW for at in range(len(said)) if tuple(said[at : at + len(now)]) == now
    )


def _recurs(hits: list[Hit], index: int) -> bool:
    """Does "still", "again", "it came back" stand after, or close before, a word of repair?"""
    here = hits[index]
    return any("recurring" in h.concepts and -6 <= h.first - here.last <= 40 for h in hits if h is not here)


def _mark(marks: list[str], hits: list[Hit], words: tuple[Word, ...], here: Word, reach: _Reach) -> None:
    for i, hit in enumerate(hits):
        word = words[hit.first]
        if marks[i] or not -reach.back <= word.pos - here.pos <= reach.ahead:
            continue
        if not here.sentence - reach.sentences <= word.sentence <= here.sentence:
            continue
        if word.clause > here.clause + reach.clauses_ahead or IMMUNE.intersection(hit.concepts):
            continue
        if not (reach.spares_present and _in_present(hit, words)):
            marks[i] = reach.why


def _names_a_thing(hits: list[Hit], words: tuple[Word, ...], index: int) -> bool:
    """Does the sentence of this hit speak of some thing, so that its "fixed" means that thing?"""
    things, sentence = lexicon().things, words[hits[index].first].sentence
    return any(things.intersection(h.concepts) for h in hits if words[h.first].sentence == sentence)


def _in_present(hit: Hit, words: tuple[Word, ...]) -> bool:
    """A danger sign said as happening: "I smell", "there is", "hay"."""
    if not _lists(hit):
        return False
    before = words[max(0, hit.first - 3) : hit.last + 1]
    return any(w.text in PRESENT and w.clause == words[hit.first].clause for w in before)
