"""A real write test of a connection: Rooftree's own work order on a unit the operator names, made, changed, closed.

No resident, no vendor, no leave to enter, the lowest priority; each step goes through the ledger like every write,
is read back field by field, and leaves evidence beside that of the probe. What could not be cleaned up is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from rooftree.acts import direct
from rooftree.acts.services import Services
from rooftree.connectors.base import Connector, Gap, Resource
from rooftree.connectors.probe import Evidence
from rooftree.effects.ledger import Ledger
from rooftree.errors import ConnectorError, InvalidInput, NotFound, Refused, RooftreeError
from rooftree.model.base import Record
from rooftree.model.leasing import GuestCard, Lease
from rooftree.model.maintenance import WorkOrder
from rooftree.model.names import name_of
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import EntryPermission, LeadStatus, LeaseStatus, Priority, Trade, WorkOrderStatus
from rooftree.redact import mask
from rooftree.store import codec, evidence, records
from rooftree.store.connections import PmsConnection
from rooftree.store.schema import new_id
from rooftree.sync import push, pushes
from rooftree.sync.compare import said_fields, same
from rooftree.sync.door import Outcome
from rooftree.sync.reading import read_one

TITLE = "Rooftree test - please ignore"
_WORDS = "Rooftree tries whether it can write here. Nothing is broken and nobody need come; it closes this by itself."
_CHANGED = "Rooftree test, changed - please ignore"
_PATIENCE = timedelta(minutes=5)
"""How long to wait for one write to be seen; Rooftree goes on with it after that, and the test says so."""
_PAUSE = 0.5
_TEXTS = ("title", "description", "vendor_notes", "entry_notes")
"""Texts of a work order, of which the first is changed that this PMS lets change."""
_CLOSED = {WorkOrder: {"status": WorkOrderStatus.COMPLETED}, GuestCard: {"status": LeadStatus.LOST}}


@dataclass(slots=True)
class Trial:
    """One write test; `left` is what could not be cleaned up, each with its id in the PMS."""

    services: Services
    connection: PmsConnection
    actor: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    def work_order(self, unit: Unit) -> None:
        """Make, change and close one; what was made is read once more at the end."""
        row = self._row(WorkOrder)
        made = self._write(WorkOrder, None, _order(unit, row), "create")
        if made is None:
            return
        name = next((each for each in _TEXTS if _may_change(row, each)), None)
        if name:
            self._write(WorkOrder, made, {name: _CHANGED}, "update")
        self._clean_up(WorkOrder, made)

    def guest_card(self, unit: Unit) -> None:
        """Make one of a made-up person, and mark it lost."""
        row = self._row(GuestCard)
        made = self._write(GuestCard, None, _person(unit, row), "create")
        if made is not None:
            self._clean_up(GuestCard, made)

    def _row(self, kind: type[Record]) -> Resource[Any]:
        return _makeable(self.services.lines.connector(self.connection.id), kind)

    def _write(self, kind: type[Record], id: str | None, desired: Any, verb: str) -> str | None:
        """One verb, tried for real; the id of what it wrote, None where nothing is there."""
        tried = Evidence(record=name_of(kind), verb=verb, ok=None)
        found = self._row(kind).verb(verb)
        if isinstance(found, Gap):
            return self._told(replace(tried, why=found.reason), {}, id)
        try:
            outcome = self._settled(kind, id, desired, verb)
        except Refused as error:
            return self._told(replace(tried, why=str(error)), {}, id)
        except RooftreeError as error:
            status = error.status if isinstance(error, ConnectorError) else None
            return self._told(replace(tried, ok=False, status=status, why=mask(str(error))), {}, id)
        told = replace(tried, ok=outcome.state == "verified", why=_why(outcome), **self._measured(outcome))
        if outcome.state in ("waiting", "needs_human") and outcome.record_id is None:
            unknown = {"record": name_of(kind), "external_id": "unknown", "why": f"Look for {TITLE!r}: {told.why}"}
            self.left.append(unknown)
        return self._told(told, _fields(desired, outcome.record), outcome.record_id)

    def _told(self, told: Evidence, fields: Mapping[str, Any], id: str | None) -> str | None:
        self.steps.append({**asdict(told), "fields": fields})
        now = self.services.clock.now()
        with self.services.database.write() as conn:
            evidence.keep(conn, self.connection.id, [asdict(told)], now)
        return id

    def _settled(self, kind: type[Record], id: str | None, desired: Any, verb: str) -> Outcome:
        """The write, waited for as long as anybody sits before a terminal."""
        services, clock = self.services, self.services.clock
        until = clock.now() + _PATIENCE
        ours: dict[str, Any] = {"organization_id": self.connection.organization_id, "actor": self.actor}
        outcome = direct.write(services, self.connection.id, kind, id, desired, verb=verb, op_key=new_id("wri"), **ours)
        while outcome.state == "waiting" and clock.now() < until:
            due_at = outcome.due_at or clock.now()
            clock.wait(min(max((due_at - clock.now()).total_seconds(), _PAUSE), _PATIENCE.total_seconds()))
            outcome = push.resume(services.lines.door(self.connection.id), outcome.op_key)
        return outcome

    def _measured(self, outcome: Outcome) -> dict[str, Any]:
        """How long the PMS took over the calls, and how long until what it took was seen; in seconds."""
        services = self.services
        effects = Ledger(services.database, services.keys).of_push(outcome.op_key)
        took = sum((e.ended_at - e.sent_at).total_seconds() for e in effects if e.ended_at and e.sent_at)
        known = pushes.find(services.database, services.keys, outcome.op_key)
        confirmed = [e.confirmed_at for e in effects if e.confirmed_at]
        seen_at = known.over_at if known and known.state == "verified" else None
        lag = (seen_at - max(confirmed)).total_seconds() if seen_at and confirmed else None
        status = services.lines.line(self.connection.id).traffic.written if effects else None
        return {"seconds": took, "lag": lag, "status": status}

    def _clean_up(self, kind: type[Record], id: str) -> None:
        """Close it, and look once more whether it is closed; what stays open is said."""
        verb = "update" if isinstance(self._row(kind).close, Gap) else "close"
        if self._may_set(kind, verb):
            self._write(kind, id, _CLOSED[kind], verb)
        if why := self._open(kind, id):
            self.left.append({"record": name_of(kind), "external_id": id, "why": why})

    def _may_set(self, kind: type[Record], verb: str) -> bool:
        row = self._row(kind)
        return verb == "close" or (not isinstance(row.update, Gap) and _may_change(row, "status"))

    def _open(self, kind: type[Record], id: str) -> str:
        """Why it counts as left behind; empty where it is closed or gone."""
        try:
            found = read_one(self.services.lines.door(self.connection.id), kind, id)
        except NotFound:
            return ""
        except RooftreeError as error:
            return f"It could not be read again: {mask(str(error))}"
        status = getattr(found, "status", None)
        over = status is LeadStatus.LOST or (isinstance(status, WorkOrderStatus) and not status.is_open)
        return "" if over else f"It still stands there as {status}."


def run(
    services: Services, connection: PmsConnection, unit_id: str, *, actor: str, guest_card: bool, occupied: bool
) -> dict[str, Any]:
    """Try the writes of a connection on one unit and keep what they showed; `steps`, and what is `left`.

    Raises Refused when writes are off or people live there and `occupied` does not say that this is meant,
    InvalidInput when the unit is unknown or no work order can be made there.
    """
    unit = checked(services, connection, unit_id, guest_card=guest_card, occupied=occupied)
    trial = Trial(services, connection, actor)
    trial.work_order(unit)
    if guest_card:
        trial.guest_card(unit)
    services.lines.count_calls()
    return {"unit": unit_id, "steps": trial.steps, "left": trial.left}


def checked(services: Services, connection: PmsConnection, unit_id: str, *, guest_card: bool, occupied: bool) -> Unit:
    """The unit, when a test may be made on it; raises as `run` does."""
    for kind in (WorkOrder, GuestCard) if guest_card else (WorkOrder,):
        _makeable(services.lines.connector(connection.id), kind)
    if connection.mode != "live" or not connection.writes_enabled:
        how = "allow-writes" if connection.mode == "live" else "go-live"
        raise Refused(
            f"Nothing may be written to {connection.name} now: `rooftree connections {how} {connection.id}` first.",
            approver="an administrator",
        )
    with services.database.read() as conn:
        found = records.by_external_id(conn, services.keys, connection.id, Unit, unit_id)
        where = {"unit_id": unit_id, "status": (LeaseStatus.ACTIVE, LeaseStatus.NOTICE)}
        lived_in = records.list_page(conn, services.keys, Lease, connection_id=connection.id, where=where, limit=1)
    if found is None or found.deleted_at is not None:
        raise InvalidInput(f"There is no unit {unit_id} in {connection.name} as last read; sync, or correct it.")
    if (lived_in or found.record.is_vacant is False) and not occupied:
        raise Refused(
            f"People live in unit {found.record.number}, and may be shown the test in their portal. Name an empty "
            "unit, or add --occupied.",
            approver="you",
        )
    return found.record


def _makeable(connector: Connector, kind: type[Record]) -> Resource[Any]:
    """The row of a kind that can be made at this PMS; raises InvalidInput with the gap's reason."""
    row = connector.resource(kind)
    if row is None or isinstance(row.create, Gap):
        why = row.create.reason if row and isinstance(row.create, Gap) else "Nothing is known of it there."
        raise InvalidInput(f"No {name_of(kind).replace('_', ' ')} can be made here: {why}", path="write_test")
    return row


def _order(unit: Unit, row: Resource[Any]) -> WorkOrder:
    wanted = WorkOrder(
        id="",
        title=TITLE,
        description=_WORDS,
        unit_id=unit.id,
        property_id=unit.property_id,
        status=WorkOrderStatus.NEW,
        priority=Priority.ROUTINE,
        trade=Trade.GENERAL,
        entry_permission=EntryPermission.NO,
    )
    return replace(wanted, **_cannot(row, entry_permission=EntryPermission.UNKNOWN, trade=Trade.UNKNOWN))


def _person(unit: Unit, row: Resource[Any]) -> GuestCard:
    wanted = GuestCard(
        id="",
        first_name="Rooftree",
        last_name="Test",
        emails=("rooftree-test@example.com",),
        property_id=unit.property_id,
        message=_WORDS,
    )
    return replace(wanted, **_cannot(row, message=None))


def _cannot(row: Resource[Any], **nothing: Any) -> dict[str, Any]:
    """Those of the fields that this PMS cannot be given, with what says nothing."""
    return {name: value for name, value in nothing.items() if name in {*row.omits, *row.read_only}}


def _may_change(row: Resource[Any], name: str) -> bool:
    return name not in {*row.omits, *row.read_only, *row.fixed}


def _fields(desired: Any, held: Record | None) -> dict[str, Any]:
    """What was wanted beside what was read back, field by field."""
    names = said_fields(desired) if isinstance(desired, Record) else tuple(desired)
    wanted = desired if isinstance(desired, Mapping) else {name: getattr(desired, name) for name in names}
    if held is None:
        return {}
    pairs = {name: (wanted[name], getattr(held, name)) for name in names}
    shown = {name: [codec.loads(codec.dumps(each)) for each in pair] for name, pair in pairs.items()}
    return {name: {"wanted": one, "held": other, "equal": same(*pairs[name])} for name, (one, other) in shown.items()}


def _why(outcome: Outcome) -> str:
    if outcome.state == "waiting":
        minutes = int(_PATIENCE.total_seconds() / 60)
        return f"Not seen after {minutes} minutes ({outcome.reason}); Rooftree goes on with it as {outcome.op_key}."
    return outcome.reason
