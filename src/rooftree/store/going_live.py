"""What a connection is live for, by property and kind of act; and the test text and test page that come before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from rooftree.db import insert_new
from rooftree.store.connections import PmsConnection
from rooftree.store.keys import Keys
from rooftree.store.offers import digest, free_code, link_secret
from rooftree.store.schema import new_id
from rooftree.store.tables.cases import page
from rooftree.store.tables.going_live import live_scope, live_test

ALL = "*"
TestKind = Literal["text", "page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One property (ALL: every one) and one kind of act (ALL: every one), live since then."""

    property_id: str
    action: str
    live_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTest:
    """A test text or page; passed once it was delivered, or a person has taken it."""

    id: str
    connection_id: str
    organization_id: str
    kind: TestKind
    code: str
    made_at: datetime
    passed_at: datetime | None
    passed_by: str | None

    @property
    def op_key(self) -> str:
        """Under which its text was sent."""
        return f"live-test:{self.id}"


def grant(conn: Connection, connection_id: str, property_id: str, action: str, *, by: str, now: datetime) -> None:
    """Live from now on for this property and kind of act; a second grant changes nothing."""
    row = {"connection_id": connection_id, "property_id": property_id, "action": action}
    insert_new(conn, live_scope, {**row, "live_at": now, "by": by})


def withdraw(conn: Connection, connection_id: str) -> None:
    """Live for nothing any more."""
    conn.execute(delete(live_scope).where(live_scope.c.connection_id == connection_id))


def scopes(conn: Connection, connection_id: str) -> list[Scope]:
    """What the connection is live for; empty for one that began live for everything (simulators only)."""
    query = select(live_scope).where(live_scope.c.connection_id == connection_id)
    rows = conn.execute(query.order_by(live_scope.c.property_id, live_scope.c.action))
    return [Scope(property_id=row.property_id, action=row.action, live_at=row.live_at, by=row.by) for row in rows]


def since(conn: Connection, connection: PmsConnection, property_id: str | None, action: str) -> datetime | None:
    """Since when acts of this kind may happen at this property; None: they may not."""
    if connection.mode != "live":
        return None
    granted = scopes(conn, connection.id)
    if not granted:
        return connection.live_at
    fits = [one.live_at for one in granted if one.property_id in (property_id, ALL) and one.action in (action, ALL)]
    return min(fits, default=None)


def begin_test(conn: Connection, keys: Keys, connection: PmsConnection, kind: TestKind, now: datetime) -> LiveTest:
    """A new test, not passed yet."""
    made = LiveTest(
        id=new_id("tst"),
        connection_id=connection.id,
        organization_id=connection.organization_id,
        kind=kind,
        code=free_code(conn, page, connection.organization_id),
        made_at=now,
        passed_at=None,
        passed_by=None,
    )
    token = digest(link_secret(keys, made.id))
    row = {name: getattr(made, name) for name in LiveTest.__dataclass_fields__}
    conn.execute(insert(live_test).values(**row, token_digest=token))
    return made


def tests(conn: Connection, connection_id: str, kind: TestKind) -> list[LiveTest]:
    """Tests of one kind, the newest first."""
    chosen = (live_test.c.connection_id == connection_id) & (live_test.c.kind == kind)
    return [_test(row) for row in conn.execute(select(live_test).where(chosen).order_by(live_test.c.id.desc()))]


def test_by_token(conn: Connection, token: str) -> LiveTest | None:
    """The test page behind a link."""
    row = conn.execute(select(live_test).where(live_test.c.token_digest == digest(token))).first()
    return _test(row) if row else None


def tests_by_code(conn: Connection, organization_id: str, code: str) -> Sequence[LiveTest]:
    """Test pages nobody has taken yet, by the code in their text."""
    chosen = (live_test.c.organization_id == organization_id) & (live_test.c.code == code)
    waiting = chosen & (live_test.c.kind == "page") & live_test.c.passed_at.is_(None)
    return [_test(row) for row in conn.execute(select(live_test).where(waiting))]


def passed(conn: Connection, id: str, by: str, now: datetime) -> None:
    """Note that a test did what it was to show; the first time counts."""
    first = (live_test.c.id == id) & live_test.c.passed_at.is_(None)
    conn.execute(update(live_test).where(first).values(passed_at=now, passed_by=by))


def _test(row: Row[tuple[object, ...]]) -> LiveTest:
    return LiveTest(**{name: getattr(row, name) for name in LiveTest.__dataclass_fields__})
