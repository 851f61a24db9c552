"""Jobs offered to vendors and pages to people on call: codes, links, answers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, insert, select, update

from rooftree.store.keys import Keys, open_json, seal_json
from rooftree.store.tables.cases import offer, page


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A job offered to one vendor; answered once, or over at `expires_at`."""

    id: str
    case_id: str
    vendor_id: str
    code: str
    state: str
    expires_at: datetime
    made_at: datetime
    answered_at: datetime | None
    answered_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A call for a person; repeated up the ladder until somebody takes it."""

    id: str
    case_id: str
    code: str
    state: str
    round: int
    what: str
    next_at: datetime | None
    taken_at: datetime | None
    taken_by: str | None


def link_secret(keys: Keys, row_id: str) -> str:
    """The secret in the link of an offer or page: follows from its id and the root key, so it is never stored."""
    return keys.blind_index("", "link", row_id).hex()[:32]


def make_offer(
    conn: Connection,
    keys: Keys,
    organization: str,
    case_id: str,
    vendor_id: str,
    expires_at: datetime,
    now: datetime,
    act_id: str,
) -> Offer:
    """A new open offer. Its id follows from the act: made twice, it is one offer."""
    offer_id = act_id.replace("act_", "off_")
    found = conn.execute(select(offer).where(offer.c.id == offer_id)).first()
    if found:
        return _offer(found)
    made = Offer(
        id=offer_id,
        case_id=case_id,
        vendor_id=vendor_id,
        code=free_code(conn, offer, organization),
        state="open",
        expires_at=expires_at,
        made_at=now,
        answered_at=None,
        answered_by=None,
    )
    token = digest(link_secret(keys, offer_id))
    conn.execute(insert(offer).values(**asdict(made), organization_id=organization, token_digest=token))
    return made


def offer_by_token(conn: Connection, token: str) -> Offer | None:
    row = conn.execute(select(offer).where(offer.c.token_digest == digest(token))).first()
    return _offer(row) if row else None


def offer_by_code(conn: Connection, organization: str, code: str, states: tuple[str, ...]) -> list[Offer]:
    chosen = and_(offer.c.organization_id == organization, offer.c.code == code, offer.c.state.in_(states))
    return [_offer(row) for row in conn.execute(select(offer).where(chosen).order_by(offer.c.made_at)).all()]


def accepted_by(conn: Connection, organization: str, vendor_ids: Sequence[str]) -> list[Offer]:
    """Jobs that one of these vendors has accepted and not reported as done, the newest first."""
    chosen = and_(
        offer.c.organization_id == organization, offer.c.state == "accepted", offer.c.vendor_id.in_(vendor_ids)
    )
    return [_offer(row) for row in conn.execute(select(offer).where(chosen).order_by(offer.c.made_at.desc())).all()]


def offers_of_case(conn: Connection, case_id: str) -> list[Offer]:
    rows = conn.execute(select(offer).where(offer.c.case_id == case_id).order_by(offer.c.made_at)).all()
    return [_offer(row) for row in rows]


def answer(conn: Connection, offer_id: str, before: str, after: str, by: str, now: datetime) -> bool:
    """Move an offer from one state to the next; False when somebody else already did: an answer counts once."""
    chosen = and_(offer.c.id == offer_id, offer.c.state == before)
    return conn.execute(update(offer).where(chosen).values(state=after, answered_at=now, answered_by=by)).rowcount == 1


def make_page(
    conn: Connection, keys: Keys, organization: str, case_id: str, what: str, now: datetime, act_id: str
) -> Page:
    """A new open page; made twice by one act, it is one page."""
    page_id = act_id.replace("act_", "pag_")
    found = conn.execute(select(page).where(page.c.id == page_id)).first()
    if found:
        return _page(conn, keys, found)
    sealed = seal_json(keys.get(conn, case_id), what, "page", "what", page_id)
    values = {"id": page_id, "case_id": case_id, "code": free_code(conn, page, organization), "state": "open"}
    token = digest(link_secret(keys, page_id))
    row = {**values, "round": 0, "what": sealed, "organization_id": organization, "token_digest": token}
    conn.execute(insert(page).values(**row, made_at=now, next_at=now))
    return Page(**values, round=0, what=what, next_at=now, taken_at=None, taken_by=None)


def pages_due(conn: Connection, keys: Keys, now: datetime) -> list[Page]:
    """Open pages nobody took in time."""
    chosen = and_(page.c.state == "open", page.c.next_at <= now)
    return [_page(conn, keys, row) for row in conn.execute(select(page).where(chosen)).all()]


def paged_again(conn: Connection, page_id: str, round_: int, next_at: datetime) -> None:
    """Note another round of calls."""
    conn.execute(update(page).where(page.c.id == page_id).values(round=round_, next_at=next_at))


def page_by_token(conn: Connection, keys: Keys, token: str) -> Page | None:
    row = conn.execute(select(page).where(page.c.token_digest == digest(token))).first()
    return _page(conn, keys, row) if row else None


def open_pages_by_code(conn: Connection, keys: Keys, organization: str, code: str) -> list[Page]:
    chosen = and_(page.c.organization_id == organization, page.c.code == code, page.c.state == "open")
    return [_page(conn, keys, row) for row in conn.execute(select(page).where(chosen)).all()]


def pages_of_case(conn: Connection, keys: Keys, case_id: str) -> list[Page]:
    rows = conn.execute(select(page).where(page.c.case_id == case_id).order_by(page.c.made_at)).all()
    return [_page(conn, keys, row) for row in rows]


def take_page(conn: Connection, page_id: str, by: str, now: datetime) -> bool:
    """Somebody takes the page; False when it was taken before."""
    chosen = and_(page.c.id == page_id, page.c.state == "open")
    values: Mapping[str, Any] = {"state": "taken", "taken_at": now, "taken_by": by, "next_at": None}
    return conn.execute(update(page).where(chosen).values(**values)).rowcount == 1


def free_code(conn: Connection, table: Table, organization: str) -> str:
    """A short number no open row of the organization uses."""
    busy = select(table.c.code).where(table.c.organization_id == organization, table.c.state.in_(("open", "accepted")))
    used = {row.code for row in conn.execute(busy)}
    for digits in (2, 3, 4, 6):
        free = [n for n in range(10 ** (digits - 1), 10**digits) if str(n) not in used] if digits < 5 else []
        if len(free) > 10 ** (digits - 1):
            return str(secrets.choice(free))
    return str(100_000 + secrets.randbelow(900_000))


def digest(token: str) -> str:
    """Of a link's secret: all that is stored of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _offer(row: Row[Any]) -> Offer:
    names = ("id", "case_id", "vendor_id", "code", "state", "expires_at", "made_at", "answered_at", "answered_by")
    return Offer(**{name: getattr(row, name) for name in names})


def _page(conn: Connection, keys: Keys, row: Row[Any]) -> Page:
    names = ("id", "case_id", "code", "state", "round", "next_at", "taken_at", "taken_by")
    what = open_json(keys.get(conn, row.case_id), row.what, "page", "what", row.id)
    return Page(**{name: getattr(row, name) for name in names}, what=what)
