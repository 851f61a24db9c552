"""A customer's mapping pack: what the words of their own PMS account mean, in YAML, checked line by line.

Which lists a PMS reads stands in its connector's `pack_lists.yaml`: for each list what is left and what is right of the
colon. `theirs` is a word or number of the customer's account, kept as written; any other name is a vocabulary of ours.
In brackets: a list of such words. The pack itself is the connection's setting `mapping_pack`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from rooftree.errors import InvalidInput
from rooftree.model.vocabulary import LeadStatus, Priority, Trade, WorkOrderStatus

OPTION = "mapping_pack"
VERSION = "1"
_OURS: Mapping[str, type[StrEnum]] = {
    "work_order_status": WorkOrderStatus,
    "priority": Priority,
    "trade": Trade,
    "lead_status": LeadStatus,
}

Pack = Mapping[str, Mapping[str, Any]]


@lru_cache(maxsize=32)
def lists_of(pms: str) -> Mapping[str, Any]:
    """The lists that a PMS's connector reads from a pack; empty where it reads none."""
    file = resources.files("rooftree.connectors") / pms / "pack_lists.yaml"
    told: dict[str, Any] = yaml.safe_load(file.read_text()) if file.is_file() else {}
    return told


@lru_cache(maxsize=64)
def read(pms: str, text: str) -> Pack:
    """A pack as mappings look words up; raises InvalidInput with the line and the reason for what is wrong in it."""
    known = lists_of(pms)
    if not known or not text.strip():
        return {}
    found: dict[str, Mapping[str, Any]] = {}
    for key, node in _pairs(_composed(text)).items():
        if key.value == "version":
            _check_version(node)
        elif key.value not in known:
            raise _wrong(key, f"there is no list {key.value!r}; it may have version, {', '.join(known)}")
        else:
            found[key.value] = _words(node, known[key.value])
    return found


def _composed(text: str) -> yaml.Node:
    """The nodes of the text with their lines; nothing is constructed from them, so no tag can do anything."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidInput(f"Mapping pack, line {line}: this is no YAML ({error.problem}).", path=OPTION) from None
    except yaml.YAMLError:
        raise InvalidInput("The mapping pack holds characters that YAML does not allow.", path=OPTION) from None
    return root or yaml.MappingNode("tag:yaml.org,2002:map", [])


def _pairs(node: yaml.Node) -> dict[yaml.ScalarNode, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(node, "here must be lines of `word: meaning`")
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _wrong(key, "left of a colon must be one word or number")
        if key.value.lower() in seen:
            raise _wrong(key, f"{key.value!r} stands in line {seen[key.value.lower()]} already; it can mean one thing")
        seen[key.value.lower()] = key.start_mark.line + 1
    return dict(node.value)


def _words(node: yaml.Node, sides: Mapping[str, Any]) -> dict[str, Any]:
    return {_word(key, sides["left"]): _meaning(value, sides["right"]) for key, value in _pairs(node).items()}


def _meaning(node: yaml.Node, side: Any) -> str | list[str]:
    if not isinstance(side, list):
        return _word(node, side)
    if not isinstance(node, yaml.SequenceNode):
        raise _wrong(node, "here must be a list: [one, another]")
    return [_word(each, side[0]) for each in node.value]


def _word(node: yaml.Node, side: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _wrong(node, "here must be one word or number")
    if side in _OURS and node.value not in list(_OURS[side]):
        raise _wrong(node, f"{node.value!r} is no word of ours; we know {', '.join(_OURS[side])}")
    return str(node.value)


def _check_version(node: yaml.Node) -> None:
    if node.value != VERSION:
        raise _wrong(node, f"the version must be {VERSION}, the only one there is")


def _wrong(node: yaml.Node, reason: str) -> InvalidInput:
    line = node.start_mark.line + 1 if node.start_mark else 1
    return InvalidInput(f"Mapping pack, line {line}: {reason}.", path=OPTION)
