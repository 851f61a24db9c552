"""A case in the order of time: who did what, from which facts, what the property system answered, how long it took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from rooftree.model.cases import Case
from rooftree.store import acts, cases, messages, offers
from rooftree.store.keys import Keys
from rooftree.store.messages import Text

_ACTS = {
    "tell_resident": "Text to the resident",
    "page_person": "Page to the person on call",
    "create_work_order": "Create the work order",
    "change_work_order": "Change the work order",
    "close_work_order": "Close the work order",
    "assign_vendor": "Put the vendor on the work order",
    "add_note": "Note on the work order",
    "offer_job": "Offer to a vendor",
    "withdraw_offers": "Withdraw open offers",
    "stand_down_vendor": "Stand the vendor down",
    "hand_to_person": "Handed to a person",
}
_OUTCOMES = {
    "planned": "about to happen",
    "refused": "held back",
    "unsure": "nobody knows whether it arrived",
    "failed": "did not work",
    "needs_human": "a person must look",
}
_WRITES = frozenset({"create_work_order", "change_work_order", "close_work_order", "assign_vendor"})
_BAD = frozenset({"failed", "needs_human", "unsure", "refused", "undelivered"})
_QUIET = frozenset({"reason", "message_id", "offer_id", "page_id", "adopted", "number"})
"""What an act keeps for itself or says elsewhere in its row."""


def timeline(conn: Connection, keys: Keys, case: Case) -> list[dict[str, Any]]:
    """Texts, decisions, acts, offers and pages; `said` tells each in a sentence, `bad` asks for a look.

    An act that was tried again and again is one row with its number of tries; turns that decided nothing are left out.
    """
    rows = [_text_row(case, text) for text in messages.of_case(conn, keys, case.id)]
    rows += [_decision_row(done) for done in cases.history(conn, keys, case.id) if _says_something(done)]
    rows += [_act_row(act) for act in acts.of_case(conn, keys, case.id)]
    for offer in offers.offers_of_case(conn, case.id):
        rows += _answer_row("offer", f"Offer {offer.code} {offer.state}", offer.answered_at, offer.answered_by)
    for page in offers.pages_of_case(conn, keys, case.id):
        rows += _answer_row("page", f"Page {page.code} taken", page.taken_at, page.taken_by)
    return sorted(rows, key=lambda row: row["at"])


def _says_something(done: cases.Handled) -> bool:
    return bool(done.handled_at) and done.remark not in ("", "Nothing to do.")


def _row(at: datetime | None, kind: str, said: str, state: str = "", **more: Any) -> dict[str, Any]:
    return {"at": at, "kind": kind, "said": said, "state": state, "bad": state in _BAD, **more}


def _text_row(case: Case, text: Text) -> dict[str, Any]:
    who = "the resident" if text.person == case.phone else "a vendor or staff"
    words = f'"{text.text}"' if text.text.strip() else "(no words)"
    if text.direction == "in":
        said = f"{who[0].upper()}{who[1:]} wrote: {words}"
        return _row(text.at, "text_in", said, text.state, text=text.text, person=who, error="")
    said = f"Text to {who} ({text.state}{f', {text.error}' if text.error else ''}): {words}"
    return _row(text.at, "text_out", said, text.state, text=text.text, person=who, error=text.error)


def _decision_row(done: cases.Handled) -> dict[str, Any]:
    return _row(done.handled_at, "decision", done.remark, about=done.event.kind, text=done.remark)


def _answer_row(kind: str, text: str, at: datetime | None, by: str | None) -> list[dict[str, Any]]:
    return [_row(at, kind, f"{text} by {by}" if by else text, text=text, by=by)] if at else []


def _act_row(act: acts.Act) -> dict[str, Any]:
    facts = {k: v for k, v in act.result.items() if k not in _QUIET and v is not None}
    title = _ACTS.get(act.proposal.kind, act.proposal.kind)
    reason = str(act.result.get("reason", ""))
    outcome = _outcome(act)
    return _row(
        act.finished_at or act.planned_at,
        "act",
        f"{title}: {outcome}{f' ({reason})' if reason else ''}",
        act.state,
        act=act.proposal.kind,
        title=title,
        outcome=outcome,
        why=act.proposal.why,
        made_by=act.proposal.made_by,
        reason=reason,
        facts=facts,
        took_ms=act.took_ms,
        until=act.due_at if act.state == "waiting" else None,
        attempts=act.attempts,
    )


def _outcome(act: acts.Act) -> str:
    if act.state == "waiting":
        return "waiting" if act.attempts < 2 else f"waiting, tried {act.attempts} times"
    if act.state != "done":
        return _OUTCOMES.get(act.state, act.state)
    if act.result.get("adopted"):
        return "already there: staff had typed it, nothing was sent"
    return (
        "done, read back and verified" if act.proposal.kind in _WRITES and act.result.get("work_order_id") else "done"
    )
