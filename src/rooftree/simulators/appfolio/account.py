"""One customer database behind the wire: its tables, how rows are shown, and the events it tells of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from rooftree.simulators.appfolio import seed
from rooftree.simulators.appfolio.seed import Seeds
from rooftree.simulators.appfolio.words import KINDS, uid
from rooftree.simulators.store import Database, Table
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record

DATABASE_ID = "0000aa11-0a11-4f00-8000-000000000001"
TOPICS = ("tenants", "properties", "units", "work_orders", "charges", "leases", "leads")
"""What webhooks tell of; AppFolio has twenty topics, of which these names are known (contract 11)."""
_PRIVATE = {"charges": ("IsBehind",), "notes": ("Entity", "EntityId"), "attachments": ("Entity", "EntityId", "Content")}
"""What a row keeps and nobody is shown."""


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Account:
    """The books of one customer."""

    def __init__(self, database: Database, seeds: Seeds, outbox: Outbox, absent: Mapping[str, Iterable[str]]) -> None:
        self.database = database
        self.seeds = seeds
        self.outbox = outbox
        self.now = database.now
        self._absent = {kind: frozenset(fields) for kind, fields in absent.items()}
        self._told = 0
        folio, stamp = seeds.portfolio, seeds.stamp
        made: dict[str, tuple[Iterable[int], Callable[[int], Record], Callable[[int], datetime]]] = {
            "properties": (range(folio.properties), seeds.property, stamp),
            "units": (range(folio.units), seeds.unit, stamp),
            "tenants": (seeds.tenants(), seeds.tenant, stamp),
            "leases": (seeds.occupancies(), seeds.lease, stamp),
            "charges": (seeds.occupancies(), seeds.charge, stamp),
            "owners": (range(seeds.owners), seeds.owner, stamp),
            "vendors": (range(seed.VENDORS), seeds.vendor, stamp),
            "users": (range(seed.STAFF), seeds.user, stamp),
            "leads": (range(seed.PROSPECTS), seeds.lead, stamp),
            "showings": (range(seed.PROSPECTS // 2), seeds.showing, stamp),
            "rental_applications": (range(2), seeds.application, stamp),
            "work_orders": (seeds.job_units(), seeds.order, seeds.order_stamp),
            "custom_fields": (range(len(seed.CUSTOM_FIELDS)), _custom_field, stamp),
            "notes": ((), _nothing, stamp),
            "attachments": ((), _nothing, stamp),
        }
        self.tables: dict[str, Table] = {
            kind: database.table(kind, ids, make, when, first_id=10_000_000) for kind, (ids, make, when) in made.items()
        }

    def show(self, kind: str, number: int) -> Record:
        """A record as a list shows it: entitlement leaves fields out without a word."""
        full = self.shown(kind, number)
        absent = self._absent.get(kind, frozenset())
        return {name: value for name, value in full.items() if name not in absent}

    def shown(self, kind: str, number: int) -> Record:
        """A record with every field; raises KeyError."""
        table = self.tables[kind]
        row = table.get(number)
        if row is None:
            raise KeyError(f"{kind}/{number}")
        times = {"LastUpdatedAt": written(table.updated(number)), "CreatedAt": written(table.created(number))}
        private = _PRIVATE.get(kind, ())
        return {"Id": uid(kind, number), **{k: v for k, v in row.items() if k not in private}, **times}

    def add(self, kind: str, row: Record) -> int:
        number = self.tables[kind].add(row)
        self.emit(kind, number, "create")
        return number

    def change(self, kind: str, number: int, fields: Record) -> None:
        table = self.tables[kind]
        held = table.get(number)
        if held is None:
            raise KeyError(f"{kind}/{number}")
        table.put(number, {**held, **fields})
        self.emit(kind, number, "update")

    def emit(self, kind: str, number: int, change: str) -> None:
        """Queue the thin event of one change; the signer adds whose it is and when it leaves."""
        if kind not in TOPICS:
            return
        self._told += 1
        self.outbox.emit(
            {
                "topic": kind,
                "event_id": f"0000ee11-0a11-4f00-8000-{self._told:012x}",
                "event_type": change,
                "database_id": DATABASE_ID,
                "resource_id": uid(kind, number),
                "event_timestamp": written(self.now()),
            }
        )


def _custom_field(number: int) -> Record:
    kind, name = seed.CUSTOM_FIELDS[number]
    return {"Name": name, "EntityType": kind, "FieldType": "Text", "Options": []}


def _nothing(number: int) -> Record:
    raise KeyError(number)


assert set(TOPICS) <= set(KINDS)
