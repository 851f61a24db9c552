"""Writes as jobs: many acts asked for at once, each with its own outcome; what failed is tried again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import Field

from rooftree import log
from rooftree.acts.services import Services
from rooftree.errors import InvalidInput, RateLimited, RooftreeError, Unavailable, Unreachable
from rooftree.operations import problems
from rooftree.operations.outcomes import shown
from rooftree.operations.registry import Caller, Input, Operation, all_operations, operation, validated
from rooftree.redact import mask
from rooftree.store import jobs
from rooftree.store.jobs import Item, State
from rooftree.sync import pushes
from rooftree.sync.stepping import outcome_of

_logger = log.get("operations.jobs")
_MOST_ATTEMPTS = 8
_AT_ONCE = 20
_STATES: dict[str, State] = {"verified": "done", "waiting": "waiting", "needs_human": "needs_human"}


_ITEMS = "The acts, at most 500: [{operation, input}, ...]; in the terminal the name of a JSON file, or `-`."


class ItemInput(Input):
    """One act: the name of an operation, and what it takes."""

    operation: str = Field(description="An operation that acts, e.g. work_orders.create.")
    input: dict[str, Any] = Field(description="What that operation takes.")


class CreateInput(Input):
    """What is to be done, in order."""

    items: list[ItemInput] = Field(min_length=1, max_length=500, description=_ITEMS)
    idempotency_key: str | None = Field(
        default=None, max_length=200, description="The same key again is the same job: it is made once."
    )


class OneJob(Input):
    """Which job."""

    id: str = Field(description="The job's id.")


class ListInput(Input):
    """Which jobs."""

    before: str | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


@operation("jobs.create", "act", examples=("rooftree jobs create orders.json",))
def create(caller: Caller, given: CreateInput) -> dict[str, Any]:
    """Ask for many writes at once; the server or a worker carries them out, each verified or with its own error.

    An item that cannot be used fails by itself, and stops no other.
    """
    wanted = [(each.operation, each.input) for each in given.items]
    services = caller.services
    with services.database.write() as conn:
        id = jobs.create(
            conn,
            services.keys,
            caller.organization_id,
            caller.name,
            wanted,
            services.clock.now(),
            key=given.idempotency_key,
        )
    return {"job": id, **get(caller, OneJob(id=id))}


@operation("jobs.get", "read", examples=("rooftree jobs get job_...",))
def get(caller: Caller, given: OneJob) -> dict[str, Any]:
    """One job: how far it is, and what came of each item."""
    services = caller.services
    with services.database.read() as conn:
        found = jobs.get(conn, given.id, caller.organization_id)
        items = jobs.items(conn, services.keys, given.id)
        counts = jobs.counts(conn, [given.id])[given.id]
    return {**_told(found, counts), "items": [_item(each) for each in items]}


@operation("jobs.list", "read", examples=("rooftree jobs list --limit 5",))
def list_jobs(caller: Caller, given: ListInput) -> dict[str, Any]:
    """Jobs, the newest first, each with how many of its items are in which state."""
    with caller.services.database.read() as conn:
        page = jobs.listed(conn, caller.organization_id, given.before, given.limit)
        counts = jobs.counts(conn, [row.id for row in page])
    following = page[-1].id if len(page) == given.limit else None
    return {"items": [_told(row, counts[row.id]) for row in page], "next": following}


@operation("jobs.retry", "act", examples=("rooftree jobs retry job_...",))
def retry(caller: Caller, given: OneJob) -> dict[str, Any]:
    """Try again what failed; what was done stays done, and what a person must look at is left to them."""
    with caller.services.database.write() as conn:
        jobs.get(conn, given.id, caller.organization_id)
        jobs.retry(conn, given.id, caller.services.clock.now())
    return {"job": given.id, **get(caller, given)}


def run_due(services: Services) -> int:
    """Carry out what is due, of all organizations; how many items were looked at. A chore of server and worker."""
    with services.database.write() as conn:
        claimed = jobs.claim(conn, services.keys, services.clock.now(), _AT_ONCE)
    for item in claimed:
        _look_at(services, item)
    return len(claimed)


def _look_at(services: Services, item: Item) -> None:
    """Bring one item as far as it gets now, and keep what came of it."""
    try:
        answer = _answer(services, item)
        state, due_at = _STATES.get(answer.get("state", ""), "done"), answer.get("due_at")
    except Unavailable:
        raise
    except RooftreeError as error:
        again = isinstance(error, RateLimited | Unreachable) and item.attempts + 1 < _MOST_ATTEMPTS
        wait = timedelta(seconds=getattr(error, "retry_after", 0) or 2**item.attempts)
        answer = problems.document(error) | {"detail": mask(str(error))}
        state, due_at = ("queued", services.clock.now() + wait) if again else ("failed", None)
    except Exception as error:  # noqa: BLE001 - one item with a fault of ours must not stop the others; it says so
        _logger.error("job item broke", job=item.job_id, position=item.position, error=type(error).__name__)
        answer, state, due_at = problems.document(error), "failed", None
    with services.database.write() as conn:
        jobs.keep(conn, services.keys, item, state, answer, services.clock.now(), due_at)


def _answer(services: Services, item: Item) -> dict[str, Any]:
    """What the operation answers now; a write under way is looked at, and not asked for again."""
    caller = Caller(organization_id=item.organization_id, name=item.actor, services=services)
    asked = _acting(item.operation)
    given = {**item.input, "idempotency_key": item.key} if _knows_keys(asked) else dict(item.input)
    if item.state == "waiting":
        known = pushes.find(services.database, services.keys, f"{item.organization_id}:{given['idempotency_key']}")
        if known is not None:
            return shown(outcome_of(services.database, services.keys, known))
    told: dict[str, Any] = asked.run(caller, validated(asked.input, given))
    return told


def _knows_keys(asked: Operation) -> bool:
    return "idempotency_key" in asked.input.model_fields


def _acting(name: str) -> Operation:
    """The operation of an item; raises InvalidInput for one that is none or does not act."""
    acting = {each.name: each for each in all_operations() if each.kind == "act" and not each.name.startswith("jobs.")}
    if name not in acting:
        raise InvalidInput(f"{name} is no operation that acts; use one of {', '.join(acting)}.", path="operation")
    return acting[name]


def _told(row: Any, counts: Mapping[str, int]) -> dict[str, Any]:
    return {"id": row.id, "state": _state(counts), "counts": dict(counts), "made_at": row.made_at, "by": row.actor}


def _state(counts: Mapping[str, int]) -> str:
    """running while anything is open; then done, partly_done or failed."""
    if any(counts.get(state) for state in jobs.OPEN):
        return "running"
    if not counts.get("failed") and not counts.get("needs_human"):
        return "done"
    return "partly_done" if counts.get("done") else "failed"


def _item(item: Item) -> dict[str, Any]:
    trouble = item.answer is not None and "title" in item.answer
    return {
        "position": item.position,
        "operation": item.operation,
        "state": item.state,
        "result": None if trouble else item.answer,
        "error": item.answer if trouble else None,
        "attempts": item.attempts,
        "due_at": item.due_at,
        "done_at": item.done_at,
    }
