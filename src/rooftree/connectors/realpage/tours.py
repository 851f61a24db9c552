"""Tours: an agent's free times, and appointments made and moved by insertfollowup (contract 4.6).

Times are the property's own, without an offset. getscheduledappointments is known by its name only: it is asked as its
sister is, and its rows are looked for by the names that insertfollowup has. That is unsure, so tours are experimental.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Answer, Context, Found, Send, Wire, WireRecord
from rooftree.connectors.changes import need, overlay
from rooftree.connectors.realpage import client, lists, prospects
from rooftree.connectors.realpage.discovery import check_has
from rooftree.connectors.realpage.prospects import EARLIEST, LATEST
from rooftree.connectors.realpage.wire import holders, join, made_number, needed, split
from rooftree.connectors.realpage.writes_prospects import agent_code, element
from rooftree.errors import Rejected, Unreadable
from rooftree.model.leasing import Showing
from rooftree.model.vocabulary import ShowingStatus

Stretch = tuple[datetime, datetime]
_ORDER = (
    "guestcardid taskid agentid taskapptdatetime taskdurationstart taskdurationend taskcontactdatetime taskcategorycd"
).split()
_APPOINTMENT = "R0000001"
_USUAL, _WEEK = timedelta(minutes=30), timedelta(days=7)
_AGENTS, _STARTS = ("AgentID", "LeasingAgentID"), ("TaskApptDateTime", "TaskDurationStart")


def followup(values: Mapping[str, Any]) -> soap.Node:
    return element("followup", _ORDER, values)


def scheduled(wire: Wire, site: str) -> list[WireRecord]:
    """The appointments of a site; its number is that of its card with that of its task."""
    asked = {"leasingagentid": "0", "startdatetime": EARLIEST, "enddatetime": LATEST}
    param = soap.node("getscheduledappointmentsparam", *(soap.node(name, value) for name, value in asked.items()))
    rows = list(holders(client.ask(wire, "getscheduledappointments", param, site=site), "TaskID"))
    known = lists.known(wire, site, "agents") if rows else {}
    return [{**row, "siteid": site, "Number": _number(row), "AgentText": _agent(known, row)} for row in rows]


def _number(row: WireRecord) -> str:
    card = soap.text(row, "GuestCardID")
    return f"{card}-{soap.text(row, 'TaskID')}" if card else ""


def _agent(known: Mapping[str, str], row: WireRecord) -> str:
    return lists.word_of(known, soap.text(row, *_AGENTS)) or ""


def to_showing(wire: WireRecord, ctx: Context) -> Showing:
    site, agent = str(wire["siteid"]), soap.text(wire, *_AGENTS)
    zone = ctx.zone_of(site)
    starts = soap_dates.to_moment(soap.text(wire, *_STARTS), zone)
    if starts is None:
        raise Unreadable("RealPage sent an appointment without a time.")
    return Showing(
        id=f"{site}:{needed(wire, 'Number')}",
        property_id=site,
        guest_card_id=join(site, soap.text(wire, "GuestCardID")),
        agent_id=join(site, agent) if agent != "0" else None,
        agent_name=soap.text(wire, "AgentText"),
        starts_at=starts,
        ends_at=soap_dates.to_moment(soap.text(wire, "TaskDurationEnd"), zone),
        status=ShowingStatus.SCHEDULED,
        raw=wire,
    )


def asked_times(agent: str, first: datetime, zone: tzinfo) -> soap.Node:
    """The question for an agent's free times from a moment on, for the seven days that one call may ask about."""
    until = first + _WEEK
    values = {"checkall": "false", "leasingagentid": agent}
    values |= {"startdatetime": soap_dates.local(first, zone), "enddatetime": soap_dates.local(until, zone)}
    return soap.node("getappointmenttimesparam", *(soap.node(name, value) for name, value in values.items()))


def free_times(wire: Wire, site: str, agent: str, first: datetime, zone: tzinfo) -> list[Stretch]:
    """When an agent is free in the week from a moment on."""
    found = client.ask(wire, "getagentsappointmenttimes", asked_times(agent, first, zone), site=site)
    rows = soap.many(found, "getagentsappointmenttimes/leasingagent/availabledates/availabledate")
    return sorted(_stretches(rows, zone))


def _stretches(rows: Sequence[WireRecord], zone: tzinfo) -> Iterator[Stretch]:
    """Two times each, whatever they are called; one alone begins a slot of the usual length."""
    for row in rows:
        texts = [value for value in row.values() if isinstance(value, str)]
        times = [at for text in texts if (at := soap_dates.to_moment(text, zone))]
        if times:
            yield min(times), max(times) if len(times) > 1 else times[0] + _USUAL


def write_showing(current: Showing | None, desired: Showing, ctx: Context) -> Send | None:
    """Books a tour at a time at which its agent is free, or moves it under the same number."""
    check_has("insertfollowup", ctx.options)
    if current is None:
        card = need(desired.guest_card_id, "guest_card_id", "RealPage keeps tours on a guest card.")
        return Send(
            label="book tour",
            request=partial(_book, card, "0", desired, None, ctx),
            id_of=lambda answer: _id(card, made_number(soap.result_of(answer))),
            find=partial(_find, card, desired.starts_at, ctx),
        )
    wanted = overlay(current, desired)
    if _when(wanted) == _when(current):
        return None
    task = needed(current.raw, "TaskID")
    send = partial(_book, str(current.guest_card_id), task, _moved(current, wanted), current, ctx)
    return Send(label="move tour", request=send, idempotent=True)


def _when(tour: Showing) -> tuple[Any, ...]:
    return (tour.starts_at, tour.ends_at, tour.agent_id)


def _moved(current: Showing, wanted: Showing) -> Showing:
    """A tour of which only the beginning is moved keeps its length."""
    if current.ends_at is None or wanted.ends_at != current.ends_at:
        return wanted
    return replace(wanted, ends_at=current.ends_at + (wanted.starts_at - current.starts_at))


def _id(card: str, task: str | None) -> str | None:
    return f"{card}-{task}" if task else None


def _book(card: str, task: str, tour: Showing, before: Showing | None, ctx: Context, wire: Wire) -> Answer:
    site, own = split(card)
    zone = ctx.zone_of(site)
    agent = agent_code(wire, site, tour.agent_id, prospects.card(wire, site, own), ctx)
    if not _stays(tour, before):
        _check_free(free_times(wire, site, agent, tour.starts_at, zone), tour.starts_at, zone)
    starts = soap_dates.local(tour.starts_at, zone)
    values = {
        "guestcardid": own,
        "taskid": task,
        "agentid": agent,
        "taskapptdatetime": starts,
        "taskdurationstart": starts,
        "taskdurationend": soap_dates.local(tour.ends_at or tour.starts_at + _USUAL, zone),
        "taskcontactdatetime": starts,
        "taskcategorycd": _APPOINTMENT,
    }
    return wire.read(client.write("insertfollowup", followup(values), site=site, ctx=ctx))


def _stays(tour: Showing, before: Showing | None) -> bool:
    """Whether it begins within its own old time, which its agent is not shown as free at."""
    if before is None or before.agent_id != tour.agent_id:
        return False
    return before.starts_at <= tour.starts_at < (before.ends_at or before.starts_at + _USUAL)


def _check_free(free: Sequence[Stretch], at: datetime, zone: tzinfo) -> None:
    """Raises Rejected with the next times at which the agent is free."""
    if any(start <= at < end for start, end in free):
        return
    local = [(start.astimezone(zone), end.astimezone(zone)) for start, end in free[:5]]
    told = ", ".join(f"{start:%a %d %b %H:%M} to {end:%H:%M}" for start, end in local) or "nothing in that week"
    raise Rejected(f"The agent is not free then; free is: {told}.", field="starts_at", wire_field="taskapptdatetime")


def _find(card: str, at: datetime, ctx: Context, wire: Wire, since: datetime) -> Sequence[Found]:
    """Appointments of the card at that time: no text of ours is kept, so that nobody can be sure which is ours."""
    site, own = split(card)
    rows = [to_showing(row, ctx) for row in scheduled(wire, site) if soap.text(row, "GuestCardID") == own]
    return [Found(id=each.id, exact=False) for each in rows if each.starts_at == at]
