"""Texts in and out: each once, sealed under a key of its own, found by person, case or the carrier's id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, select, update

from rooftree.db import Database
from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.schema import new_id
from rooftree.store.tables.messages import carrier_cursor, message, message_status

Direction = Literal["in", "out"]
Klass = Literal["safety", "text"]
_RANKS = {"queued": 0, "unsure": 1, "sent": 2, "delivered": 3, "undelivered": 3, "failed": 3}
"""A report never takes a message back: carriers' reports come in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text as we keep it."""

    id: str
    organization_id: str
    direction: Direction
    channel: str
    carrier: str
    sid: str | None = None
    op_key: str | None = None
    connection_id: str | None = None
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    text: str = field(repr=False)
    media: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    """`{"url", "content_type"}` each."""
    state: str
    klass: str | None = None
    case_id: str | None = None
    error: str = ""
    source: str
    choice: str | None = None
    at: datetime
    created_at: datetime
    updated_at: datetime
    routed_at: datetime | None = None

    @property
    def person(self) -> str:
        """The number of the other side."""
        return self.sender if self.direction == "in" else self.recipient

    @property
    def says_more(self) -> bool:
        """Whether there is more in it than STOP or START: "gas smell, and stop texting me" is a gas report first."""
        return self.choice is None or len(self.text.split()) > 1 or bool(self.media)


def add(database: Database, conn: Connection, keys: Keys, text: Text) -> bool:
    """Keep a text; False, and nothing kept, when its `(carrier, sid)` or `op_key` is known already."""
    wrapped, key = keys.mint(text.id)
    content = {"sender": text.sender, "recipient": text.recipient, "text": text.text, "media": list(text.media)}
    row = {name: getattr(text, name) for name in _PLAIN} | {
        "person": keys.blind_index(text.organization_id, "phone", text.person),
        "content": seal_json(key, content, "message", "content", text.id),
    }
    new = database.insert(message).values(row).on_conflict_do_nothing().returning(message.c.id)
    if conn.scalar(new) is None:
        return False
    keys.keep(conn, text.id, wrapped)
    return True


def get(conn: Connection, keys: Keys, message_id: str) -> Text:
    """The text; raises KeyError when there is none, CannotUnseal when it was erased."""
    found = _one(conn, keys, message.c.id == message_id)
    if found is None:
        raise KeyError(message_id)
    return found


def of_op_key(conn: Connection, keys: Keys, op_key: str) -> Text | None:
    """The text of ours that fulfils this wish, if it was begun."""
    return _one(conn, keys, message.c.op_key == op_key)


def of_case(conn: Connection, keys: Keys, case_id: str) -> list[Text]:
    """All texts of a case in order."""
    query = select(message).where(message.c.case_id == case_id).order_by(message.c.seq)
    return [_text(conn, keys, row) for row in conn.execute(query).all()]


def recent(
    conn: Connection, keys: Keys, organization_id: str, *, person: str | None = None, limit: int = 50
) -> list[Text]:
    """The newest texts first, of one number where `person` is given."""
    query = select(message).where(message.c.organization_id == organization_id)
    if person is not None:
        query = query.where(message.c.person == keys.blind_index(organization_id, "phone", person))
    rows = conn.execute(query.order_by(message.c.seq.desc()).limit(limit)).all()
    return [_text(conn, keys, row) for row in rows]


def waiting(conn: Connection, keys: Keys, limit: int = 100) -> list[Text]:
    """Texts to us that no case was found for yet, oldest first."""
    chosen = (message.c.direction == "in", message.c.routed_at.is_(None))
    rows = conn.execute(select(message).where(*chosen).order_by(message.c.seq).limit(limit))
    return [_text(conn, keys, row) for row in rows.all()]


def routed(conn: Connection, message_id: str, now: datetime) -> bool:
    """Take a text to us off the router's list; False when somebody else did already."""
    chosen = (message.c.id == message_id, message.c.routed_at.is_(None))
    return conn.execute(update(message).where(*chosen).values(routed_at=now)).rowcount == 1


def set_case(conn: Connection, message_id: str, case_id: str) -> None:
    """Note which case a text belongs to."""
    conn.execute(update(message).where(message.c.id == message_id).values(case_id=case_id))


def set_choice(conn: Connection, message_id: str, choice: str) -> None:
    """Note that a text to us changed whether we may text back."""
    conn.execute(update(message).where(message.c.id == message_id).values(choice=choice))


def open_since(conn: Connection, keys: Keys, organization_id: str, carrier: str, since: datetime) -> list[Text]:
    """Texts of ours whose fate is not known, begun since then, oldest first."""
    chosen = (
        message.c.direction == "out",
        message.c.state.in_(("queued", "unsure")),
        message.c.created_at >= since,
        message.c.organization_id == organization_id,
        message.c.carrier == carrier,
    )
    rows = conn.execute(select(message).where(*chosen).order_by(message.c.seq)).all()
    return [_text(conn, keys, row) for row in rows]


def known_sids(conn: Connection, carrier: str, sids: list[str]) -> set[str]:
    """Those of the carrier's ids that stand for a text we already have."""
    return set(conn.scalars(select(message.c.sid).where(message.c.carrier == carrier, message.c.sid.in_(sids))))


def settle(conn: Connection, text: Text, state: str, now: datetime, *, sid: str | None = None, error: str = "") -> str:
    """Note how far a text of ours got and return the state that stands.

    Reports that came before its `sid` was known count now; a later state is never taken back.
    """
    reports = conn.execute(
        select(message_status.c.state, message_status.c.error).where(
            message_status.c.carrier == text.carrier, message_status.c.sid == (sid or text.sid)
        )
    ).all()
    best = max([(state, error), *((row.state, row.error) for row in reports)], key=lambda told: _RANKS[told[0]])
    values: dict[str, Any] = {"state": best[0], "error": best[1], "updated_at": now}
    lower = [name for name, rank in _RANKS.items() if rank <= _RANKS[best[0]]]
    chosen = (message.c.id == text.id, message.c.state.in_(lower))
    conn.execute(update(message).where(*chosen).values(values | ({"sid": sid} if sid else {})))
    return str(conn.scalar(select(message.c.state).where(message.c.id == text.id)))


def report(
    database: Database, conn: Connection, carrier: str, sid: str, state: str, error: str, now: datetime
) -> str | None:
    """Keep a carrier's report, and move the text it is about; the text's id, None when we do not know it (yet)."""
    row = {"carrier": carrier, "sid": sid, "state": state, "error": error, "at": now}
    conn.execute(database.insert(message_status).values(row).on_conflict_do_nothing())
    lower = [name for name, rank in _RANKS.items() if rank < _RANKS[state]]
    ours = (message.c.carrier == carrier, message.c.sid == sid)
    moved = {"state": state, "error": error, "updated_at": now}
    conn.execute(update(message).where(*ours, message.c.state.in_(lower)).values(moved))
    found: str | None = conn.scalar(select(message.c.id).where(*ours))
    return found


def cursor(conn: Connection, organization_id: str, carrier: str) -> datetime | None:
    """Up to when the carrier's list was read; None before the first time."""
    chosen = (carrier_cursor.c.organization_id == organization_id, carrier_cursor.c.carrier == carrier)
    until: datetime | None = conn.scalar(select(carrier_cursor.c.read_until).where(*chosen))
    return until


def set_cursor(database: Database, conn: Connection, organization_id: str, carrier: str, read_until: datetime) -> None:
    row = {"organization_id": organization_id, "carrier": carrier, "read_until": read_until}
    kept = database.insert(carrier_cursor).values(row)
    place = ["organization_id", "carrier"]
    conn.execute(kept.on_conflict_do_update(index_elements=place, set_={"read_until": read_until}))


def new_message_id() -> str:
    return new_id("msg")


_SEALED = ("sender", "recipient", "text", "media")
_PLAIN = tuple(name for name in Text.__dataclass_fields__ if name not in _SEALED)


def _one(conn: Connection, keys: Keys, chosen: ColumnElement[bool]) -> Text | None:
    row = conn.execute(select(message).where(chosen)).first()
    return _text(conn, keys, row) if row else None


def _text(conn: Connection, keys: Keys, row: Row[Any]) -> Text:
    content = open_json(keys.get(conn, row.id), row.content, "message", "content", row.id)
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Text(**{**plain, **content, "media": tuple(content["media"])})
