"""What happens with a guest card (contract 4.6): activities logged, an agent's free times, appointments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from rooftree.simulators.realpage.methods import Company, Method
from rooftree.simulators.realpage.portfolio import AGENTS
from rooftree.simulators.realpage.prospects import ACTIVITIES, Prospects, activity
from rooftree.simulators.soap import Element, Fault, Field, fields, leaves, said, tree
from rooftree.simulators.wire import Record

_FORM = "%Y-%m-%dT%H:%M:%S"
_OPENS, _CLOSES = timedelta(hours=8), timedelta(hours=18)
_ACTIVITY = Field("activity", fields=fields("guestcardid propertyid actiondate comments creatorid typeid unitid"))
_TASK = "agentid taskapptdatetime taskdurationstart taskdurationend taskcontactdatetime taskcategorycd"
_FOLLOWUP = Field("followup", fields=fields(f"guestcardid taskid {_TASK}"))
_TIMES = Field("getappointmenttimesparam", fields=fields("checkall leasingagentid startdatetime enddatetime"))
_SCHEDULED = Field("getscheduledappointmentsparam", fields=fields("leasingagentid startdatetime enddatetime"))


def _card(company: Company, site: str, number: str) -> tuple[int, Record] | None:
    rows = Prospects(company).of(site)
    return next(((id, row) for id, row in rows if row["guestcardid"] == number), None)


def _log(company: Company, site: str, wrapper: Element) -> Element:
    given = {name: said(wrapper, f"activity/{name}") for name in ("guestcardid", "creatorid", "typeid")}
    found = _card(company, site, given["guestcardid"])
    known = given["creatorid"] in dict(AGENTS) and given["typeid"] in ACTIVITIES
    if found is None or not known:
        return tree("Activity", tree("message", "The guestcardid, creatorid or typeid is not valid."))
    id, row = found
    number = str(id * 100 + len(row["activities"]))
    at, text = said(wrapper, "activity/actiondate"), said(wrapper, "activity/comments")
    made = activity(number, at, text, given["creatorid"], given["typeid"])
    Prospects(company).save(id, {**row, "activities": [*row["activities"], made]})
    return tree("Activity", tree("NewID", number))


def _book(company: Company, site: str, wrapper: Element) -> Element:
    """The same number moves an appointment; an agent has one at a time."""
    given = {each: said(wrapper, f"followup/{each}") for each in f"guestcardid taskid {_TASK}".split()}
    tasks, number = company.database.tables["tasks"], int(given["taskid"] or 0)
    if _card(company, site, given["guestcardid"]) is None or given["agentid"] not in dict(AGENTS):
        return tree("FollowUp", tree("message", "The guestcardid or agentid is not valid."))
    if number and tasks.get(number) is None:
        return tree("FollowUp", tree("message", "The taskid is not known."))
    at = datetime.strptime(given["taskapptdatetime"], _FORM)
    if not any(start <= at < end for start, end in _free(company, site, given["agentid"], at, at, but=number)):
        return tree("FollowUp", tree("message", "The agent is not free at this taskapptdatetime."))
    row = {**given, "siteid": site}
    id = number or tasks.add(row)
    tasks.put(id, {**row, "taskid": str(id)})
    return tree("FollowUp", tree("NewID", str(id)))


def _scheduled(company: Company, site: str, wrapper: Element) -> Element:
    asked = {name: said(wrapper, f"getscheduledappointmentsparam/{name}") for name in ("startdatetime", "enddatetime")}
    rows = [
        row
        for row in company.of(company.database.tables["tasks"], site)
        if asked["startdatetime"] <= row["taskapptdatetime"] <= asked["enddatetime"]
    ]
    shown = (leaves(**{name: value for name, value in row.items() if name != "siteid"}) for row in rows)
    return tree("GetScheduledAppointments", *(tree("Appointment", *each) for each in shown))


def _times(company: Company, site: str, wrapper: Element) -> Element:
    """At most seven days a call; any agent where 0 is asked for."""
    asked = {name: said(wrapper, f"getappointmenttimesparam/{name}") for name in ("startdatetime", "enddatetime")}
    first, last = (datetime.strptime(text, _FORM) for text in asked.values())
    if last - first > timedelta(days=7):
        raise Fault("s:inv_Period", "At most 7 days can be asked for.")
    wanted = said(wrapper, "getappointmenttimesparam/leasingagentid")
    agents = [code for code, _name in AGENTS if wanted in ("0", code)]
    return tree("getagentsappointmenttimes", *(_agent(company, site, code, first, last) for code in agents))


def _agent(company: Company, site: str, code: str, first: datetime, last: datetime) -> Element:
    rows = (
        tree("availabledate", *leaves(startdatetime=start.strftime(_FORM), enddatetime=end.strftime(_FORM)))
        for start, end in _free(company, site, code, first, last)
    )
    return tree("leasingagent", tree("leasingagentid", code), tree("availabledates", *rows))


def _free(
    company: Company, site: str, agent: str, first: datetime, last: datetime, but: int = 0
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of each day between an agent's appointments."""
    tasks = company.of(company.database.tables["tasks"], site)
    held = [row for row in tasks if row["agentid"] == agent and row["taskid"] != str(but)]
    taken = sorted((datetime.strptime(row["taskapptdatetime"], _FORM), row["taskdurationend"]) for row in held)
    for number in range((last.date() - first.date()).days + 1):
        midnight = datetime.combine(first.date() + timedelta(days=number), datetime.min.time())
        at, closes = midnight + _OPENS, midnight + _CLOSES
        for start, until in taken:
            if start.date() == midnight.date():
                if at < start:
                    yield at, start
                at = max(at, min(datetime.strptime(until, _FORM), closes))
        if at < closes:
            yield at, closes


def set_up(company: Company) -> None:
    """The table of appointments, with one for each second guest card."""
    facts = company.seeds.portfolio
    company.database.table("tasks", range(1, facts.properties + 1, 2), lambda id: _seeded(company, id), first_id=5_000)


def _seeded(company: Company, id: int) -> Record:
    site = company.seeds.site(id - 1)
    day = (company.seeds.born + timedelta(days=2)).date()
    starts, ends = (f"{day}T{hour}:00" for hour in ("10:00", "10:30"))
    (_id, card), *_rest = Prospects(company).of(site)
    times = {"taskapptdatetime": starts, "taskdurationstart": starts, "taskdurationend": ends}
    facts = {"siteid": site, "guestcardid": card["guestcardid"], "taskid": str(id), "agentid": AGENTS[0][0]}
    return {**facts, **times, "taskcontactdatetime": starts, "taskcategorycd": "R0000001"}


METHODS = (
    Method(name="insertactivity", run=_log, fields=[_ACTIVITY], reads=False),
    Method(name="insertfollowup", run=_book, fields=[_FOLLOWUP], reads=False),
    Method(name="getscheduledappointments", run=_scheduled, fields=[_SCHEDULED]),
    Method(name="getagentsappointmenttimes", run=_times, fields=[_TIMES]),
)
