"""What Rooftree writes: work orders made and, where support switched it on, closed; remarks as tasks (contract 3.7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from rooftree.connectors.base import Answer, Context, Found, ListVerb, Query, Request, Send, Wire, WireRecord
from rooftree.connectors.changes import marked, need
from rooftree.connectors.propertyware.client import (
    BASE,
    CONVERSATIONS,
    every,
    get_note,
    list_notes,
    list_tasks,
    listing,
    one_of,
)
from rooftree.connectors.propertyware.mapping import note_id, to_work_order
from rooftree.connectors.values import filled, mark, marker_in, to_text
from rooftree.errors import InvalidInput, Unsupported
from rooftree.model.base import Record
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Note
from rooftree.model.vocabulary import EntryPermission, Priority, Trade, WorkOrderStatus

PRIORITY_WORDS = {Priority.EMERGENCY: "HIGH", Priority.URGENT: "HIGH", Priority.ROUTINE: "MEDIUM"}
"""Propertyware knows no emergency: EMERGENCY is read back as URGENT."""
ENTRY_WORDS = {EntryPermission.YES: "ANYTIME", EntryPermission.NO: "NO"}
TEXT = 5_000
_SLACK = timedelta(minutes=5)


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """One call, then its custom fields, all that can be changed; vendor and status have no field to go into."""
    if current is not None:
        return fill_custom(current, desired, "workorders")
    place = need(desired.property_id, "property_id", "Propertyware needs the building of a work order")
    title = need(desired.title, "title", "a title")
    text = f"{title}\n{desired.description}" if desired.description else title
    body = {
        "buildingID": number(place, "property_id"),
        "unitIDs": [number(desired.unit_id, "unit_id")] if desired.unit_id else None,
        "requestedBy": _requester(desired),
        "description": mark(text, ctx.marker, TEXT),
        "category": desired.category or _category(desired.trade, ctx),
        "specificLocation": desired.location,
        "priority": PRIORITY_WORDS.get(desired.priority),
        "authorizeEnter": ENTRY_WORDS.get(desired.entry_permission),
        "scheduledEndDate": desired.due_on.isoformat() if desired.due_on else None,
        "type": "Service Request",
    }
    request = Request(method="POST", path=f"{BASE}/workorders", json=filled(body))
    find = find_marked(
        listing("workorders", ("buildingID", place)), None, ctx.marker, "description", lambda row: str(row["id"])
    )
    return Send(label="create work order", request=request, id_of=own_id, find=find)


def _requester(desired: WorkOrder) -> int | None:
    """The contact behind a resident; the number of the lease stands before it."""
    return number(desired.resident_id.rpartition(":")[2], "resident_id") if desired.resident_id else None


def _category(trade: Trade, ctx: Context) -> str | None:
    """The organization's word for a trade as it taught it, else the plain word; categories are free text."""
    if trade in (Trade.UNKNOWN, Trade.NONE):
        return None
    return ctx.pack.get("categories", {}).get(str(trade)) or trade.value.replace("_", " ").capitalize()


def number(id: str, path: str) -> int:
    if not (id.isascii() and id.isdigit()):
        raise InvalidInput(f"Propertyware has no id {id[:40]!r}: its ids are numbers", path=path)
    return int(id)


def own_id(answer: Answer) -> str | None:
    return str(answer.data["id"]) if isinstance(answer.data, dict) and answer.data.get("id") else None


def find_marked(
    verb: ListVerb, parent: str | None, marker: str, text: str, id: Callable[[WireRecord], str]
) -> Callable[[Wire, datetime], Sequence[Found]]:
    """Looks for our marker in the field `text` of what changed since."""

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, verb, Query(since=since - _SLACK, parent=parent)))
        return marked(rows, marker, lambda row: row.get(text), id)

    return find


def fill_custom(current: Record, desired: Record, collection: str) -> Send | None:
    """Fills the organization's own fields, by their names; a name it has not defined is refused by Propertyware.

    Values are text. Whether a field left out is kept is not known: all that are filled go along (contract 3.12).
    """
    held = {name: to_text(value) or "" for name, value in current.custom.items()}
    wanted = held | {name: to_text(value) or "" for name, value in desired.custom.items()}
    if wanted == held:
        return None
    fields = [{"name": name, "value": value} for name, value in sorted(wanted.items())]
    body = {"entityId": int(current.id), "fieldSetDTOS": fields}
    request = Request(method="PUT", path=f"{BASE}/{collection}/customfields", json=body)
    return Send(label="fill custom fields", request=request, idempotent=True)


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Closes with a time card of no hours, which must name a vendor; a repeated call would leave a second card."""
    if current is None or not current.status.is_open:
        return None
    vendor = current.vendor_id or desired.vendor_id or ctx.options.get("closing_vendor_id")
    chosen = need(vendor, "vendor_id", "Propertyware closes only with a vendor: set closing_vendor_id or assign one")
    card = ctx.options.get("time_card_name") or "timeCardEntry"
    body = filled(
        {
            card: [{"vendorID": number(chosen, "vendor_id"), "hours": 0}],
            "comments": mark(desired.completion_notes, ctx.marker, TEXT),
        }
    )
    request = Request(method="PUT", path=f"{BASE}/workorders/closeworkorder/{current.id}", json=body)
    id = current.id

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        held = to_work_order(one_of("workorders")(wire, id), ctx)
        return [Found(id=id, exact=True)] if held.status is WorkOrderStatus.CLOSED else []

    return Send(label="close work order", request=request, find=find)


def add_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """A task on the work order, already done and private: a work order has no other place for a remark."""
    if current is not None:
        return None
    if desired.about in ("lease", "guest_card"):
        return _converse(desired, ctx)
    if desired.about == "note":
        return _comment(desired, ctx)
    if desired.about != "work_order":
        raise InvalidInput(
            "Rooftree leaves remarks on work orders, leases, guest cards and conversations", path="about"
        )
    order = number(desired.about_id, "about_id")
    body = {"description": mark(desired.text, ctx.marker, TEXT), "completed": True, "isPrivate": True}

    def id_of(answer: Answer) -> str | None:
        made = own_id(answer)
        return f"{order}:{made}" if made else None

    request = Request(method="POST", path=f"{BASE}/workorders/{order}/tasks", json=body)
    find = find_marked(list_tasks, str(order), ctx.marker, "description", lambda row: f"{order}:{row['id']}")
    return Send(label="add task", request=request, id_of=id_of, find=find)


def _converse(desired: Note, ctx: Context) -> Send:
    """A conversation of the management team on a lease or prospect, which neither tenant nor owner sees."""
    about, parent = desired.about, str(number(desired.about_id, "about_id"))
    body = {"text": mark(desired.text, ctx.marker, TEXT), "type": "MANAGEMENT_TEAM"}
    where = Query(parent=parent, filters={"about": about})

    def id_of(answer: Answer) -> str | None:
        made = own_id(answer)
        return f"{about}:{parent}:conversation:{made}" if made else None

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        return marked(list(every(wire, list_notes, where)), ctx.marker, str, note_id)

    request = Request(method="POST", path=f"{BASE}/{CONVERSATIONS[about]}/{parent}/conversations", json=body)
    return Send(label="begin conversation", request=request, id_of=id_of, find=find)


def _comment(desired: Note, ctx: Context) -> Send:
    """A comment in a conversation of a lease: the one place where Propertyware takes any (contract 3.9)."""
    remark = desired.about_id
    about, parent, kind, own = (*remark.split(":"), "", "", "", "")[:4]
    if (about, kind) != ("lease", "conversation"):
        raise InvalidInput("Propertyware takes comments in conversations of leases only", path="about_id")
    path = f"{BASE}/leases/{number(parent, 'about_id')}/conversations/{number(own, 'about_id')}/comments"
    body = {"text": mark(desired.text, ctx.marker, TEXT)}

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = get_note(wire, remark).get("comments") or ()
        return marked(rows, ctx.marker, lambda row: row.get("text"), lambda row: f"note:{remark}:comment:{row['id']}")

    def id_of(answer: Answer) -> str | None:
        made = own_id(answer)
        return f"note:{remark}:comment:{made}" if made else None

    request = Request(method="POST", path=path, json=body)
    return Send(label="comment", request=request, id_of=id_of, find=find)


_TASK_KEPT = ("completed", "delegates", "dueDate", "starred", "tags")
"""What goes along with a changed task: whether a field left out is kept is not known."""


def rewrite_note(current: Note | None, desired: Note, ctx: Context) -> Send | None:
    """Replaces the text of a work order's task, its marker staying; no other remark can be changed (contract 3.7)."""
    if current is None or desired.text in ("", current.text):
        return None
    if current.about != "work_order":
        raise Unsupported(
            "Propertyware changes tasks of work orders only, no other remark; leave another one.",
            record="note",
            verb="update",
        )
    order, _, task = current.id.partition(":")
    kept = {name: current.raw.get(name) for name in _TASK_KEPT} | {"isPrivate": current.raw.get("privateTask")}
    text = mark(desired.text, marker_in(current.raw.get("description")), TEXT)
    path = f"{BASE}/workorders/{order}/tasks/{task}"
    request = Request(method="PUT", path=path, json=filled({**kept, "description": text}))
    return Send(label="change task", request=request, idempotent=True)
