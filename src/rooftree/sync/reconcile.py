"""Reconciliation: an audit, its rows in the drift ledger, and repair by rule; the rest waits for a person.

The PMS is the truth, so the mirror takes what it says. Not while a write of ours to the record is under way; not when
a tenth of a kind disagrees at once, for then our reading is more likely wrong than the mirror; and a record is believed
gone only by the proof of a complete scan (`settle`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from sqlalchemy import Connection

from rooftree.clock import iso
from rooftree.connectors.base import Gap, Resource
from rooftree.errors import ConnectorError, InvalidInput
from rooftree.redact import mask
from rooftree.store import codec, drift, events, records, unreadable
from rooftree.store.drift import WHOLE, Disagreement
from rooftree.store.mirroring import bury, doubt, put_page
from rooftree.store.schema import new_id
from rooftree.sync import audit, echoes, health, pull
from rooftree.sync.audit import Counted, Finding, Tally
from rooftree.sync.pull import Progress
from rooftree.sync.settle import BRAKE_FREE, BRAKE_SHARE
from rooftree.sync.source import Source, parents_first, readable

HOT = ("work_order", "guest_card", "lead")
"""Half of a sample are the records of these kinds that were read last."""
NIGHTLY = 200
"""Records of a sample unless told otherwise."""
REPAIRS = {
    "mirror_took_it": "The mirror took what the property system says.",
    "agrees_again": "Both say the same again.",
    "buried": "The mirror counts it as deleted: a complete scan did not show it.",
    "waits_for_our_write": "Left until our write to it is over.",
    "waits_for_a_full_scan": "Left until a complete scan proves that it is gone.",
    "held": "Left to a person: so much disagrees at once that our reading may be what is wrong.",
    "left_to_a_person": "Left to a person: it cannot be read.",
}
"""Each outcome in words for people."""
_NO_SAMPLE = "This property system shows no single one; a full audit looks at them."
_AT_ONCE = 50
_MIRROR = ("mirror_took_it", "agrees_again", "buried")


@dataclass(slots=True, kw_only=True)
class Kind:
    """One kind of record in a report; counts of records."""

    record: str
    checked: int = 0
    agreed: int = 0
    on_the_way: int = 0
    disagree: int = 0
    repaired: int = 0
    open: int = 0
    why_not: str = ""
    """Why it was not audited, or not to its end."""
    failed: bool = False


@dataclass(slots=True, kw_only=True)
class Report:
    """What an audit found and did; it holds counts and names of fields and nothing personal, so it can be sent."""

    id: str
    connection: str
    name: str
    pms: str
    kind: Literal["sample", "full"]
    started_at: datetime
    seconds: float = 0.0
    calls: int = 0
    kinds: list[Kind] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)
    """`work_order.title` -> in how many records it differed, worst first."""
    causes: dict[str, int] = field(default_factory=dict)
    repairs: dict[str, int] = field(default_factory=dict)

    @property
    def checked(self) -> int:
        return sum(one.checked for one in self.kinds)

    @property
    def agreed_share(self) -> float | None:
        """Of the records compared, the share that said the same in every field; None when none was."""
        return sum(one.agreed for one in self.kinds) / self.checked if self.checked else None

    @property
    def needs_a_person(self) -> bool:
        """Whether something stayed open that no later audit settles by itself."""
        return bool(self.repairs.keys() & {"held", "left_to_a_person"}) or any(one.failed for one in self.kinds)

    def told(self) -> dict[str, Any]:
        """The whole report as JSON takes it."""
        sums = {"checked": self.checked, "agreed_share": self.agreed_share, "needs_a_person": self.needs_a_person}
        return {**asdict(self), "started_at": iso(self.started_at), **sums}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to audit: `sample` records, or all where it is None; `release` lets a held mass repair through."""

    sample: int | None = None
    release: bool = False
    progress: Progress | None = None
    go_on: Callable[[], None] = lambda: None
    """Called before each record of a sample; may raise to stop."""


def reconcile(source: Source, wanted: Wanted) -> Report:
    """Audit a connection, write down where it drifted, repair by rule; never raises for a PMS that fails midway."""
    if wanted.sample is not None and wanted.sample < 1:
        raise InvalidInput("A sample has at least one record.", path="sample")
    counted = Counted(source.wire)
    source = replace(source, wire=counted)
    connection, began = source.connection, source.clock.now()
    report = Report(
        id=new_id("audit"),
        connection=connection.id,
        name=connection.name,
        pms=source.connector.manifest.title,
        kind="full" if wanted.sample is None else "sample",
        started_at=began,
    )
    for resource, look in _looks(source, wanted, report):
        try:
            tally = look()
        except ConnectorError as error:
            report.kinds.append(Kind(record=resource.name, why_not=mask(str(error)), failed=True))
            health.failed(source.database, connection.id, source.connector, error)
            if health.concerns_all(error):
                break
            continue
        _settle(source, resource, tally, report, wanted)
    report.fields = dict(Counter(report.fields).most_common())
    report.calls, report.seconds = counted.calls, (source.clock.now() - began).total_seconds()
    with source.database.write() as conn:
        drift.keep_audit(conn, report.id, connection.organization_id, connection.id, report.kind, began, report.told())
    return report


def _looks(source: Source, wanted: Wanted, report: Report) -> list[tuple[Resource[Any], Callable[[], Tally]]]:
    """What to look at, in order, each to be called."""
    listed = parents_first(source.connector.resources)
    if wanted.sample is None:
        return [(row, lambda row=row: audit.full(source, row, wanted.progress)) for row in listed]  # type: ignore[misc]
    rows = {row.name: row for row in listed if not isinstance(row.get, Gap)}
    for row in listed:
        if row.name not in rows:
            report.kinds.append(Kind(record=row.name, why_not=_NO_SAMPLE))
    with source.database.read() as conn:
        picked = records.sample(conn, source.connection.id, list(rows), HOT, wanted.sample)
    ids = {name: [id for record, id in picked if record == name] for name in rows}
    return [
        (row, lambda row=row: audit.sampled(source, row, ids[row.name], wanted.go_on))  # type: ignore[misc]
        for row in rows.values()
        if ids[row.name]
    ]


def repair_one(source: Source, record: str, id: str) -> str:
    """A person has one record set right: it is read again and the mirror takes what the PMS says; what was done."""
    resource = next((row for row in source.connector.resources if row.name == record and readable(row)), None)
    if resource is None or isinstance(resource.get, Gap):
        raise InvalidInput(f"A single {record} cannot be read here; `rooftree reconcile --full` can.", path="id")
    tally = audit.one(source, resource, id)
    found = tally.findings
    if found and found[0].cause == "missing_there":
        _bury(source, resource, found[0])
        return "buried"
    return (*_kept(source, resource, found, [] if found else [id], held=False), "agrees_again")[0]


def _bury(source: Source, resource: Resource[Any], one: Finding) -> None:
    now, where = source.clock.now(), (source.connection.id, resource.name)
    with source.database.write() as conn:
        gone = bury(conn, *where, one.external_id, now=now, reason="The PMS says it is not there.")
        echoes.tell(conn, source, resource.name, [gone] if gone else [], [], at=now, seen_by="poll")
        drift.settle(conn, *where, [one.external_id], "buried", now)


def _settle(source: Source, resource: Resource[Any], tally: Tally, report: Report, wanted: Wanted) -> None:
    """Keep and repair what one kind of record showed, and count it into the report."""
    differing = sum(one.ours is not None and one.theirs is not None for one in tally.findings)
    held = not wanted.release and differing > BRAKE_FREE and differing > BRAKE_SHARE * tally.checked
    repairs = _kept(source, resource, tally.findings, _compared(source, tally), held=held)
    if held:
        _tell_held(source, resource, tally, differing)
    if tally.complete and not held and any(one.cause == "missing_there" for one in tally.findings):
        repairs = _proven_gone(source, resource, tally.findings, repairs, release=wanted.release)
    done = sum(repair in _MIRROR for repair in repairs)
    kind = Kind(
        record=resource.name,
        checked=tally.checked,
        agreed=tally.agreed,
        on_the_way=tally.on_the_way,
        disagree=len(repairs),
        repaired=done,
        open=len(repairs) - done,
        why_not=tally.why_not,
    )
    report.kinds.append(kind)
    named = Counter(f"{resource.name}.{name}" for one in tally.findings for name in one.fields)
    report.fields = dict(Counter(report.fields) + named)
    report.causes = dict(Counter(report.causes) + Counter(one.cause for one in tally.findings))
    report.repairs = dict(Counter(report.repairs) + Counter(repairs))


def _compared(source: Source, tally: Tally) -> list[str]:
    """The records that were open in the ledger and were seen to agree."""
    with source.database.read() as conn:
        open_ = drift.open_ids(conn, source.connection.id, tally.record)
    differ = {one.external_id for one in tally.findings}
    return sorted(open_ & tally.shown - differ)


def _kept(
    source: Source, resource: Resource[Any], findings: Sequence[Finding], agreeing: Sequence[str], *, held: bool
) -> list[str]:
    """Rows of the ledger and the repair by rule; what was done about each finding.

    A few at a time, each lot in one transaction, so that webhooks are taken in between.
    """
    repairs = [_repair_of(one, held) for one in findings]
    with source.database.write() as conn:
        where = (source.connection.id, resource.name)
        drift.settle(conn, *where, agreeing, "agrees_again", source.clock.now())
    both = list(zip(findings, repairs, strict=True))
    for start in range(0, len(both), _AT_ONCE):
        with source.database.write() as conn:
            _keep_lot(conn, source, resource, both[start : start + _AT_ONCE])
    return repairs


def _keep_lot(conn: Connection, source: Source, resource: Resource[Any], lot: Sequence[tuple[Finding, str]]) -> None:
    connection, name, now = source.connection, resource.name, source.clock.now()
    rows = [row for one, repair in lot for row in _rows(one, repair)]
    drift.keep(conn, source.keys, connection.organization_id, connection.id, name, rows, now)
    _take(conn, source, resource, [one for one, repair in lot if repair == "mirror_took_it"])
    for one, _ in lot:
        if one.misfit is not None:
            _keep_misfit(conn, source, name, one)
    doubt(conn, connection.id, name, [one.external_id for one, _ in lot if one.cause == "missing_there"], now)


def _repair_of(one: Finding, held: bool) -> str:
    if one.cause == "unreadable":
        return "left_to_a_person"
    if one.waits:
        return "waits_for_our_write"
    if one.cause == "missing_there":
        return "waits_for_a_full_scan"
    return "held" if held and one.ours is not None else "mirror_took_it"


def _rows(one: Finding, repair: str) -> list[Disagreement]:
    facts: dict[str, Any] = {
        "external_id": one.external_id,
        "cause": one.cause,
        "repair": repair,
        "repaired": repair in _MIRROR,
        "agreed_at": one.ours.as_of if one.ours else None,
    }
    if one.theirs is None or one.ours is None or one.fields == (WHOLE,):
        return [Disagreement(field=WHOLE, **facts)]
    there, here = (codec.loads(codec.encode(each, without=("raw",))) for each in (one.theirs, one.ours.record))
    return [
        Disagreement(field=name, subject=one.ours.id, theirs=there.get(name), ours=here.get(name), **facts)
        for name in one.fields
    ]


def _take(conn: Connection, source: Source, resource: Resource[Any], taken: Sequence[Finding]) -> None:
    """The mirror takes what the PMS says, with the events of any change that is read; a page at a time, as it came."""
    where = (source.connection.id, resource.name)
    for as_of, group in groupby(taken, key=attrgetter("as_of")):
        found = [one.theirs for one in group if one.theirs is not None]
        put = put_page(conn, source.keys, *where, found, as_of=as_of, source="poll")
        changes = [*put.created, *put.changed]
        echoes.tell(conn, source, resource.name, changes, found, at=as_of, seen_by="poll")
        unreadable.readable(conn, *where, [one.id for one in found])


def _keep_misfit(conn: Connection, source: Source, name: str, one: Finding) -> None:
    assert one.misfit is not None
    now, where = source.clock.now(), (source.connection.id, name)
    doubt(conn, *where, [one.misfit.external_id] if one.misfit.external_id else [], now)
    raw, why = one.misfit.raw, one.misfit.error
    unreadable.keep(conn, source.keys, *where, one.misfit.external_id, raw, error=why, now=now)


def _proven_gone(
    source: Source, resource: Resource[Any], findings: Sequence[Finding], repairs: Sequence[str], *, release: bool
) -> list[str]:
    """Let a scan of its own, with all its proofs and its brake, say what is gone."""
    pull.full(source, [resource.name], release=release)
    gone = {one.external_id for one in findings if one.cause == "missing_there"}
    where, now = (source.connection.id, resource.name), source.clock.now()
    with source.database.write() as conn:
        there = {id for id in gone if _lives(conn, source, resource, id)}
        drift.settle(conn, *where, gone - there, "buried", now)
    return [
        "buried" if one.external_id in gone - there else repair for one, repair in zip(findings, repairs, strict=True)
    ]


def _lives(conn: Connection, source: Source, resource: Resource[Any], id: str) -> bool:
    found = records.by_external_id(conn, source.keys, source.connection.id, resource.record, id)
    return found is not None and found.deleted_at is None


def _tell_held(source: Source, resource: Resource[Any], tally: Tally, differing: int) -> None:
    with source.database.write() as conn:
        events.append(
            conn,
            organization_id=source.connection.organization_id,
            connection_id=source.connection.id,
            name="sync.drift_held",
            at=source.clock.now(),
            record=resource.name,
            data={"disagree": differing, "checked": tally.checked},
        )
