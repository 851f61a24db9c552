"""Reading the tables: rows as the wire shows them, with their embeds (contract 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rooftree.simulators.rent_manager import query
from rooftree.simulators.rent_manager.errors import no_such_id
from rooftree.simulators.rent_manager.models import MODELS, PARENT_TYPES, Model
from rooftree.simulators.store import Database
from rooftree.simulators.wire import Record

EASTERN = ZoneInfo("America/New_York")


class Rows:
    """The tables of one company, as its wire shows them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._indexes: dict[tuple[str, str], tuple[int, dict[Any, list[int]]]] = {}

    def row(self, name: str, id: int) -> Record:
        """Raises KeyError."""
        row = self.database.tables[name].get(id)
        if row is None:
            raise KeyError(f"{name}/{id}")
        return row

    def existing(self, name: str, id: int) -> Record:
        """Raises the wire's 404."""
        row = self.database.tables[name].get(id)
        if row is None:
            raise no_such_id()
        return row

    def cut(self, name: str, id: int, asked: query.Query) -> Record:
        shown = self.shown(name, id, asked.embeds) | {embed: [] for embed in asked.silent}
        return {key: value for key, value in shown.items() if not asked.fields or key in asked.fields}

    def shown(self, name: str, id: int, embeds: Sequence[str] = ()) -> Record:
        """A row as the wire shows it: nulls left out, times local to the location and without a zone."""
        model, table = MODELS[name], self.database.tables[name]
        row = self.row(name, id)
        plain = {key: row[key] for key in model.fields if row.get(key) is not None}
        lock = {"ConcurrencyID": row.get("ConcurrencyID", 1)} if model.counted else {}
        audit = {"CreateDate": local(table.created(id)), "UpdateDate": local(table.updated(id))}
        return {model.key: id, **plain, **lock, **audit, **self._embedded(name, model, id, row, embeds)}

    def _embedded(self, name: str, model: Model, id: int, row: Record, embeds: Sequence[str]) -> Record:
        found: Record = {}
        for embed in dict.fromkeys(each.partition(".")[0] for each in embeds):
            deeper = [each.partition(".")[2] for each in embeds if each.startswith(f"{embed}.")]
            if embed in model.inline:
                found[embed] = row.get(embed) or []
            elif embed in model.parents:
                parent, key = model.parents[embed]
                known = row.get(key) and self.database.tables[parent].has(row[key])
                found |= {embed: self.shown(parent, row[key], deeper)} if known else {}
            elif embed in query.embeds_of(model):
                child, key = model.children.get(embed, ("UserDefinedValues", "ParentID"))
                deeper = [each for each in deeper if each in query.embeds_of(MODELS[child])]
                found[embed] = [self.shown(child, each, deeper) for each in self.children(child, key, id, name)]
        return found

    def children(self, child: str, key: str, id: int, parent: str) -> list[int]:
        """Rows of `child` whose `key` is `id`; ids of different parents are told apart by their type."""
        known = self._indexes.get((child, key))
        if known is None or known[0] != self.database.version or self.database.lag:
            index: dict[Any, list[int]] = {}
            for child_id, row in self.database.tables[child].rows():
                index.setdefault((row.get(key), row.get("ParentType") or row.get("EntityType")), []).append(child_id)
            known = self._indexes[child, key] = (self.database.version, index)
        return known[1].get((id, None)) or known[1].get((id, PARENT_TYPES.get(parent))) or []


def local(moment: datetime) -> str:
    return moment.astimezone(EASTERN).strftime("%Y-%m-%dT%H:%M:%S")
