"""The history of a task: an entry when it is made, and one for each change that carries a message."""

from __future__ import annotations

from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import missing
from rooftree.simulators.buildium.forms import wire_time
from rooftree.simulators.buildium.routes import Call, Route, one, page
from rooftree.simulators.buildium.shapes import text
from rooftree.simulators.wire import Record, Response, json_response

TASKS = "Tasks > Tasks"


def routes(account: Account) -> list[Route]:
    """The history endpoints of 3.9."""
    path = "/v1/tasks/{id}/history"
    return [
        Route("GET", path, (TASKS,), lambda call: _list(account, call)),
        Route("GET", f"{path}/{{historyId}}", (TASKS,), lambda call: json_response(show_history(account, *call.ids))),
        Route("PUT", f"{path}/{{historyId}}", (TASKS,), lambda call: _put(account, call)),
    ]


def show_history(account: Account, task_id: int, id: int) -> Record:
    """TaskHistoryMessage; CreatedDateTIme is really spelled so."""
    row = one(account.history, id, "task history")
    if row["TaskId"] != task_id:
        raise missing("task history")
    author = account.staff_reference(row["CreatedByUserId"])
    user = author and {**author, "UserType": "Staff"}
    return {
        "Id": id,
        "Priority": row["Priority"],
        "TaskStatus": row["TaskStatus"],
        "AssignedToUserId": row["AssignedToUserId"] or 0,
        "DueDate": row["DueDate"],
        "Message": row["Message"],
        "SharedWith": row["SharedWith"],
        "FileIds": row["FileIds"],
        "CreatedDateTIme": wire_time(account.history.created(id)),
        "CreatedByUser": user,
        "LastUpdatedDateTime": wire_time(account.history.updated(id)),
        "LastUpdatedByUser": user,
    }


def add_history(account: Account, task_id: int, row: Record, message: str | None) -> None:
    """A new entry with the state of the task as it now is."""
    id = account.history.add(
        {
            "TaskId": task_id,
            "Priority": row["Priority"],
            "TaskStatus": row["TaskStatus"],
            "AssignedToUserId": row["AssignedToUserId"],
            "DueDate": row["DueDate"],
            "Message": message,
            "SharedWith": [],
            "CreatedByUserId": account.users.ids()[0],
            "FileIds": [],
        }
    )
    account.link("history", task_id, id)
    account.emit("Task.History.Created", TaskId=task_id, TaskHistoryId=id)


def _list(account: Account, call: Call) -> Response:
    task_id = call.ids[0]
    one(account.tasks, task_id, "task")
    entries = [id for id in account.history_of(task_id) if account.history.get(id) is not None]
    return page(call, entries, lambda id: show_history(account, task_id, id))


def _put(account: Account, call: Call) -> Response:
    task_id, id = call.ids
    show_history(account, task_id, id)
    message = call.body({"Message": text(65500, required=True)})["Message"]
    account.history.put(id, {**one(account.history, id, "task history"), "Message": message})
    account.emit("Task.History.Updated", TaskId=task_id, TaskHistoryId=id)
    return json_response(show_history(account, task_id, id))
