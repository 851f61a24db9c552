"""Forgetting one person: the keys of all we hold about them are destroyed, at once and for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from rooftree.effects.ledger import key_subject
from rooftree.errors import InvalidInput
from rooftree.model.leasing import Resident
from rooftree.store import messages, records
from rooftree.store.keys import Keys
from rooftree.store.tables.cases import act, cases
from rooftree.store.tables.effects import push
from rooftree.store.tables.keys import data_key
from rooftree.store.tables.mirror import mirror, mirror_lookup


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was made unreadable."""

    records: int
    cases: int
    texts: int
    writes: int
    """What was written to the PMS or sent about them."""


def erase_resident(
    conn: Connection, keys: Keys, organization_id: str, connection_id: str, resident_id: str, now: datetime
) -> Erased:
    """Destroy the keys of a resident's mirrored record, cases, texts and writes, and the ways to look them up.

    A write still under way is left to a person, who is told so. The PMS keeps its own record; a later read would
    mirror it again under a new key. Raises InvalidInput when there is no such resident.
    """
    found = records.by_external_id(conn, keys, connection_id, Resident, resident_id)
    if found is None:
        raise InvalidInput(f"There is no resident {resident_id} in this connection.", path="resident")
    of_person = [record.id for record in _same_person(conn, keys, organization_id, found.record)]
    case_ids = list(conn.scalars(select(cases.c.id).where(_of_resident(connection_id, resident_id))))
    texts = [text.id for case_id in case_ids for text in messages.of_case(conn, keys, case_id)]
    written = _written(conn, connection_id, resident_id, case_ids)
    ids = {found.id, *of_person}
    _leave_to_person(conn, written, now)
    keys.destroy(conn, {*ids, *case_ids, *texts, *written}, now)
    conn.execute(delete(mirror_lookup).where(mirror_lookup.c.mirror_id.in_(ids)))
    return Erased(records=len(ids), cases=len(case_ids), texts=len(texts), writes=len(written))


def _written(conn: Connection, connection_id: str, resident_id: str, case_ids: Sequence[str]) -> list[str]:
    """The keys of all that was written or sent: by acts of the cases, on the resident, on their work orders."""
    orders = select(mirror.c.external_id).where(
        mirror.c.connection_id == connection_id, mirror.c.record == "work_order", mirror.c.resident_id == resident_id
    )
    about = or_(
        (push.c.record == "resident") & (push.c.record_id == resident_id),
        (push.c.record == "work_order") & push.c.record_id.in_(orders),
    )
    written = conn.scalars(select(push.c.op_key).where(push.c.connection_id == connection_id, about))
    acts = conn.scalars(select(act.c.id).where(act.c.case_id.in_(case_ids)))
    begun = [data_key.c.subject.startswith(key_subject(id), autoescape=True) for id in acts]
    found = conn.scalars(select(data_key.c.subject).where(or_(*begun))) if begun else ()
    return sorted({*map(key_subject, written), *found})


def _leave_to_person(conn: Connection, written: Sequence[str], now: datetime) -> None:
    """What is still under way cannot go on unread: its end is a person's to look up in the PMS."""
    mine = push.c.op_key.in_([subject.removeprefix(key_subject("")) for subject in written]) & (push.c.state == "open")
    said = {"state": "needs_human", "reason": "The resident was erased before this write ended: look in the PMS."}
    conn.execute(update(push).where(mine).values(**said, over_at=now, due_at=None))


def _of_resident(connection_id: str, resident_id: str) -> ColumnElement[bool]:
    return (cases.c.connection_id == connection_id) & (cases.c.resident_id == resident_id)


def _same_person(
    conn: Connection, keys: Keys, organization_id: str, person: Resident
) -> list[records.Mirrored[Resident]]:
    """Other entries of the same resident: the same phone and the same name."""
    same = []
    for phone in person.phones:
        for found in records.find_by_phone(conn, keys, organization_id, phone.number):
            if isinstance(found.record, Resident) and found.record.name == person.name:
                same.append(found)  # noqa: PERF401 - two conditions read better as a loop
    return same  # type: ignore[return-value]
