"""Reading maintenance: tasks joined with their work orders, task histories, notes and files (contract 3.9-3.12).

The joined wire record is `{"Id", "Task": {..., "TaskType"} | None, "WorkOrders": [...]}`. Tasks are listed by their
typed lists, because `GET /v1/tasks` leaves out entry permission and contact details, and a record must read the
same from a list as alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rooftree.connectors.base import Page, Query, Request, Wire, WireRecord
from rooftree.connectors.buildium.client import (
    JOIN_PAGE,
    PAGE,
    every,
    fetch,
    number,
    page,
    record,
    reshaped,
    window,
)
from rooftree.connectors.buildium.mapping_maintenance import NOTE_HOMES, TASK_NOTES
from rooftree.errors import NotFound, Unreadable

TASK_PATHS = {
    "ResidentRequest": "/v1/tasks/residentrequests",
    "Todo": "/v1/tasks/todorequests",
    "RentalOwnerRequest": "/v1/tasks/rentalownerrequests",
    "ContactRequest": "/v1/tasks/contactrequests",
}
_LOOSE = "WorkOrders"
"""The last stretch of a scan: work orders themselves, for what no task list showed."""
_STRETCHES = (*TASK_PATHS, _LOOSE)


def list_work_orders(wire: Wire, query: Query, cursor: str | None) -> Page:
    """A page of one kind of task with its work orders; the cursor is "kind@offset@tasks already shown".

    A contact request is a Lead and no WorkOrder, unless somebody sent a vendor. The last stretch lists work orders
    themselves: with `since`, those that changed without their task; in a full scan, any that has no task.
    """
    stretch, offset, shown = (cursor or f"{_STRETCHES[0]}@0@").split("@")
    if stretch == _LOOSE:
        found = _loose_work_orders(wire, query, offset, set(shown.split(",")))
    else:
        found = _tasks(wire, stretch, query, offset)
    if query.since is not None:
        # What changed since yesterday is short; a full scan needs no memory.
        shown = ",".join(filter(None, [shown, *(str(item["Id"]) for item in found.items)]))
    following = (stretch, found.next) if found.next else (_after(stretch), "0")
    return Page(items=found.items, next=f"{following[0]}@{following[1]}@{shown}" if following[0] else None)


def _after(stretch: str) -> str | None:
    later = _STRETCHES[_STRETCHES.index(stretch) + 1 :]
    return later[0] if later else None


def _tasks(wire: Wire, kind: str, query: Query, offset: str) -> Page:
    path, which = _task_list(kind)
    found = page(wire, path, [*which, *window(query, "lastupdatedfrom", "day")], query, offset, JOIN_PAGE, "Id")
    orders = _orders_of(wire, [str(task["Id"]) for task in found.items])
    joined = [joined_of({**task, "TaskType": kind}, orders.get(str(task["Id"]), ())) for task in found.items]
    if kind == "ContactRequest":
        joined = [each for each in joined if each["WorkOrders"]]
    return Page(items=joined, next=found.next)


def _task_list(kind: str) -> tuple[str, list[tuple[str, str]]]:
    """A kind's own list; owners' requests have one that takes no paging, so they come from the list of all tasks."""
    return ("/v1/tasks", [("type", kind)]) if kind == "RentalOwnerRequest" else (TASK_PATHS[kind], [])


def _orders_of(wire: Wire, task_ids: Sequence[str]) -> dict[str, list[WireRecord]]:
    """Work orders by their task's id; one call for a page of tasks (`taskids` repeated)."""
    result: dict[str, list[WireRecord]] = {}
    for order in every(wire, "/v1/workorders", [("taskids", id) for id in task_ids]) if task_ids else ():
        result.setdefault(str((order.get("Task") or {}).get("Id")), []).append(order)
    return result


def _loose_work_orders(wire: Wire, query: Query, offset: str, shown: set[str]) -> Page:
    found = page(wire, "/v1/workorders", window(query, "lastupdatedfrom", "day"), query, offset, JOIN_PAGE, "Id")
    if query.since is None:
        return replace(found, items=[joined_of(None, [order]) for order in found.items if not order.get("Task")])
    task_ids = sorted({str(order["Task"]["Id"]) for order in found.items if order.get("Task")} - shown, key=int)
    loose = [joined_of(None, [order]) for order in found.items if not order.get("Task")]
    return Page(items=[*(get_work_order(wire, id) for id in task_ids), *loose], next=found.next)


def joined_of(task: WireRecord | None, orders: Iterable[WireRecord]) -> dict[str, Any]:
    """Task and work orders as one wire record, its `Id` the record's own."""
    newest_last = sorted(orders, key=lambda order: int(order["Id"]))
    return {
        "Id": task["Id"] if task else f"work_order:{newest_last[-1]['Id']}",
        "Task": task,
        "WorkOrders": newest_last,
    }


def get_work_order(wire: Wire, id: str) -> WireRecord:
    """A task with its work orders; "work_order:23" asks by the work order's id, as its webhooks do.

    Raises NotFound also for a contact request that nobody sent a vendor for: that is a lead.
    """
    kind, _, own = id.rpartition(":")
    if kind == "work_order":
        order = record(fetch(wire, f"/v1/workorders/{number(own)}"))
        if not order.get("Task"):
            return joined_of(None, [order])
        id = str(order["Task"]["Id"])
    task, orders = get_task(wire, id), _orders_of(wire, [number(id)]).get(id, ())
    if task["TaskType"] == "ContactRequest" and not orders:
        raise NotFound(f"Buildium task {id} is a contact request, which is a lead and no work order")
    return joined_of(task, orders)


def get_task(wire: Wire, id: str) -> dict[str, Any]:
    """A task with what only its typed endpoint tells."""
    task = record(fetch(wire, f"/v1/tasks/{number(id)}"))
    path = TASK_PATHS.get(str(task.get("TaskType")))
    if path is None:
        raise Unreadable(f"Buildium task {id} is of an unknown type {str(task.get('TaskType'))[:40]!r}")
    return {**task, **record(fetch(wire, f"{path}/{id}"))}


def list_notes(wire: Wire, query: Query, cursor: str | None) -> Page:
    """Notes under a record: `parent` is its id, the filter `about` its name (a work order by default)."""
    about, parent = query.filters.get("about", "work_order"), query.parent
    if parent is None:
        raise ValueError("Buildium lists notes per record: name one")
    found = page(wire, note_home(about, parent), _note_window(about, query), query, cursor, PAGE, "Id")
    return reshaped(found, lambda note: {**note, "About": about, "AboutId": parent})


def _note_window(about: str, query: Query) -> list[tuple[str, str]]:
    return [] if about in TASK_NOTES else window(query, "updateddatetimefrom")


def get_note(wire: Wire, id: str) -> WireRecord:
    """A note by "about:about_id:id"."""
    about, about_id, own = [*id.split(":"), "", ""][:3]
    return {**record(fetch(wire, f"{note_home(about, about_id)}/{number(own)}")), "About": about, "AboutId": about_id}


def note_home(about: str, id: str) -> str:
    """The path of a record's notes; raises NotFound for a record that Buildium keeps none on."""
    if about in TASK_NOTES:
        return f"/v1/tasks/{number(id)}/history"
    if about not in NOTE_HOMES:
        raise NotFound(f"Buildium keeps no notes on a {about.replace('_', ' ')}")
    return "/v1/" + NOTE_HOMES[about].format(id=number(id))


def list_files(wire: Wire, query: Query, cursor: str | None) -> Page:
    """All files of the account; with `parent` (a work order), the files in that task's history.

    Buildium filters on the day of upload only, which misses a changed title, so `since` is not used.
    """
    if query.parent is None:
        return page(wire, "/v1/files", [], query, cursor, PAGE, "Id")
    items = list(task_files(wire, query.parent))
    return Page(items=items, total=len(items))


def task_files(wire: Wire, task_id: str) -> Iterable[WireRecord]:
    for entry in every(wire, f"/v1/tasks/{number(task_id)}/history"):
        if entry.get("FileIds"):
            yield from _entry_files(wire, task_id, str(entry["Id"]))


def _entry_files(wire: Wire, task_id: str, history_id: str) -> Iterable[WireRecord]:
    for file in every(wire, f"/v1/tasks/{number(task_id)}/history/{number(history_id)}/files"):
        yield {**file, "TaskId": task_id, "HistoryId": history_id}


def get_file(wire: Wire, id: str) -> WireRecord:
    """A file with its bytes under `Content`: "id", or "task:history:id" for a file on a task."""
    parts = id.split(":")
    if len(parts) == 1:
        path = f"/v1/files/{number(id)}"
        return {**record(fetch(wire, path)), "Content": download(wire, path)}
    if len(parts) != 3:
        raise NotFound(f"Buildium has no file {id[:40]!r}")
    task, history, own = (number(part) for part in parts)
    path = f"/v1/tasks/{task}/history/{history}/files/{own}"
    found = [file for file in _entry_files(wire, task, history) if str(file["Id"]) == own]
    if not found:
        raise NotFound(f"Buildium task {task} has no file {own}")
    return {**found[0], "Content": download(wire, path)}


def download(wire: Wire, path: str) -> bytes:
    """The bytes of a file: a POST hands out an address that lives five minutes, which takes no credential."""
    ticket = record(wire.read(Request(method="POST", path=f"{path}/downloadrequest", reads=True)).data)
    return wire.read(Request(method="GET", path=str(ticket["DownloadUrl"]), auth=False)).body
