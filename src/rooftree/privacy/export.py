"""Everything we hold of an organization, readable, one JSON line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from rooftree.model.names import RECORDS
from rooftree.store import cases, codec, connections, messages, records
from rooftree.store.keys import Keys

_PAGE = 500


def lines(conn: Connection, keys: Keys, organization_id: str, connection_id: str | None = None) -> Iterator[Any]:
    """Connections (without secrets), mirrored records, cases with their texts; what was erased is left out."""
    for found in connections.listed(conn, organization_id):
        if connection_id in (None, found.id):
            yield {"kind": "connection", "id": found.id, "name": found.name, "pms": found.pms, "mode": found.mode}
            yield from _records(conn, keys, found.id)
    yield from _cases(conn, keys, organization_id, connection_id)


def _records(conn: Connection, keys: Keys, connection_id: str) -> Iterator[Any]:
    for name, kind in RECORDS.items():
        after: str | None = None
        while page := records.list_page(
            conn, keys, kind, connection_id=connection_id, after=after, limit=_PAGE, deleted=True
        ):
            for found in page:
                body = codec.loads(codec.encode(found.record, without=("raw",)))
                raw = dict(found.record.raw)
                facts = {"kind": name, "id": found.id, "connection": connection_id, "as_of": found.as_of}
                yield {**facts, "deleted_at": found.deleted_at, "data": body, "raw": raw}
            after = page[-1].id


def _cases(conn: Connection, keys: Keys, organization_id: str, connection_id: str | None) -> Iterator[Any]:
    before = None
    while page := cases.recent(conn, keys, organization_id, limit=_PAGE, before=before):
        for case in page:
            if connection_id in (None, case.connection):
                yield {"kind": "case", "id": case.id, "data": codec.loads(codec.encode(case))}
                for text in messages.of_case(conn, keys, case.id):
                    facts = {"kind": "text", "id": text.id, "case": case.id, "at": text.at, "state": text.state}
                    yield {**facts, "from": text.sender, "to": text.recipient, "text": text.text}
        before = page[-1].updated_at
