"""The buyer's checklist for any AI vendor: a filled-in YAML, scored by the rules of `vendor.yaml`, with reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from rooftree.errors import InvalidInput
from rooftree.surfaces.cli.output import show

UNKNOWN = "unknown"
_MOST_POINTS = 3


@cache
def _rules() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load((files(__package__) / "vendor.yaml").read_text(encoding="utf-8"))
    return loaded


def template() -> str:
    """An empty checklist, each question with the answers it takes."""
    lines = ["# Ask the vendor, then put one of the answers named above each line.", "vendor: the vendor's name", ""]
    for name, rule in _rules().items():
        lines += [f"# {rule['ask']}", f"# One of: {', '.join(rule['answers'])}", f"{name}: {UNKNOWN}", ""]
    return "\n".join(lines)


def read(text: str) -> dict[str, str]:
    """The answers of a filled-in checklist; raises InvalidInput with line and reason for what is none."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(line, f"this is no YAML ({error.problem})") from None
    except yaml.YAMLError:
        raise _refused(1, "this is no YAML") from None
    if not isinstance(root, yaml.MappingNode):
        raise _refused(1, "a checklist has lines `question: answer`; --vendor-template prints an empty one")
    given: dict[str, str] = {}
    for key, value in root.value:
        _take(given, key, value)
    if not given.get("vendor"):
        raise _refused(1, "the vendor's name is missing; write `vendor: NAME`")
    return given


def score(given: Mapping[str, str]) -> dict[str, Any]:
    """Points, red flags and the reason of each line; a question not answered earns nothing and is no red flag."""
    rows = list(_rows(given))
    return {
        "vendor": given["vendor"],
        "points": sum(row["points"] for row in rows),
        "of": _MOST_POINTS * len(rows),
        "red_flags": [row["why"] for row in rows if row["red_flag"]],
        "unanswered": [row["question"] for row in rows if row["answer"] == UNKNOWN],
        "lines": rows,
    }


def run(file: Path, *, as_json: bool) -> None:
    """Score the checklist in a file; raises InvalidInput where it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read ({type(error).__name__}).", path="--vendor") from None
    show(score(read(text)), as_json)


def _rows(given: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name, rule in _rules().items():
        answer = given.get(name, UNKNOWN)
        found = rule["answers"].get(answer, {"points": 0, "why": f"Not answered. Ask: {rule['ask']}"})
        flag = found.get("flag", False)
        yield {"question": name, "answer": answer, "points": found["points"], "red_flag": flag, "why": found["why"]}


def _take(given: dict[str, str], key: yaml.Node, value: yaml.Node) -> None:
    line, name = key.start_mark.line + 1, str(key.value)
    if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
        raise _refused(line, "a line is `question: answer`, one word each")
    if name in given:
        raise _refused(line, f"{name} is answered twice")
    if name != "vendor" and name not in _rules():
        raise _refused(line, f"there is no question {name}; there are {', '.join(_rules())}")
    if name != "vendor" and value.value not in (UNKNOWN, *_rules()[name]["answers"]):
        raise _refused(line, f"{name} takes {', '.join(_rules()[name]['answers'])} or {UNKNOWN}, not {value.value!r}")
    given[name] = str(value.value)


def _refused(line: int, why: str) -> InvalidInput:
    return InvalidInput(f"Line {line}: {why}.", path="--vendor")
