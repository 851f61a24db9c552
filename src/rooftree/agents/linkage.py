"""How likely two records are one person: the model of Fellegi and Sunter, its weights learned by EM without labels.

Each field of a pair agrees, is close, differs, or is missing on one side. A field speaks for one person by how much
more often it does so within one person (m) than between two (u); missing says nothing. Pure.
Sources: Fellegi and Sunter 1969; Winkler 1988 (EM).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

Kind = Literal["words", "digits"]
Level = Literal[0, 1, 2, 3] | None
"""3 the same, 2 nearly, 1 a little alike, 0 different; None: one side says nothing."""
Vector = tuple[Level, ...]
_FLOOR = 1e-4
"""No level is held to be impossible."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by field and level, and the odds that a pair met by chance of blocking is one person."""

    weights: tuple[Mapping[int, float], ...]
    prior: float

    def score(self, vector: Vector) -> float:
        """The probability that the pair is one person."""
        odds = math.log(self.prior / (1 - self.prior))
        odds += sum(weights[level] for weights, level in zip(self.weights, vector, strict=True) if level is not None)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, odds))))


def level(kind: Kind, a: str, b: str) -> Level:
    """How far two values agree."""
    if not a or not b:
        return None
    if a == b:
        return 3
    if kind == "digits":
        distance = DamerauLevenshtein.distance(a, b, score_cutoff=2)
        return 2 if distance == 1 else 1 if distance == 2 else 0
    likeness = JaroWinkler.similarity(a, b)
    return 2 if likeness >= 0.92 else 1 if likeness >= 0.8 else 0


def vector(kinds: Sequence[Kind], a: Sequence[str], b: Sequence[str]) -> Vector:
    """The levels of a pair, field by field."""
    return tuple(level(kind, one, two) for kind, one, two in zip(kinds, a, b, strict=True))


def learn(pairs: Iterable[Vector], strangers: Iterable[Vector], rounds: int = 25) -> Model:
    """Weights from candidate pairs, unlabelled, and from pairs of strangers drawn at random."""
    counted = Counter(pairs)
    fields = range(len(next(iter(counted))))
    u = [_shares(Counter(one[field] for one in strangers)) for field in fields]
    m = [{3: 0.85, 2: 0.08, 1: 0.04, 0: 0.03} for _ in fields]
    prior = 0.3
    for _ in range(rounds):
        model = Model(tuple(_weights(one, other) for one, other in zip(m, u, strict=True)), prior)
        scores = {one: model.score(one) for one in counted}
        total = sum(scores[one] * times for one, times in counted.items())
        prior = min(max(total / counted.total(), _FLOOR), 1 - _FLOOR)
        for field in fields:
            seen: dict[Level, float] = defaultdict(float)
            for one, times in counted.items():
                seen[one[field]] += scores[one] * times
            m[field] = _shares(seen)
    return Model(tuple(_weights(one, other) for one, other in zip(m, u, strict=True)), prior)


def _shares(seen: Mapping[Level, float]) -> dict[int, float]:
    told = {each: seen.get(each, 0.0) for each in (0, 1, 2, 3)}
    total = sum(told.values()) or 1
    return {each: max(times / total, _FLOOR) for each, times in told.items()}


def _weights(m: Mapping[int, float], u: Mapping[int, float]) -> dict[int, float]:
    return {each: math.log(m[each] / u[each]) for each in m}
