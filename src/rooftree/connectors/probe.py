"""What a connection can really do: one safe read per resource and read verb, and the rights of the key to write.

Nothing is ever written. Where the PMS lets them be learned, rights are learned by calls that cannot be accepted
(`Connector.trials`); elsewhere a write is unproven until the first one, and what that showed is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from rooftree.clock import Clock
from rooftree.connectors.base import VERBS, Answer, Connector, Context, Gap, Query, Request, Resource, Wire
from rooftree.errors import Conflict, ConnectorError, NotFound, Rejected, RooftreeError, Unauthorized

READ_VERBS = ("list", "get")
UNPROVEN = "not known until the first write"
NOTHING_WRITTEN = "nothing was written"
ALLOWED = f"the key has the right; {NOTHING_WRITTEN}"
Proof = Literal["shown", "allowed", "refused", "unproven", "nothing_to_ask"]
_REFUSED_FOR_ITS_DATA = (Rejected, NotFound, Conflict)
_MISFITS = (ConnectorError, KeyError, ValueError, TypeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one verb of one resource showed.

    `ok` is None where nothing was shown: a write nobody tried, or a read where the account holds nothing to ask for.
    """

    record: str
    verb: str
    ok: bool | None
    status: int | None = None
    seconds: float = 0.0
    lag: float | None = None
    """Seconds from the answer to a write until it was read back; None for a read."""
    count: int | None = None
    why: str = ""

    @property
    def proof(self) -> Proof:
        """What is known of it, in a word."""
        return proof_of(self.verb, self.ok, self.why)


def proof_of(verb: str, ok: bool | None, why: str) -> Proof:
    """What is known of a verb that showed `ok`: a write that nobody tried is unproven, a right is not yet a write."""
    if ok is None:
        return "nothing_to_ask" if verb in READ_VERBS else "unproven"
    if ok and why.endswith(NOTHING_WRITTEN):
        return "allowed"
    return "shown" if ok else "refused"


class _Watched:
    """The wire, remembering the status of the last answer."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.status: int | None = None

    @property
    def options(self) -> Mapping[str, str]:
        return self._wire.options

    def read(self, request: Request) -> Answer:
        self.status = None
        answer = self._wire.read(request)
        self.status = answer.status
        return answer


@dataclass(slots=True)
class _Tour:
    """A walk over the table; the first id of each list is what `get` and lists under a parent then ask for."""

    connector: Connector
    wire: _Watched
    clock: Clock
    context: Context
    first: dict[str, str] = field(default_factory=dict)

    def of(self, resource: Resource[Any]) -> Iterable[Evidence]:
        for verb in VERBS:
            if isinstance(resource.verb(verb), Gap):
                continue
            if verb == "list":
                yield self._list(resource)
            elif verb == "get":
                yield self._get(resource)
            else:
                yield self._write(resource, verb)

    def _list(self, resource: Resource[Any]) -> Evidence:
        parent = self.first.get(resource.parent) if resource.parent else None
        if resource.parent and parent is None:
            return Evidence(record=resource.name, verb="list", ok=None, why=f"no {resource.parent} to list under")
        return self._judged(resource, "list", lambda: self._read_page(resource, parent))

    def _get(self, resource: Resource[Any]) -> Evidence:
        id = self.first.get(resource.name)
        if id is None:
            return Evidence(record=resource.name, verb="get", ok=None, why="nothing was listed to ask for")
        return self._judged(resource, "get", lambda: self._read_one(resource, id))

    def _write(self, resource: Resource[Any], verb: str) -> Evidence:
        told = Evidence(record=resource.name, verb=verb, ok=None, why=UNPROVEN)
        if self.connector.local is not None:
            return replace(told, ok=True, why=f"no key is needed inside Rooftree; {NOTHING_WRITTEN}")
        trials = self.connector.trials.get(f"{resource.name}.{verb}")
        return self._rights(told, trials) if trials else told

    def _rights(self, told: Evidence, trials: Sequence[Request]) -> Evidence:
        """By calls that cannot be accepted: each must be refused for its data, and none for the key."""
        status = None
        for request in trials:
            try:
                self.wire.read(request)
            except _REFUSED_FOR_ITS_DATA as refusal:
                status = refusal.status
            except Unauthorized as refusal:
                return replace(told, ok=False, status=refusal.status, why=_why(refusal))
            except ConnectorError as error:
                return replace(told, status=error.status, why=f"{UNPROVEN}: {_why(error)}")
            else:
                return replace(told, status=self.wire.status, why=f"{UNPROVEN}: the PMS took a call that says nothing")
        return replace(told, ok=True, status=status, why=ALLOWED)

    def _read_page(self, resource: Resource[Any], parent: str | None) -> int:
        page = resource.list(self.wire, Query(parent=parent, page_size=1), None)  # type: ignore[operator]
        records = [resource.read(item, self.context) for item in page.items]
        if records:
            self.first.setdefault(resource.name, records[0].id)
        return len(records)

    def _read_one(self, resource: Resource[Any], id: str) -> int:
        resource.read(resource.get(self.wire, id), self.context)  # type: ignore[operator]
        return 1

    def _judged(self, resource: Resource[Any], verb: str, call: Callable[[], int]) -> Evidence:
        started = self.clock.now()
        told = Evidence(record=resource.name, verb=verb, ok=True)
        try:
            count = call()
            told = replace(told, count=count, status=self.wire.status)
        except _MISFITS as error:
            status = error.status if isinstance(error, ConnectorError) else None
            told = replace(told, ok=False, status=status, why=_why(error))
        return replace(told, seconds=(self.clock.now() - started).total_seconds())


def probe(connector: Connector, wire: Wire, clock: Clock, context: Context | None = None) -> list[Evidence]:
    """Evidence for every verb that is not a gap, in the table's order; a refused key is evidence, not a crash.

    Lists ask for one record a page. A record listed under a parent is asked for under the first parent there is.
    """
    tour = _Tour(connector, _Watched(wire), clock, context or Context())
    parents_first = sorted(connector.resources, key=lambda resource: resource.parent is not None)
    found = [each for resource in parents_first for each in tour.of(resource)]
    order = [resource.name for resource in connector.resources]
    return sorted(found, key=lambda each: order.index(each.record))


def to_rows(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """The evidence as it is shown and kept, each with its proof."""
    return [{**asdict(each), "proof": each.proof} for each in evidence]


def of_rows(rows: Iterable[Mapping[str, Any]]) -> list[Evidence]:
    """The evidence in rows that hold its fields among others, as it is kept."""
    names = [each.name for each in fields(Evidence)]
    return [Evidence(**{name: row[name] for name in names if name in row}) for row in rows]


def _why(error: Exception) -> str:
    """The reason in a line; a misfit names only the kind of error, as its text may quote a record."""
    return str(error) if isinstance(error, RooftreeError) else f"does not fit our mapping ({type(error).__name__})"
