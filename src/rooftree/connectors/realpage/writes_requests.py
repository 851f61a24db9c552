"""Writing service requests (contract 4.5): made without being told the number, changed in their status only.

All of it is experimental: no public client shows the field names, so those are ours until a description is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from rooftree.connectors import soap
from rooftree.connectors.base import Context, Found, Send, Wire
from rooftree.connectors.changes import marked, need, overlay
from rooftree.connectors.realpage import client, pack, picks, requests
from rooftree.connectors.realpage.wire import split
from rooftree.connectors.values import mark
from rooftree.errors import InvalidInput
from rooftree.model.maintenance import WorkOrder
from rooftree.model.vocabulary import Priority, WorkOrderStatus

WORDS = ("In Progress", "On Hold", "Canceled", "Complete")
"""The words that a change may set (contract 4.5)."""
_NEXT_BEST = {
    WorkOrderStatus.ASSIGNED: (WorkOrderStatus.IN_PROGRESS,),
    WorkOrderStatus.SCHEDULED: (WorkOrderStatus.IN_PROGRESS,),
    WorkOrderStatus.CLOSED: (WorkOrderStatus.COMPLETED,),
}
_LONGEST = 4_000
_SINGULAR = {"locations": "location", "issues": "issue"}
_FIELD = {"locations": "location", "issues": "category"}


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Makes a service request, or sets its status where that differs."""
    if current is None:
        return _create(desired, ctx)
    return _change(current, overlay(current, desired).status, ctx, "change service request")


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Sets Complete, or Canceled where that is wanted."""
    if current is None or not current.status.is_open:
        return None
    target = WorkOrderStatus.COMPLETED if desired.status.is_open else desired.status
    return _change(current, target, ctx, "close service request")


def _create(desired: WorkOrder, ctx: Context) -> Send:
    site, unit = split(need(desired.unit_id, "unit_id", "RealPage makes a service request for a unit only."))
    text = requests.BREAK.join(filter(None, (desired.title, desired.description)))
    priority = _priority(desired.priority, site, ctx)
    values = {
        "unitid": unit,
        "residentmemberid": split(desired.resident_id)[1] if desired.resident_id else None,
        "callername": desired.requested_by,
        "locationid": _code("locations", site, desired.location, (), ctx),
        "issueid": _issue(desired, site, ctx),
        "priorityid": ctx.picks.get(f"priorities:{site}", {}).get(priority) if priority else None,
        "duedate": _due(desired, site, ctx),
        "access": pack.of(ctx, "access").get(desired.entry_permission),
        "description": mark(text, ctx.marker, _LONGEST),
    }
    return Send(
        label="create service request",
        request=client.write("addservicerequest", _body(values, ctx), site=site, ctx=ctx),
        find=_find(site, ctx.marker),
    )


def _body(values: Mapping[str, str | None], ctx: Context) -> soap.Node:
    """The fields that say something, by the names that the customer's service has for them."""
    names = pack.of(ctx, "field_names")
    said = (soap.node(names.get(name, name), text) for name, text in values.items() if text)
    return soap.node(names.get("servicerequest", "servicerequest"), *said)


def _issue(desired: WorkOrder, site: str, ctx: Context) -> str:
    """The issue named; else the first of the trade, else the customer's own default."""
    known = ctx.picks.get(f"issues:{site}", {})
    same = (word for word in known if pack.trade_of(word, ctx) == desired.trade)
    return _code("issues", site, desired.category, same, ctx)


def _code(name: str, site: str, wanted: str | None, fitting: Iterable[str], ctx: Context) -> str:
    """The code of the word wanted, else of the first that fits, else of the default; raises InvalidInput."""
    known, kind = ctx.picks.get(f"{name}:{site}", {}), _SINGULAR[name]
    if not known:
        said = f"Your RealPage key reads no {name} of site {site} ({picks.METHODS[name]}), and each request needs one."
        raise InvalidInput(said, path=_FIELD[name])
    word = wanted or next(iter(fitting), None) or pack.of(ctx, "unsaid")[kind]
    code = next((code for each, code in known.items() if each.casefold() == word.strip().casefold()), None)
    if code is None:
        known.get(word)  # the list itself hears of a look in vain
        has = ", ".join(known)
        more = "" if wanted else f" Set `unsaid: {{{kind}: ...}}` in the mapping pack."
        raise InvalidInput(f"Site {site} has no {kind} {word!r}; it has: {has}.{more}", path=_FIELD[name])
    return code


def _priority(priority: Priority, site: str, ctx: Context) -> str | None:
    if priority is Priority.UNKNOWN:
        return None
    return pack.word_for("priorities", (priority,), ctx.picks.get(f"priorities:{site}", {}), ctx)


def _due(desired: WorkOrder, site: str, ctx: Context) -> str:
    """The day wanted, else so many days from today at the site as the mapping pack says."""
    days = timedelta(days=int(pack.of(ctx, "due_days").get(desired.priority, "7")))
    due = desired.due_on or ctx.now.astimezone(ctx.zone_of(site)).date() + days
    return f"{due}T00:00:00"


def _find(site: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    """Our token stands in the text, which is all that RealPage says again."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = requests.orders(wire, site, since)
        return marked(
            rows, marker, lambda row: soap.text(row, *requests.TEXT), lambda row: f"{site}:{requests.number_of(row)}"
        )

    return find


def _change(current: WorkOrder, wanted: WorkOrderStatus, ctx: Context, label: str) -> Send | None:
    """Nothing where the word that stands there means the same, or the nearest that RealPage has."""
    if wanted in (current.status, WorkOrderStatus.UNKNOWN):
        return None
    word = pack.word_for("statuses", (wanted, *_NEXT_BEST.get(wanted, ())), WORDS, ctx)
    if word is None:
        raise InvalidInput(f"RealPage sets no status {wanted}; it takes {', '.join(WORDS)}.", path="status")
    if word.casefold() == (current.status_raw or "").strip().casefold():
        return None
    site, number = split(current.id)
    body = _body({"servicerequestid": number, "status": word}, ctx)
    return Send(
        label=label,
        request=client.write("updateservicerequest", body, site=site, ctx=ctx),
        idempotent=True,
    )
