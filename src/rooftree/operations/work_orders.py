"""Writing work orders: create, change, close; each is verified by read-back or says what it waits for."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import Field
from sqlalchemy import Connection

from rooftree.acts import direct
from rooftree.errors import InvalidInput, Rejected
from rooftree.model.base import Record
from rooftree.model.leasing import Lease, Resident
from rooftree.model.maintenance import WorkOrder
from rooftree.model.portfolio import Unit
from rooftree.model.vocabulary import Priority, Trade, WorkOrderStatus
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import codec, connections, records
from rooftree.store.schema import new_id
from rooftree.sync.door import Outcome

R = TypeVar("R", bound=Record)
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
    idempotency_key: str | None = Field(default=None, max_length=200, description=_KEY)


class CloseInput(Input):
    """Which work order is done."""

    id: str = Field(description="Our id of the work order.")
    idempotency_key: str | None = Field(default=None, max_length=200, description=_KEY)


@operation(
    "work_orders.create", "act", examples=('rooftree work-orders create con_... "Sink drips" --unit-id 12 --json',)
)
def create(caller: Caller, given: CreateInput) -> dict[str, Any]:
    """Create a work order in the property system; "verified" only once it was read back and is equal."""
    with caller.services.database.read() as conn:
        connections.get(conn, given.connection, caller.organization_id)
    fields = given.model_dump(exclude={"connection", "idempotency_key"})
    wanted = WorkOrder(id="", status=WorkOrderStatus.NEW, **{**fields, **_placed(caller, given)})
    return _write(caller, given.connection, None, wanted, "create", given.idempotency_key)


@operation("work_orders.update", "act", examples=("rooftree work-orders update mir_... --priority urgent",))
def update(caller: Caller, given: UpdateInput) -> dict[str, Any]:
    """Change a work order in the property system; what staff changed there meanwhile stands."""
    changes = given.model_dump(exclude={"id", "idempotency_key"}, exclude_none=True)
    return _change(caller, given.id, changes, "update", given.idempotency_key)


@operation("work_orders.close", "act", examples=("rooftree work-orders close mir_...",))
def close(caller: Caller, given: CloseInput) -> dict[str, Any]:
    """Mark a work order as done in the property system."""
    return _change(caller, given.id, {"status": WorkOrderStatus.COMPLETED}, "close", given.idempotency_key)


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


def _change(caller: Caller, id_: str, changes: dict[str, Any], verb: str, key: str | None) -> dict[str, Any]:
    with caller.services.database.read() as conn:
        found = records.get(conn, caller.services.keys, id_, caller.organization_id)
    return _write(caller, found.connection_id, found.record.id, changes, verb, key)


def _write(
    caller: Caller, connection: str, id_: str | None, desired: Any, verb: str, key: str | None
) -> dict[str, Any]:
    op_key = f"{caller.organization_id}:{key}" if key else new_id("wri")
    try:
        outcome = direct.write(
            caller.services,
            connection,
            WorkOrder,
            id_,
            desired,
            verb=verb,
            op_key=op_key,
            organization_id=caller.organization_id,
            actor=caller.name,
        )
    except InvalidInput as error:
        raise InvalidInput(str(error), path="idempotency_key" if error.path == "op_key" else error.path) from None
    if outcome.state == "rejected":
        raise Rejected(outcome.reason, connection=connection, record="work_order", verb=verb)
    return _shown(outcome)


def _shown(outcome: Outcome) -> dict[str, Any]:
    record = codec.loads(codec.encode(outcome.record, without=("raw",))) if outcome.record else None
    return {
        "state": outcome.state,
        "external_id": outcome.record_id,
        "reason": outcome.reason,
        "due_at": outcome.due_at,
        "adopted": outcome.adopted,
        "data": record,
    }
