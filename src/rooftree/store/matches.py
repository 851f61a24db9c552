"""Two records that may be one person: proposed, merged by a person, or dismissed; every merge can be undone.

A merge changes no record. It says that one record stands for the other, so that a person is found once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from rooftree.errors import InvalidInput, NotAllowed
from rooftree.store.schema import new_id
from rooftree.store.tables.matches import person_match
from rooftree.store.tables.mirror import mirror, mirror_lookup

State = Literal["proposed", "merged", "dismissed"]
_CROWD = 20
"""A telephone or name that more records share says nothing about any two of them."""


def candidates(conn: Connection, organization_id: str) -> Iterator[tuple[str, str]]:
    """Pairs of living records of one kind that share a telephone, an e-mail or a name, and were not judged yet."""
    shared = (
        select(mirror_lookup.c.digest)
        .where(mirror_lookup.c.organization_id == organization_id)
        .group_by(mirror_lookup.c.digest)
        .having(func.count().between(2, _CROWD))
    )
    query = (
        select(mirror_lookup.c.digest, mirror.c.id, mirror.c.record)
        .join(mirror, mirror.c.id == mirror_lookup.c.mirror_id)
        .where(
            mirror_lookup.c.organization_id == organization_id,
            mirror_lookup.c.digest.in_(shared),
            mirror.c.deleted_at.is_(None),
        )
        .order_by(mirror_lookup.c.digest, mirror.c.id)
    )
    groups: dict[tuple[bytes, str], list[str]] = {}
    for row in conn.execute(query):
        groups.setdefault((row.digest, row.record), []).append(row.id)
    pairs = {(a, b) for ids in groups.values() for at, a in enumerate(ids) for b in ids[at + 1 :]}
    yield from sorted(pairs - _judged(conn, organization_id))


def propose(
    conn: Connection, organization_id: str, kept_id: str, other_id: str, *, score: float, why: str, now: datetime
) -> None:
    """Note a pair for a person to look at."""
    row = {"id": new_id("mat"), "organization_id": organization_id, "kept_id": kept_id, "other_id": other_id}
    conn.execute(insert(person_match).values(**row, score=score, why=why, state="proposed", at=now))


def get(conn: Connection, id: str, organization_id: str) -> Row[Any]:
    """One pair; raises NotAllowed."""
    query = select(person_match).where(person_match.c.id == id, person_match.c.organization_id == organization_id)
    found = conn.execute(query).first()
    if found is None:
        raise NotAllowed(f"There is no match {id} here.")
    return found


def listed(conn: Connection, organization_id: str, state: str, limit: int) -> Sequence[Row[Any]]:
    """Pairs in one state, the likeliest first."""
    query = select(person_match).where(person_match.c.organization_id == organization_id, person_match.c.state == state)
    return conn.execute(query.order_by(person_match.c.score.desc(), person_match.c.id).limit(limit)).all()


def judge(conn: Connection, found: Row[Any], state: State, *, keep: str | None, by: str, now: datetime) -> None:
    """A person decides: merged (`keep` stands for both), dismissed, or back to proposed, which undoes a merge.

    Raises InvalidInput for a record that is none of the two, or one that another merge stands for already.
    """
    kept, other = found.kept_id, found.other_id
    if keep is not None and keep not in (kept, other):
        raise InvalidInput("Keep one of the two records of this match.", path="keep")
    if keep == other:
        kept, other = other, kept
    if state == "merged" and {kept, other} & _standing(conn):
        raise InvalidInput("One of the two is merged into another record already; undo that first.", path="id")
    values = {"state": state, "kept_id": kept, "other_id": other, "by": by, "at": now}
    conn.execute(update(person_match).where(person_match.c.id == found.id).values(**values))


def merged_away(conn: Connection, ids: Sequence[str]) -> set[str]:
    """Those of the records for which another one of them stands."""
    chosen = (person_match.c.state == "merged") & person_match.c.other_id.in_(ids) & person_match.c.kept_id.in_(ids)
    return set(conn.scalars(select(person_match.c.other_id).where(chosen)))


def _standing(conn: Connection) -> set[str]:
    return set(conn.scalars(select(person_match.c.other_id).where(person_match.c.state == "merged")))


def _judged(conn: Connection, organization_id: str) -> set[tuple[str, str]]:
    rows = conn.execute(
        select(person_match.c.kept_id, person_match.c.other_id).where(person_match.c.organization_id == organization_id)
    )
    return {(min(row), max(row)) for row in rows}
