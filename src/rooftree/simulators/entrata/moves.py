"""Leases move in, give notice, move out; residents change; charges are posted. A refusal is told inside a 200."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rooftree.simulators.entrata.account import Account
from rooftree.simulators.entrata.reads import known_property
from rooftree.simulators.entrata.words import AR_CODES, MOVE_OUT_REASONS, MOVE_OUT_TYPES, Refusal, need, word_of
from rooftree.simulators.wire import Record

_LEAVING = ("moveOutTypeId", "moveOutReasonId", "moveOutDate", "unitAvailableOnDate")
_CUSTOMER = {
    "firstName": "FirstName",
    "middleName": "MiddleName",
    "lastName": "LastName",
    "email": "Email",
    "streetLine1": "Address",
    "city": "City",
    "state": "State",
    "postalCode": "PostalCode",
    "phoneNumber": "PhoneNumber",
}


def on_notice(account: Account, params: Record) -> Record:
    def change(row: Record) -> Record:
        need(params, *_LEAVING, "noticeDate", "makeReadyEndDate", "submitRefundDetails")
        _leaving(params)
        return {"leaseIntervalStatus": "Notice", "leaseStatusTypeId": "5", "moveOutDate": str(params["moveOutDate"])}

    return _moved(account, params, ("Current", "Notice"), change)


def move_in(account: Account, params: Record) -> Record:
    return _moved(
        account, params, ("Future",), lambda _row: {"leaseIntervalStatus": "Current", "leaseStatusTypeId": "4"}
    )


def move_out(account: Account, params: Record) -> Record:
    """Notice comes first."""

    def change(row: Record) -> Record:
        need(params, *_LEAVING)
        _leaving(params)
        return {"leaseIntervalStatus": "Past", "leaseStatusTypeId": "6", "moveOutDate": str(params["moveOutDate"])}

    return _moved(account, params, ("Notice",), change)


def cancel(account: Account, params: Record) -> Record:
    return _moved(
        account, params, ("Future",), lambda _row: {"leaseIntervalStatus": "Cancelled", "leaseStatusTypeId": "2"}
    )


def _leaving(params: Record) -> None:
    word_of(MOVE_OUT_TYPES, params["moveOutTypeId"], "moveOutTypeId")
    kind = next((each[2] for each in MOVE_OUT_REASONS if str(each[0]) == str(params["moveOutReasonId"])), None)
    if str(kind) != str(params["moveOutTypeId"]):
        raise Refusal(301, "moveOutReasonId is invalid.")
    _day(params, "moveOutDate")


def _day(params: Record, name: str) -> None:
    try:
        datetime.strptime(str(params[name]), "%m/%d/%Y")
    except ValueError:
        raise Refusal(301, f"{name} is not a valid date.") from None


def _moved(account: Account, params: Record, before: tuple[str, ...], change: Any) -> Record:
    known_property(account, params)
    try:
        need(params, "leaseId")
        row = account.leases.get(int(params["leaseId"])) if str(params["leaseId"]).isdigit() else None
        if row is None or row["propertyId"] != str(params["propertyId"]):
            raise Refusal(301, "leaseId is invalid.")
        if row["leaseIntervalStatus"] not in before:
            raise Refusal(301, f"The lease is {row['leaseIntervalStatus']}; this is not possible.")
        account.leases.put(int(row["id"]), {**row, **change(row)})
    except Refusal as refusal:
        return {"status": "Error", "message": refusal.message}
    return {"status": "Success", "message": "Success"}


def update_customer(account: Account, params: Record) -> Record:
    """Only what is named is changed."""
    id = str(params.get("id") or "")
    row = account.customers.get(int(id)) if id.isdigit() else None
    said = {"node": 0, "referenceId": id}
    if row is None or ("email" in params and "@" not in str(params["email"])):
        wrong = "id" if row is None else "email"
        return {"customers": {"customer": [{**said, "status": "Error", "message": f"{wrong} is invalid."}]}}
    account.customers.put(
        int(id), {**row, **{ours: str(params[theirs]) for theirs, ours in _CUSTOMER.items() if theirs in params}}
    )
    return {"customers": {"customer": [{**said, "status": "Success", "message": "Success"}]}}


def send_transaction(account: Account, params: Record) -> Record:
    """A transactionId may come once."""
    said: Record = {"transaction_id": str(params.get("transactionId") or "")}
    try:
        need(params, "transactionId", "leaseId", "arCodeId", "transactionAmount", "transactionDate")
        if any(str(each["clientId"]) == said["transaction_id"] for _id, each in account.transactions.rows()):
            raise Refusal(301, "transactionId was used before.")
        row = _posted(account, params)
    except Refusal as refusal:
        said |= {"reference_id": "", "status": "Error", "message": refusal.message}
        return {"Transactions": {"Transaction": [{"@attributes": said}]}}
    id = account.transactions.add(row)
    account.transactions.put(id, {**row, "id": id})
    said |= {"reference_id": id, "status": "Success", "message": "Success"}
    return {"Transactions": {"Transaction": [{"@attributes": said}]}}


def _posted(account: Account, params: Record) -> Record:
    lease = account.leases.get(int(params["leaseId"])) if str(params["leaseId"]).isdigit() else None
    if lease is None:
        raise Refusal(301, "leaseId is invalid.")
    _day(params, "transactionDate")
    amount = str(params["transactionAmount"])
    return {
        "propertyId": lease["propertyId"],
        "leaseId": lease["id"],
        "clientId": str(params["transactionId"]),
        "transactionTypeId": 1,
        "arCodeId": int(params["arCodeId"]),
        "arCodeName": word_of(AR_CODES, params["arCodeId"], "arCodeId"),
        "description": "",
        "transactionDate": str(params["transactionDate"]),
        "postMonth": str(params.get("arPostMonth") or ""),
        "amount": amount,
        "amountPaid": "0",
        "balanceDue": amount,
    }
