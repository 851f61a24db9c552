"""Forgetting one person: the keys of all we hold about them are destroyed, at once and for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from rooftree.errors import InvalidInput
from rooftree.model.leasing import Resident
from rooftree.store import messages, records
from rooftree.store.keys import Keys
from rooftree.store.tables.cases import cases
from rooftree.store.tables.mirror import mirror_lookup


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was made unreadable."""

    records: int
    cases: int
    texts: int


def erase_resident(
    conn: Connection, keys: Keys, organization_id: str, connection_id: str, resident_id: str, now: datetime
) -> Erased:
    """Destroy the keys of a resident's mirrored record, cases and texts, and the ways to look them up.

    The PMS keeps its own record; a later read would mirror it again under a new key. Raises InvalidInput when there
    is no such resident.
    """
    found = records.by_external_id(conn, keys, connection_id, Resident, resident_id)
    if found is None:
        raise InvalidInput(f"There is no resident {resident_id} in this connection.", path="resident")
    of_person = [record.id for record in _same_person(conn, keys, organization_id, found.record)]
    case_ids = list(conn.scalars(select(cases.c.id).where(_of_resident(connection_id, resident_id))))
    texts = [text.id for case_id in case_ids for text in messages.of_case(conn, keys, case_id)]
    subjects = {found.id, *of_person, *case_ids, *texts}
    keys.destroy(conn, subjects, now)
    conn.execute(delete(mirror_lookup).where(mirror_lookup.c.mirror_id.in_([found.id, *of_person])))
    return Erased(records=len({found.id, *of_person}), cases=len(case_ids), texts=len(texts))


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
