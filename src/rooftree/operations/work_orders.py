"""Writing work orders: create, change, close; each is verified by read-back or says what it waits for."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import Field
from sqlalchemy import Connection

from rooftree.acts import direct
from rooftree.errors import InvalidInput, Stale
from rooftree.model.base import Record
from rooftree.model.leasing import Lease, Resident
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.operations.outcomes import shown
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import connections, jobs, records
from rooftree.store.schema import new_id
from rooftree.sync import pushes

R = TypeVar("R", bound=Record)
_MATCH = "The `etag` it had when you read it: refused when it has changed since."
_KEY = "The same key again is the same write: it is done once, and answered with what came of it."


class CreateInput(Input):
    """A new work order."""

    connection: str = Field(description="The connection whose property system gets it.")
    title: str = Field(min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=10_000)
    unit_id: str | None = Field(default=None, description="The unit's id in the property system.")
    property_id: str | None = Field(default=None, description="The property's id there; follows from the unit.")
    resident_id: str | None = Field(default=None, description="The resident's id there, who asked for it.")
    lease_id: str | None = None
    priority: Priority = Priority.ROUTINE
    trade: Trade = Trade.UNKNOWN
    vendor_id: str | None = None
    idempotency_key: str | None = Field(default=None, max_length=200, description=_KEY)


class UpdateInput(Input):
    """What to change; what is left out stays."""

    id: str = Field(description="Our id of the work order.")
    title: str | None = Field(default=None, min_length=1, max_length=200)
    description: str | None = Field(default=None, max_length=10_000)
    priority: Priority | None = None
    status: WorkOrderStatus | None = None
    vendor_id: str | None = None
    if_match: str | None = Field(default=None, description=_MATCH)
    idempotency_key: str | None = Field(default=None, max_length=200, description=_KEY)


class CloseInput(Input):
    """Which work order is done."""

    id: str = Field(description="Our id of the work order.")
    if_match: str | None = Field(default=None, description=_MATCH)
    idempotency_key: str | None = Field(default=None, max_length=200, description=_KEY)


Asked = CreateInput | UpdateInput | CloseInput


@operation(
    "work_orders.create", "act", examples=('rooftree work-orders create con_... "Sink drips" --unit-id 12 --json',)
)
def create(caller: Caller, given: CreateInput) -> dict[str, Any]:
    """Create a work order in the property system; "verified" only once it was read back and is equal."""
    with caller.services.database.read() as conn:
        connections.get(conn, given.connection, caller.organization_id)
    fields = given.model_dump(exclude={"connection", "idempotency_key"})
    wanted = WorkOrder(id="", status=WorkOrderStatus.NEW, **{**fields, **_placed(caller, given)})
    return _write(caller, given, given.connection, None, wanted, "create")


@operation("work_orders.update", "act", examples=("rooftree work-orders update mir_... --priority urgent",))
def update(caller: Caller, given: UpdateInput) -> dict[str, Any]:
    """Change a work order in the property system; what staff changed there meanwhile stands."""
    changes = given.model_dump(exclude={"id", "if_match", "idempotency_key"}, exclude_none=True)
    return _change(caller, given, changes, "update")


@operation("work_orders.close", "act", examples=("rooftree work-orders close mir_...",))
def close(caller: Caller, given: CloseInput) -> dict[str, Any]:
    """Mark a work order as done in the property system."""
    return _change(caller, given, {"status": WorkOrderStatus.COMPLETED}, "close")


def _placed(caller: Caller, given: CreateInput) -> dict[str, Any]:
    """What follows from the named unit and resident: the property, and the lease on that unit.

    Raises InvalidInput for a unit or resident that the mirror does not know.
    """
    placed: dict[str, Any] = {}
    with caller.services.database.read() as conn:
        if given.unit_id:
            unit = _known(conn, caller, given.connection, Unit, given.unit_id, "unit_id")
            placed["property_id"] = given.property_id or unit.property_id
        if given.resident_id and not given.lease_id:
            person = _known(conn, caller, given.connection, Resident, given.resident_id, "resident_id")
            placed["lease_id"] = _lease_on(conn, caller, given, person)
    return placed


def _lease_on(conn: Connection, caller: Caller, given: CreateInput, person: Resident) -> str | None:
    """The resident's lease on the named unit, else their first where no unit was named."""
    for lease_id in person.lease_ids:
        lease = records.by_external_id(conn, caller.services.keys, given.connection, Lease, lease_id)
        if lease and given.unit_id in (None, lease.record.unit_id):
            return lease_id
    return None


def _known(conn: Connection, caller: Caller, connection: str, kind: type[R], id_: str, path: str) -> R:
    found = records.by_external_id(conn, caller.services.keys, connection, kind, id_)
    if found is None:
        word = kind.__name__.lower()
        raise InvalidInput(f"There is no {word} {id_} in this connection as last read; sync, or correct it.", path=path)
    return found.record


def _change(caller: Caller, given: UpdateInput | CloseInput, changes: dict[str, Any], verb: str) -> dict[str, Any]:
    services = caller.services
    with services.database.read() as conn:
        found = records.get(conn, services.keys, given.id, caller.organization_id)
    op_key = _op_key(caller, given.idempotency_key or "")
    if given.if_match not in (None, "*", found.etag) and not pushes.find(services.database, services.keys, op_key):
        raise Stale("The work order has changed since you read it: read it again, then decide.")
    return _write(caller, given, found.connection_id, found.record.id, changes, verb)


def _write(caller: Caller, given: Asked, connection: str, id_: str | None, desired: Any, verb: str) -> dict[str, Any]:
    asked = given.model_copy(update={"idempotency_key": given.idempotency_key or new_id("wri")})
    try:
        outcome = direct.write(
            caller.services,
            connection,
            WorkOrder,
            id_,
            desired,
            verb=verb,
            op_key=_op_key(caller, asked.idempotency_key or ""),
            organization_id=caller.organization_id,
            actor=caller.name,
        )
    except InvalidInput as error:
        raise InvalidInput(str(error), path="idempotency_key" if error.path == "op_key" else error.path) from None
    told = shown(outcome, connection=connection, record="work_order", verb=verb)
    return {**told, "job": _job(caller, asked, verb) if outcome.state == "waiting" else None}


def _job(caller: Caller, asked: Asked, verb: str) -> str:
    """The job by which a caller follows a write that is not over; the same write has the same job."""
    services = caller.services
    item = (f"work_orders.{verb}", asked.model_dump(mode="json", exclude_none=True))
    now, key = services.clock.now(), f"write:{asked.idempotency_key}"
    with services.database.write() as conn:
        return jobs.create(
            conn, services.keys, caller.organization_id, caller.name, [item], now, key=key, state="waiting"
        )


def _op_key(caller: Caller, key: str) -> str:
    return f"{caller.organization_id}:{key}"
