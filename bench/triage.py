"""d: the triage kernel against a TF-IDF + logistic regression of scikit-learn, trained on the same messages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from bench.figures import ROOT, Measure
from bench.places import PROGRAM_CORE, pin
from rooftree.triage.kernel import triage

ROUNDS = 5
_ONES = 200


def measure() -> list[Measure]:
    """Messages a second, one by one and in a batch, and as information how often each is right."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pin(PROGRAM_CORE)
    texts, wanted = _half("dev")
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=2000))
    model.fit(texts, [sorted(right)[0] for right in wanted])
    unseen, right = _half("test")
    ours = [triage(text).priority for text in unseen]
    theirs = list(model.predict(unseen))
    ones = unseen[:_ONES]
    samples: list[list[float]] = [[], [], [], []]
    for _ in range(ROUNDS):
        samples[0].append(_rate(len(ones), lambda: [model.predict([text]) for text in ones]))
        samples[1].append(_rate(len(ones), lambda: [triage(text) for text in ones]))
        samples[2].append(_rate(len(unseen), lambda: model.predict(unseen)))
        samples[3].append(_rate(len(unseen), lambda: [triage(text) for text in unseen]))
    peer = "TF-IDF + logistic regression"
    return [
        Measure(id="d1", title="triage one by one", unit="messages/s", peer=peer, theirs=samples[0], ours=samples[1],
                goal=1.0, note="ours with rules and explanation"),
        Measure(id="d2", title="triage in a batch", unit="messages/s", peer=peer, theirs=samples[2], ours=samples[3],
                goal=0.5),
        Measure(id="d3", title="priority right on the test half", unit="share", peer=peer, goal=None,
                theirs=[_share(theirs, right)], ours=[_share(ours, right)], note=f"{len(unseen)} made-up messages"),
    ]  # fmt: skip


def _half(name: str) -> tuple[list[str], list[set[str]]]:
    lines = (ROOT / "tests" / "triage" / f"messages_{name}.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    priorities = [row["expect"]["priority"] for row in rows]
    return [row["text"] for row in rows], [set(one) if isinstance(one, list) else {one} for one in priorities]


def _rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def _share(said: Sequence[str], right: Sequence[set[str]]) -> float:
    return sum(one in good for one, good in zip(said, right, strict=True)) / len(said)
