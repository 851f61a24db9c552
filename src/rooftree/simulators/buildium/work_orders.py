"""Work orders: the vendor's side of a task. They always have a vendor and repeat the task's status read-only."""

from __future__ import annotations

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import invalid
from rooftree.simulators.buildium.filters import among, containing, since_of, updated_on_days
from rooftree.simulators.buildium.routes import Call, Route, Test, created, listing, one
from rooftree.simulators.buildium.shapes import choice, day, many, nested, number, text, whole, wholes
from rooftree.simulators.buildium.tasks import add_task, agreement, filters
from rooftree.simulators.wire import Record, Response, json_response

WORK_ORDERS = "Maintenance > Work Orders"
_LINE = {
    "GlAccountId": whole(),
    "Quantity": number(required=True),
    "Memo": text(),
    "UnitPrice": number(required=True),
}
_PUT = {
    "Title": text(127),
    "WorkDetails": text(65535),
    "InvoiceNumber": text(50),
    "ChargeableTo": text(100),
    "EntryAllowed": choice(words.ENTRY_ALLOWED, required=True),
    "EntryNotes": text(65535),
    "VendorId": whole(required=True),
    "VendorNotes": text(65535),
    "EntryContactId": whole(),
    "EntryContactIds": wholes(),
    "LineItems": many(_LINE),
}
_TASK = {
    "Title": text(127, required=True),
    "DueDate": day(),
    "Priority": choice(words.PRIORITIES, required=True),
    "Status": choice(words.TASK_STATUSES, required=True),
    "PropertyId": whole(),
    "UnitId": whole(),
    "AssignedToUserId": whole(required=True),
}
_POST = {**_PUT, "TaskId": whole(), "Task": nested(_TASK)}


def show_work_order(account: Account, id: int) -> Record:
    """WorkOrderMessage."""
    row = one(account.work_orders, id, "work order")
    task = one(account.tasks, row["TaskId"], "task")
    contacts = [_contact(contact) for contact in row["EntryContactIds"]]
    shown = {name: value for name, value in row.items() if name not in ("TaskId", "EntryContactIds")}
    return {
        "Id": id,
        "Task": {
            "Id": row["TaskId"],
            "Type": task["Type"],
            "UnitId": task["UnitId"],
            "UnitAgreement": agreement(task["UnitAgreementId"]),
            "Title": task["Title"],
            "DueDate": task["DueDate"],
            "Priority": task["Priority"],
            "Status": task["TaskStatus"],
        },
        "DueDate": task["DueDate"],
        "Priority": task["Priority"],
        "Status": task["TaskStatus"],
        **shown,
        "EntryContact": contacts[0] if contacts else None,
        "EntryContacts": contacts,
        "BillTransactionId": None,
        "BillTransactionIds": [],
        "Amount": _amount(row),
    }


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.10."""
    return [
        Route("GET", "/v1/workorders", (WORK_ORDERS,), lambda call: _list(account, call)),
        Route("POST", "/v1/workorders", (WORK_ORDERS,), lambda call: _post(account, call)),
        Route(
            "GET",
            "/v1/workorders/{id}",
            (WORK_ORDERS,),
            lambda call: json_response(show_work_order(account, call.ids[0])),
        ),
        Route("PUT", "/v1/workorders/{id}", (WORK_ORDERS,), lambda call: _put(account, call)),
    ]


def _amount(row: Record) -> float:
    return float(sum(line["Quantity"] * line["UnitPrice"] for line in row["LineItems"]))


def _contact(id: int) -> Record:
    return {"Id": id, "Resources": [{"Type": "RentalTenant", "Href": f"/v1/leases/tenants/{id}"}]}


def _list(account: Account, call: Call) -> Response:
    query = call.query
    vendors, tasks, title = query.wholes("vendorids"), query.wholes("taskids"), query.text("title")
    least, most, billed = query.number("amountfrom"), query.number("amountto"), query.flag("isbilled")
    tests: list[Test | None] = [
        among(tasks, lambda row: row["TaskId"]),
        among(vendors, lambda row: row["VendorId"]),
        containing(title, lambda row: [row["Title"]]),
        None if least is None else (lambda _id, row: _amount(row) >= least),
        None if most is None else (lambda _id, row: _amount(row) <= most),
        None if billed is None else (lambda _id, _row: not billed),
        *filters(account, call, lambda row: one(account.tasks, row["TaskId"], "task")),
        updated_on_days(call, account.work_orders),
    ]
    return listing(call, account.work_orders, lambda id: show_work_order(account, id), tests, since_of(call))


def _row(account: Account, body: Record) -> Record:
    vendor = account.vendors.get(body["VendorId"])
    if vendor is None or not vendor["IsActive"]:
        raise invalid(("VendorId", "The vendor must be an active vendor."))
    contacts = body.pop("EntryContactIds") or []
    single = body.pop("EntryContactId")
    contacts = contacts or ([single] if single else [])
    for contact in contacts:
        if account.tenants.get(contact) is None:
            raise invalid(("EntryContactIds", f"Entry contact {contact} does not exist."))
    return {**body, "EntryContactIds": contacts, "LineItems": body["LineItems"] or []}


def _post(account: Account, call: Call) -> Response:
    body = call.body(_POST)
    task_id, task = body.pop("TaskId"), body.pop("Task")
    # Whether both may be sent is not documented; the simulator takes the strict side.
    if (task_id is None) == (task is None):
        raise invalid(("TaskId", "Either TaskId or Task is required."))
    row = _row(account, body)
    if task_id is not None and account.tasks.get(task_id) is None:
        raise invalid(("TaskId", "The task does not exist."))
    if task is not None:
        # The kind of task made here is not documented either; a to-do fits the fields.
        task_id = add_task(account, "Todo", {**task, "TaskStatus": task.pop("Status")})
    title = body["Title"] or one(account.tasks, task_id, "task")["Title"]
    id = account.work_orders.add({"TaskId": task_id, **row, "Title": title})
    account.emit("WorkOrder.Created", WorkOrderId=id)
    return created(call, id, show_work_order(account, id))


def _put(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.work_orders, id, "work order")
    account.work_orders.put(id, {"TaskId": row["TaskId"], **_row(account, call.body(_PUT))})
    account.emit("WorkOrder.Updated", WorkOrderId=id)
    return json_response(show_work_order(account, id))
