"""A customer's mapping pack: what words and fields of their own PMS account mean, in YAML, checked line by line.

Which lists of words a PMS reads stands in its connector's `pack_lists.yaml`: for each list what is left and what is
right of the colon. `theirs` is a word or number of the customer's account, kept as written, `days` a number of days;
any other name is a vocabulary of ours. In brackets: a list of such words. Fields, what is required and defaults are
read by `pack_fields`. The pack itself is the connection's setting `mapping_pack`; it may lie over one of ours
(`extends`), which stand in the connector's folder `packs`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from rooftree.connectors import pack_fields
from rooftree.connectors.base import Connector
from rooftree.connectors.pack_fields import FieldRule, Rules
from rooftree.connectors.pack_text import OPTION as OPTION
from rooftree.connectors.pack_text import Document, document, is_nothing, pairs, scalar, wrong
from rooftree.model.vocabulary import EntryPermission, LeadStatus, Priority, Trade, WorkOrderStatus

_OURS: Mapping[str, type[StrEnum]] = {
    "work_order_status": WorkOrderStatus,
    "priority": Priority,
    "trade": Trade,
    "lead_status": LeadStatus,
    "entry_permission": EntryPermission,
}
_LONGEST = 3
"""Digits of a number of days."""
_HEADS = ("version", "name", "extends")

Pack = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPack:
    """A pack that was checked against a connector's table: words, fields, what is required, defaults."""

    version: str = ""
    name: str = ""
    extends: tuple[str, ...] = ()
    lists: Pack = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)

    def fields(self, record: str) -> tuple[FieldRule, ...]:
        """The fields of a record that are mapped."""
        return self.rules.fields.get(record, ())

    def mark(self, record: str) -> str:
        """A short mark of all that decides how this record is read; empty where the pack says nothing of it."""
        told = [rule.reading for rule in self.fields(record)]
        return _short([self.lists, told]) if self.lists or told else ""

    def told(self) -> dict[str, Any]:
        """Which pack this is, for people: its version, what it lies over, and a mark that changes with any line."""
        whole = _short([self.version, self.lists, asdict(self.rules)]) if self != MappingPack() else ""
        return {"version": self.version, "name": self.name, "extends": list(self.extends), "mark": whole}


def _short(told: Any) -> str:
    plain = json.dumps(told, default=str, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


@lru_cache(maxsize=32)
def lists_of(pms: str) -> Mapping[str, Any]:
    """The lists that a PMS's connector reads from a pack; empty where it reads none."""
    file = resources.files("rooftree.connectors") / pms / "pack_lists.yaml"
    told: dict[str, Any] = yaml.safe_load(file.read_text()) if file.is_file() else {}
    return told


@lru_cache(maxsize=32)
def shipped(pms: str) -> Mapping[str, str]:
    """Our packs for a PMS, name -> text."""
    folder = resources.files("rooftree.connectors") / pms / "packs"
    files = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []
    return {file.name.removesuffix(".yaml"): file.read_text() for file in files if file.name.endswith(".yaml")}


@lru_cache(maxsize=64)
def read(pms: str, text: str) -> Pack:
    """The lists of a pack as mappings look words up; raises InvalidInput with line and reason for what is wrong."""
    return _lists(pms, _document(pms, text)) if text.strip() else {}


def load(connector: Connector, text: str) -> MappingPack:
    """A pack checked against what the connector can read and write; raises InvalidInput with line and reason."""
    if not text.strip():
        return MappingPack()
    found = _document(connector.name, text)
    sections = {key.value: node for key, node in found.sections.items()}
    return MappingPack(
        version=found.version,
        name=found.name,
        extends=found.extends,
        lists=_lists(connector.name, found),
        rules=pack_fields.rules(connector, sections),
    )


@lru_cache(maxsize=64)
def _document(pms: str, text: str) -> Document:
    ours = shipped(pms)
    return document(text, ours.get, tuple(ours))


def _lists(pms: str, found: Document) -> Pack:
    known = lists_of(pms)
    lists: dict[str, Mapping[str, Any]] = {}
    for key, node in found.sections.items():
        if is_nothing(node) and key.value in known:
            continue
        if key.value in known:
            lists[key.value] = _words(node, known[key.value])
        elif key.value not in (*_HEADS, *pack_fields.SECTIONS):
            told = ", ".join((*_HEADS, *pack_fields.SECTIONS, *known))
            raise wrong(key, f"there is no list {key.value!r}; it may have {told}")
    return lists


def _words(node: yaml.Node, sides: Mapping[str, Any]) -> dict[str, Any]:
    told = ((key, value) for key, value in pairs(node).items() if not is_nothing(value))
    return {_word(key, sides["left"]): _meaning(value, sides["right"]) for key, value in told}


def _meaning(node: yaml.Node, side: Any) -> str | list[str]:
    if not isinstance(side, list):
        return _word(node, side)
    if not isinstance(node, yaml.SequenceNode):
        raise wrong(node, "here must be a list: [one, another]")
    return [_word(each, side[0]) for each in node.value]


def _word(node: yaml.Node, side: str) -> str:
    word = scalar(node)
    if side in _OURS and word not in list(_OURS[side]):
        raise wrong(node, f"{word!r} is no word of ours; we know {', '.join(_OURS[side])}")
    if side == "days" and not (word.isdecimal() and len(word) <= _LONGEST):
        raise wrong(node, f"{word!r} is no number of days")
    return word
