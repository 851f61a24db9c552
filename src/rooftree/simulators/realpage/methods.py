"""What each area of the simulator adds: methods with their fields in order, the service they sit on, what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from rooftree.simulators.realpage.seed import Seeds
from rooftree.simulators.soap import Element, Field, Operation, Service, fields, leaves, tree
from rooftree.simulators.store import Database, Table
from rooftree.simulators.wire import Record

SPACE = "http://tempuri.org/"
ACTION = f"{SPACE}IRPXService/"
MAIN = "Leasing"
"""The service whose key is the common one; methods of any other are named with it and its own key (contract 1)."""
_AUTH = Field("auth", fields=fields("pmcid siteid username password licensekey system"))


class Company:
    """What one management company holds; an area keeps its own rows in tables of the database."""

    def __init__(self, database: Database, seeds: Seeds) -> None:
        self.database = database
        self.seeds = seeds
        self.tell: Callable[[str, Record], None] = lambda _topic, _payload: None
        """Tells of a change by webhook."""
        self.as_attributes = False
        """Whether a new guest card's number is told by attributes: nobody could say which (contract 4.6)."""
        facts, table, stamp = seeds.portfolio, database.table, seeds.stamp
        self.sites = table("sites", range(facts.properties), seeds.site_row, stamp)
        self.buildings = table("buildings", range(facts.properties), seeds.building_row, stamp)
        self.units = table("units", range(facts.units), seeds.unit_row, stamp)
        self.leases = table("leases", seeds.lease_ids(), seeds.lease_row, stamp)

    def of(self, table: Table, site: str) -> list[Record]:
        return [row for _id, row in table.rows() if row["siteid"] == site]

    def now(self, site: str) -> datetime:
        """The site's own time."""
        return self.database.now().astimezone(self.zone(site))

    def zone(self, site: str) -> ZoneInfo:
        return ZoneInfo(self.seeds.portfolio.place(self.seeds.place_of(site)).zone)


Run: TypeAlias = Callable[[Company, str, Element], Element | None]
"""Answers a method for a site; None sends a response without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method and where it sits."""

    name: str
    run: Run
    fields: Sequence[Field] = ()
    service: str = MAIN
    reads: bool = True


def services_of(methods: Sequence[Method], *, alphabetical: bool = False) -> list[Service]:
    """A service for each name among the methods, the main one first.

    `alphabetical` has each type's fields by name, as WCF's DataContract serializer does unless told otherwise.
    """
    names = dict.fromkeys([MAIN, *(each.service for each in methods)])
    return [_service(name, [each for each in methods if each.service == name], alphabetical) for name in names]


def _service(name: str, methods: Sequence[Method], alphabetical: bool) -> Service:
    auth = _by_name(_AUTH) if alphabetical else _AUTH
    operations = [
        Operation(each.name, [auth, *map(_by_name, each.fields)] if alphabetical else [auth, *each.fields], each.reads)
        for each in methods
    ]
    return Service(f"/MadeUp/{name}.svc", name, SPACE, operations, action=ACTION, order="nulls")


def _by_name(field: Field) -> Field:
    return replace(field, fields=[_by_name(each) for each in sorted(field.fields, key=lambda each: each.name)])


def shown(name: str, row: Record) -> Element:
    return tree(name, *leaves(**{key: value for key, value in row.items() if key != "siteid"}))


def picklist(root: str, items: Sequence[tuple[str, str]]) -> Element:
    rows = (tree("PicklistItem", *leaves(Value=value, Text=text)) for value, text in items)
    return tree(root, tree("Contents", *rows))
