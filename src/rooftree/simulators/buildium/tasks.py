"""Tasks of all four kinds, their categories and history. Status, priority and due date of a job live here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import Refusal, invalid
from rooftree.simulators.buildium.filters import (
    among,
    containing,
    equal,
    since_of,
    updated_on_days,
    within_days,
)
from rooftree.simulators.buildium.forms import wire_time
from rooftree.simulators.buildium.routes import (
    Call,
    Route,
    Test,
    created,
    listing,
    one,
    page,
)
from rooftree.simulators.buildium.shapes import Field, choice, day, flag, nested, phone_text, text, whole
from rooftree.simulators.buildium.task_history import TASKS, add_history
from rooftree.simulators.wire import Record, Response, json_response

_COMMON = {
    "Title": text(127, required=True),
    "CategoryId": whole(),
    "SubCategoryId": whole(),
    "TaskStatus": choice(words.TASK_STATUSES, required=True),
    "Priority": choice(words.PRIORITIES, required=True),
    "DueDate": day(),
}
_PLACE = {"PropertyId": whole(), "UnitId": whole()}
_ASSIGNED = {"AssignedToUserId": whole(required=True)}
_CONTACT = {
    "ContactDetail": nested(
        {
            "FirstName": text(required=True),
            "LastName": text(),
            "Email": text(),
            "PhoneNumbers": nested({"Home": phone_text(), "Work": phone_text(), "Mobile": phone_text()}),
        },
        required=True,
    )
}
_ENTRY = {"IsEntryPermittedByResident": flag(), "DoesResidentHavePets": flag(), "ResidentEntryNotes": text(65535)}
_POST: dict[str, dict[str, Field]] = {
    "ResidentRequest": {
        **_COMMON,
        "Description": text(65500),
        "UnitAgreementId": whole(required=True),
        "RequestedByEntityId": whole(required=True),
        "AssignedToUserId": whole(),
        **_ENTRY,
        "ShareWithRentalOwners": flag(),
        "ShareWithBoardMembers": flag(),
    },
    "Todo": {**_COMMON, **_PLACE, **_ASSIGNED, "Description": text(65500)},
    "ContactRequest": {**_COMMON, **_PLACE, **_ASSIGNED, **_CONTACT, "Description": text(65500)},
    "RentalOwnerRequest": {
        **_COMMON,
        **_PLACE,
        "AssignedToUserId": whole(),
        "Description": text(65500),
        "RequestedByRentalOwnerId": whole(required=True),
    },
}
_PUT: dict[str, dict[str, Field]] = {
    "ResidentRequest": {**_COMMON, "AssignedToUserId": whole(), "Message": text(65500)},
    "Todo": {**_COMMON, **_PLACE, **_ASSIGNED, "Message": text(65500)},
    "ContactRequest": {**_COMMON, **_PLACE, **_ASSIGNED, **_CONTACT, "Message": text(65500)},
    "RentalOwnerRequest": {**_COMMON, **_PLACE, "AssignedToUserId": whole(), "Message": text(65500)},
}
PATHS = {
    "ResidentRequest": "residentrequests",
    "Todo": "todorequests",
    "ContactRequest": "contactrequests",
    "RentalOwnerRequest": "rentalownerrequests",
}
_BLANK: Record = dict.fromkeys(
    (
        "Description",
        "PropertyId",
        "UnitId",
        "UnitAgreementId",
        "RequestedById",
        "AssignedToUserId",
        "ContactDetail",
        "IsEntryPermittedByResident",
        "DoesResidentHavePets",
        "ResidentEntryNotes",
        "CategoryId",
        "SubCategoryId",
        "DueDate",
    )
)


def show_task(account: Account, id: int) -> Record:
    """AllTasksMessage: what every kind of task has."""
    row = one(account.tasks, id, "task")
    return {
        **_common(account, id, row),
        "TaskType": row["Type"],
        "UnitAgreement": agreement(row["UnitAgreementId"]),
        "RequestedByUserEntity": _requester(account, row),
        "AssignedToUserId": row["AssignedToUserId"] or 0,
    }


def show_typed(account: Account, id: int) -> Record:
    """The message of the task's own kind."""
    row = one(account.tasks, id, "task")
    shown = {**_common(account, id, row), "AssignedToUserId": row["AssignedToUserId"]}
    if row["Type"] == "ResidentRequest":
        return {
            **shown,
            "UnitAgreement": agreement(row["UnitAgreementId"]),
            "Appliance": None,
            "RequestedByUserEntity": _requester(account, row),
            **{name: row[name] for name in _ENTRY},
        }
    if row["Type"] == "ContactRequest":
        return {**shown, "ContactDetail": row["ContactDetail"]}
    if row["Type"] == "RentalOwnerRequest":
        return {**shown, "RequestedByUserEntity": _requester(account, row)}
    return shown


def agreement(lease_id: int | None) -> Record | None:
    """How a task names its lease."""
    return {"Id": lease_id, "Type": "Lease", "Href": f"/v1/leases/{lease_id}"} if lease_id else None


def add_task(account: Account, kind: str, fields: Mapping[str, Any]) -> int:
    """Store a new task with its first history entry."""
    row = {**_BLANK, **fields, "Type": kind}
    _check_references(account, row)
    id = account.tasks.add(row)
    account.emit("Task.Created", TaskId=id, TaskType=kind)
    add_history(account, id, row, row["Description"])
    return id


def change_task(account: Account, id: int, fields: Mapping[str, Any], message: str | None = None) -> None:
    """Store new values; a message becomes a history entry."""
    row = {**one(account.tasks, id, "task"), **fields}
    _check_references(account, row)
    account.tasks.put(id, row)
    account.emit("Task.Updated", TaskId=id, TaskType=row["Type"])
    if message:
        add_history(account, id, row, message)


def filters(account: Account, call: Call, task_of: Any = lambda row: row) -> list[Test | None]:
    """What lists of tasks and of work orders can ask about the task."""
    query = call.query
    return [
        entity(account, call, lambda row: task_of(row)["PropertyId"]),
        among(query.choices("statuses", words.TASK_STATUSES), lambda row: task_of(row)["TaskStatus"]),
        among(query.choices("priorities", words.PRIORITIES), lambda row: task_of(row)["Priority"]),
        among(query.choices("type", words.TASK_TYPES), lambda row: task_of(row)["Type"]),
        equal(query.whole("unitid"), lambda row: task_of(row)["UnitId"]),
        equal(query.whole("unitagreementid"), lambda row: task_of(row)["UnitAgreementId"]),
        equal(query.whole("taskcategoryid"), lambda row: task_of(row)["CategoryId"]),
        equal(query.whole("assignedtoid"), lambda row: task_of(row)["AssignedToUserId"]),
        within_days(call, "duedatefrom", "duedateto", lambda row: task_of(row)["DueDate"]),
    ]


def entity(account: Account, call: Call, property_of: Any) -> Test | None:
    """entitytype and entityid go together: a property, or all properties of an owner."""
    kinds = call.query.choices("entitytype", ("Rental", "RentalOwner", "Association", "Property"))
    id = call.query.whole("entityid")
    if (kinds is None) != (id is None):
        raise invalid(("entityid", "entityid and entitytype must be given together."))
    if kinds is None or id is None:
        return None
    return among(account.owned_by(frozenset({id})) if "RentalOwner" in kinds else {id}, property_of)


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.9 but history and files."""
    found = [
        Route("GET", "/v1/tasks", (TASKS,), lambda call: _list(account, call, None)),
        Route("GET", "/v1/tasks/{id}", (TASKS,), lambda call: json_response(show_task(account, call.ids[0]))),
        Route(
            "GET",
            "/v1/tasks/categories",
            (TASKS,),
            lambda call: page(call, account.task_categories.ids(), lambda id: _category(account, id)),
        ),
        Route("POST", "/v1/tasks/categories", (TASKS,), lambda call: _post_category(account, call)),
        Route(
            "GET",
            "/v1/tasks/categories/{id}",
            (TASKS,),
            lambda call: json_response(_category(account, call.ids[0])),
        ),
    ]
    for kind, path in PATHS.items():
        found += _typed_routes(account, kind, f"/v1/tasks/{path}")
    return found


def _typed_routes(account: Account, kind: str, path: str) -> list[Route]:
    def get(call: Call) -> Response:
        _of_kind(account, call.ids[0], kind)
        return json_response(show_typed(account, call.ids[0]))

    def put(call: Call) -> Response:
        _of_kind(account, call.ids[0], kind)
        body = call.body(_PUT[kind])
        change_task(account, call.ids[0], body, body.pop("Message"))
        return json_response(show_typed(account, call.ids[0]))

    def post(call: Call) -> Response:
        id = add_task(account, kind, _fields(account, kind, call.body(_POST[kind])))
        return created(call, id, show_typed(account, id))

    return [
        Route("GET", path, (TASKS,), lambda call: _list(account, call, kind)),
        Route("POST", path, (TASKS,), post),
        Route("GET", f"{path}/{{id}}", (TASKS,), get),
        Route("PUT", f"{path}/{{id}}", (TASKS,), put),
    ]


def _fields(account: Account, kind: str, body: Record) -> Record:
    body.pop("ShareWithRentalOwners", None), body.pop("ShareWithBoardMembers", None)
    if kind == "RentalOwnerRequest":
        return {**body, "RequestedById": body.pop("RequestedByRentalOwnerId")}
    if kind != "ResidentRequest":
        return body
    tenant, lease = body.pop("RequestedByEntityId"), account.leases.get(body["UnitAgreementId"])
    if lease is None:
        raise invalid(("UnitAgreementId", "The lease does not exist."))
    if tenant not in lease["MoveIns"]:
        raise invalid(("RequestedByEntityId", "The tenant is not on the lease."))
    return {**body, "RequestedById": tenant, "PropertyId": lease["PropertyId"], "UnitId": lease["UnitId"]}


def _check_references(account: Account, row: Record) -> None:
    place = account.properties.get(row["PropertyId"]) if row["PropertyId"] else None
    if row["PropertyId"] and (place is None or not place["IsActive"]):
        raise invalid(("PropertyId", "The assigned property must be active."))
    unit = account.units.get(row["UnitId"]) if row["UnitId"] else None
    if row["UnitId"] and (unit is None or unit["PropertyId"] != row["PropertyId"]):
        raise invalid(("UnitId", "The unit does not belong to the property."))
    assignee = account.users.get(row["AssignedToUserId"]) if row["AssignedToUserId"] else None
    if row["AssignedToUserId"] and (assignee is None or not assignee["IsActive"]):
        raise invalid(("AssignedToUserId", "The user must be an active staff user."))
    if row["CategoryId"] and account.task_categories.get(row["CategoryId"]) is None:
        raise invalid(("CategoryId", "The task category does not exist."))
    if row["Type"] == "RentalOwnerRequest" and account.owners.get(row["RequestedById"] or 0) is None:
        raise invalid(("RequestedByRentalOwnerId", "The rental owner does not exist."))


def _of_kind(account: Account, id: int, kind: str) -> None:
    row = account.tasks.get(id)
    if row is None or row["Type"] != kind:
        raise Refusal(404, "No task found with the id.")


def _common(account: Account, id: int, row: Record) -> Record:
    place = row["PropertyId"]
    return {
        "Id": id,
        "Category": _category_of(account, row),
        "Title": row["Title"],
        "Description": row["Description"],
        "Property": {"Id": place, "Type": "Rental", "Href": f"/v1/rentals/{place}"} if place else None,
        "UnitId": row["UnitId"],
        "TaskStatus": row["TaskStatus"],
        "Priority": row["Priority"],
        "DueDate": row["DueDate"],
        "CreatedDateTime": wire_time(account.tasks.created(id)),
        "LastUpdatedDateTime": wire_time(account.tasks.updated(id)),
    }


def _category_of(account: Account, row: Record) -> Record | None:
    id = row["CategoryId"]
    category = account.task_categories.get(id) if id else None
    if category is None:
        return None
    chosen = next((sub for sub in category["SubCategories"] if sub["Id"] == row["SubCategoryId"]), None)
    return {"Id": id, "Name": category["Name"], "Href": f"/v1/tasks/categories/{id}", "SubCategory": chosen}


def _requester(account: Account, row: Record) -> Record | None:
    id, kind = row["RequestedById"], row["Type"]
    if kind == "ContactRequest" and row["ContactDetail"]:
        contact = row["ContactDetail"]
        return {
            "Type": "ContactRequestor",
            "Id": None,
            "FirstName": contact["FirstName"],
            "LastName": contact["LastName"],
            "IsCompany": False,
            "Href": None,
        }
    table, word, path = (
        (account.tenants, "RentalTenant", "leases/tenants")
        if kind == "ResidentRequest"
        else (account.owners, "RentalOwner", "rentals/owners")
    )
    person = table.get(id) if id else None
    return person and {
        "Type": word,
        "Id": id,
        "FirstName": person["FirstName"],
        "LastName": person["LastName"],
        "IsCompany": person.get("IsCompany", False),
        "Href": f"/v1/{path}/{id}",
    }


def _list(account: Account, call: Call, kind: str | None) -> Response:
    title = call.query.text("tasktitle")
    tests: list[Test | None] = [
        equal(kind, lambda row: row["Type"]),
        containing(title, lambda row: [row["Title"]]),
        *filters(account, call),
        updated_on_days(call, account.tasks),
    ]
    show = show_task if kind is None else show_typed
    return listing(call, account.tasks, lambda id: show(account, id), tests, since_of(call))


def _category(account: Account, id: int) -> Record:
    return {"Id": id, **one(account.task_categories, id, "task category")}


def _post_category(account: Account, call: Call) -> Response:
    name = call.body({"Name": text(required=True)})["Name"]
    id = account.task_categories.add({"Name": name, "IsSystemCategory": False, "SubCategories": []})
    account.emit("TaskCategory.Created", TaskCategoryId=id)
    return created(call, id, _category(account, id))
