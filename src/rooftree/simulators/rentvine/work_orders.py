"""Work orders: a bare partial body changes them, an enveloped one is answered 200 and changes nothing (contract 6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from rooftree.simulators.rentvine.account import Account
from rooftree.simulators.rentvine.calls import Call, found, id_in, page
from rooftree.simulators.rentvine.errors import invalid
from rooftree.simulators.rentvine.seed import blank_work_order
from rooftree.simulators.rentvine.words import CLOSED, stamp_text, text
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record, Response, json_response

DEFAULT_SIZE = 15
_FLAGS = ("isVacant", "isOwnerApproved", "isSharedWithTenant", "isSharedWithOwner")
_ORDERS = ("sendVendorNotification", "sendEmail", "sendReview")
_FILTERS = ("propertyID", "unitID", "leaseID", "workOrderStatusID", "isNew")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\Z")
_AMOUNT = re.compile(r"\d+(\.\d{1,2})?\Z")
# Which fields Rentvine insists on is not documented; its published clients send at least these.
_REQUIRED = ("propertyID", "description", "priorityID")


def listed(account: Account, call: Call) -> Response:
    """A page, oldest first; each row names the vendor beside the work order where there is one."""
    wanted = {name: value for name in _FILTERS if (value := call.param(name)) is not None}
    ids: Sequence[int] = account.work_orders.ids()
    if wanted:
        keep = lambda _id, row: all(row[name] == value for name, value in wanted.items())  # noqa: E731
        ids = account.work_orders.select(keep, key=tuple(wanted.items()))
    return page(call, ids, lambda id: _row(account, id), DEFAULT_SIZE)


def one(account: Account, call: Call) -> Response:
    row = found(account.work_orders, call.ids[0], "Work order")
    return json_response({"workOrder": _shown(row), "schedulingStatusID": "1"})


def create(account: Account, call: Call) -> Response:
    body = call.body()
    lacking = {name: f"The {name} field is required." for name in _REQUIRED if not body.get(name)}
    if lacking:
        raise invalid(**lacking)
    # A status is optional: an account's first pending one is taken.
    fields = {"workOrderStatusID": account.statuses.ids()[0], **body}
    accepted, at = _accepted(account, fields), account.now_text()
    id = account.work_orders.add({})
    row = {**blank_work_order(id), **accepted, "dateTimeCreated": at, "dateTimeModified": at}
    account.work_orders.put(id, row)
    _notify(account, id, body)
    return json_response({"workOrder": _shown(row), "schedulingStatusID": "1"})


def update(account: Account, call: Call) -> Response:
    """Changes what the body names; names it does not know, the envelope among them, are passed over."""
    body = call.body()
    row = change(account, call.ids[0], body)
    _notify(account, call.ids[0], body)
    return json_response({"workOrder": _shown(row)})


def change(account: Account, id: int, body: Record) -> Record:
    row = found(account.work_orders, id, "Work order")
    accepted = _accepted(account, body)
    if not accepted:
        return row
    new = {**row, **accepted, "isNew": "0", "dateTimeModified": account.now_text()}
    return account.work_orders.put(id, new)


def delete(account: Account, call: Call) -> Response:
    found(account.work_orders, call.ids[0], "Work order")
    account.work_orders.remove(call.ids[0])
    return json_response({})


def _row(account: Account, id: int) -> Record:
    row = found(account.work_orders, id, "Work order")
    vendor = account.vendors.get(int(row["vendorContactID"])) if row["vendorContactID"] else None
    return {"workOrder": _shown(row), **({"contact": in_list(vendor)} if vendor else {})}


def _shown(row: Record) -> Record:
    """A work order in an answer. No source lists the instructions to the vendor among what comes back."""
    return {key: value for key, value in row.items() if key != "vendorInstructions"}


def in_list(contact: Record) -> Record:
    """A vendor as lists show it; only the detail adds code, website, names and trades."""
    return {key: value for key, value in contact.items() if key not in _DETAIL}


_DETAIL = ("code", "websiteUrl", "firstName", "lastName", "vendorTrades")


def _accepted(account: Account, body: Record) -> Record:
    """The fields of a body that Rentvine knows, in its way of writing; raises Refusal 400."""
    readers = _readers(account)
    given = {name: value for name, value in body.items() if name in readers}
    row = {name: None if value is None else readers[name](value, name) for name, value in given.items()}
    status = row.get("workOrderStatusID")
    return row | _state(account, status) if status else row


def _state(account: Account, status: str) -> Record:
    """What follows from a status: its primary, and for a closed one the day and hour."""
    primary = found(account.statuses, int(status), "Status")["primaryWorkOrderStatusID"]
    closed = primary == str(CLOSED)
    at = stamp_text(account.database.now(), account.zone)
    return {
        "primaryWorkOrderStatusID": primary,
        "dateClosed": at[:10] if closed else None,
        "actualEndDate": at if closed else None,
    }


def _readers(account: Account) -> dict[str, Callable[[Any, str], Any]]:
    tables: dict[str, Table] = {
        "propertyID": account.properties,
        "unitID": account.units,
        "leaseID": account.leases,
        "workOrderStatusID": account.statuses,
        "vendorContactID": account.vendors,
        "vendorTradeID": account.trades,
        "requestedByContactID": account.tenants,
    }
    return {
        **{name: _reference(table) for name, table in tables.items()},
        **dict.fromkeys(_FLAGS, _flag),
        **dict.fromkeys(("description", "vendorInstructions"), _words),
        **dict.fromkeys(("scheduledStartDate", "scheduledEndDate"), _moment),
        "priorityID": _between(1, 3),
        "sourceTypeID": _between(1, 6),
        "assignedToUserID": _between(1, 10**9),
        "estimatedAmount": _amount,
    }


def _reference(table: Table) -> Callable[[Any, str], str]:
    return lambda value, name: id_in(value, table, name)


def _between(low: int, high: int) -> Callable[[Any, str], str]:
    def read(value: Any, name: str) -> str:
        if isinstance(value, bool) or not str(value).isdigit() or not low <= int(value) <= high:
            raise invalid(**{name: f"The selected {name} is invalid."})
        return str(value)

    return read


def _flag(value: Any, name: str) -> str:
    if value not in (True, False, 0, 1, "0", "1"):
        raise invalid(**{name: f"The {name} field must be true or false."})
    return str(text(value in (True, "1")))


def _words(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise invalid(**{name: f"The {name} must be a string."})
    return value


def _moment(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _MOMENT.match(value):
        raise invalid(**{name: f"The {name} is not a valid date."})
    return value


def _amount(value: Any, name: str) -> str:
    if not _AMOUNT.match(str(value)):
        raise invalid(**{name: f"The {name} must be a number."})
    return f"{float(value):.2f}"


def _notify(account: Account, id: int, body: Record) -> None:
    """Real messages to real people: sent again each time a body asks for it."""
    account.notices += [{"workOrderID": str(id), "asked": name} for name in _ORDERS if body.get(name)]
