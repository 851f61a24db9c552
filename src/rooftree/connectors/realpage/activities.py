"""What is logged on guest cards: notes and calls, added by insertactivity (contract 4.6, 4.8).

The contract knows no text in an activity and no method that reads them; public client code sends one as `comments`, and
they are looked for on the card itself. Both are unsure, so logging is experimental.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Answer, Context, Found, GetVerb, ListVerb, Page, Query, Send, Wire, WireRecord
from rooftree.connectors.changes import marked, need
from rooftree.connectors.realpage import client, lists, prospects
from rooftree.connectors.realpage.discovery import check_has
from rooftree.connectors.realpage.prospects import NAME
from rooftree.connectors.realpage.wire import holders, join, made_number, needed, split
from rooftree.connectors.realpage.writes_prospects import agent_code, element
from rooftree.connectors.values import mark, unmark
from rooftree.errors import InvalidInput, NotFound
from rooftree.model.messages import Note, PhoneLog

NOTE, CALL = "note", "phone_log"
_ORDER = "guestcardid propertyid actiondate comments creatorid typeid unitid".split()
_NUMBER = "ActivityID"
_CALLS = re.compile(r"call|phone", re.I)
_LONGEST = 2_000


def activity(values: Mapping[str, Any]) -> soap.Node:
    return element("activity", _ORDER, values)


def _logged(wire: Wire, site: str, cards: Sequence[WireRecord]) -> list[WireRecord]:
    """Everything logged on guest cards of a site, with its type and who logged it in words."""
    found = [(card, row) for card in cards for row in holders(soap.one(card, "Activities"), _NUMBER)]
    known = {name: lists.known(wire, site, name) if found else {} for name in ("activity_types", "agents")}
    told = {"siteid": site}
    return [{**row, **told, "guestcardid": soap.text(card, NAME), **_words(row, known)} for card, row in found]


def _on(wire: Wire, card: str) -> list[WireRecord]:
    site, own = split(card)
    return _logged(wire, site, [prospects.card(wire, site, own)])


def _words(row: WireRecord, known: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    type, who = soap.text(row, "TypeID"), soap.text(row, "CreatorID")
    return {
        "TypeText": lists.word_of(known["activity_types"], type) or "",
        "CreatorText": lists.word_of(known["agents"], who) or "",
    }


def _is(kind: str, row: WireRecord) -> bool:
    return bool(_CALLS.search(str(row["TypeText"]))) is (kind == CALL)


def rows(kind: str) -> ListVerb:
    """What is logged on the guest cards of a site, or on one: a call by its type's word, anything else a note."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        places = [query.parent] if query.parent else client.codes(wire)
        found = [row for place in places for row in _under(wire, place, query.since) if _is(kind, row)]
        return Page(items=found)

    return read


def _under(wire: Wire, place: str, since: datetime | None) -> list[WireRecord]:
    return _on(wire, place) if ":" in place else _logged(wire, place, prospects.cards(wire, place, since))


def one(kind: str) -> GetVerb:
    def read(wire: Wire, id: str) -> WireRecord:
        site, card, own = split(id, 3)
        if site not in client.codes(wire):
            raise NotFound(f"RealPage shows no site {site}.")
        for row in _on(wire, f"{site}:{card}"):
            if soap.text(row, _NUMBER) == own and _is(kind, row):
                return row
        raise NotFound(f"RealPage has no {kind} {id}.")

    return read


def _card(wire: WireRecord) -> str:
    return f"{wire['siteid']}:{wire['guestcardid']}"


def _when(wire: WireRecord, ctx: Context) -> datetime | None:
    return soap_dates.to_moment(soap.text(wire, "ActionDate"), ctx.zone_of(str(wire["siteid"])))


def to_note(wire: WireRecord, ctx: Context) -> Note:
    return Note(
        id=f"{_card(wire)}:{needed(wire, _NUMBER)}",
        created_at=_when(wire, ctx),
        about="guest_card",
        about_id=_card(wire),
        text=unmark(soap.text(wire, "Comments")) or "",
        kind_raw=soap.text(wire, "TypeText"),
        author=soap.text(wire, "CreatorText"),
        raw=wire,
    )


def to_phone_log(wire: WireRecord, ctx: Context) -> PhoneLog:
    return PhoneLog(
        id=f"{_card(wire)}:{needed(wire, _NUMBER)}",
        about="guest_card",
        about_id=_card(wire),
        property_id=str(wire["siteid"]),
        text=unmark(soap.text(wire, "Comments")),
        called_at=_when(wire, ctx),
        staff_id=join(wire["siteid"], soap.text(wire, "CreatorID")),
        source=soap.text(wire, "TypeText"),
        raw=wire,
    )


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    if current is not None:
        return None
    need(desired.text, "text", "A note needs a text.")
    return _log(NOTE, desired, desired.text, desired.kind_raw, None, ctx.now, ctx)


def add_phone_log(current: PhoneLog | None, desired: PhoneLog, ctx: Context) -> Send | None:
    if current is not None:
        return None
    at = desired.called_at or ctx.now - timedelta(minutes=1)
    return _log(CALL, desired, desired.text, desired.source, desired.staff_id, at, ctx)


def _log(
    kind: str, about: Note | PhoneLog, text: str | None, type: str | None, who: str | None, at: datetime, ctx: Context
) -> Send:
    """One more activity; its type and who logs it are codes of the site's lists, read just before."""
    if about.about != "guest_card":
        raise InvalidInput(f"RealPage logs notes and calls on guest cards only, not on a {about.about}.", path="about")
    check_has("insertactivity", ctx.options)
    card = about.about_id
    site, own = split(card)

    def made(wire: Wire) -> Answer:
        values = {
            "guestcardid": own,
            "propertyid": site,
            "actiondate": soap_dates.local(at, ctx.zone_of(site)),
            "comments": mark(text, ctx.marker, _LONGEST),
            "creatorid": agent_code(wire, site, who, prospects.card(wire, site, own), ctx),
            "typeid": _type(lists.words(wire, site, "activity_types"), kind, type, ctx),
        }
        return wire.read(client.write("insertactivity", activity(values), site=site, ctx=ctx))

    return Send(
        label=f"log {kind}",
        request=made,
        id_of=lambda answer: join(card, made_number(soap.result_of(answer))),
        find=partial(_find, card, ctx.marker),
    )


def _type(known: Mapping[str, str], kind: str, wanted: str | None, ctx: Context) -> str:
    """The one asked for, else the one the mapping pack names, else one that says the same, else the first there is."""
    asked = wanted or ctx.pack.get("activity_types", {}).get(kind)
    says: Callable[[str], Any] = _CALLS.search if kind == CALL else lambda word: "note" in word.lower()
    return lists.code_of("activity_types", known, asked or next(filter(says, known), next(iter(known), "")))


def _find(card: str, marker: str, wire: Wire, since: datetime) -> Sequence[Found]:
    found = marked(
        _on(wire, card), marker, lambda row: soap.text(row, "Comments"), lambda row: str(soap.text(row, _NUMBER))
    )
    return [replace(each, id=f"{card}:{each.id}") for each in found]
