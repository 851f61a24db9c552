"""What a client posts to a lease's ledger: charges and payments, and the charges read as such (contract 3.15)."""

from __future__ import annotations

from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import invalid, missing
from rooftree.simulators.buildium.ledger import TRANSACTIONS, entries, rent_income
from rooftree.simulators.buildium.routes import Call, Route, created, one, page
from rooftree.simulators.buildium.shapes import choice, day, flag, many, number, text, whole
from rooftree.simulators.wire import Record, Response, json_response

_METHODS = ("Check", "Cash", "MoneyOrder", "CashierCheck", "DirectDeposit", "CreditCard", "ElectronicPayment")
_CORRECTED = many({"Amount": number(required=True), "GLAccountId": whole(required=True)})
_LINES = many({"Amount": number(required=True), "GLAccountId": whole(required=True), "ReferenceNumber": text(30)})
_CHARGE = {"Date": day(), "Memo": text(65), "BillId": whole(), "Lines": _LINES}
_CHARGE_PUT = {"Date": day(required=True), "Memo": text(65), "Lines": _LINES}
_PAYMENT = {
    "Date": day(required=True),
    "PaymentMethod": choice(_METHODS, required=True),
    "PayeeUserId": whole(),
    "Memo": text(65),
    "ReferenceNumber": text(30),
    "SendEmailReceipt": flag(required=True),
    "Lines": _LINES,
}
_PAYMENT_PUT = {name: field for name, field in _PAYMENT.items() if name != "SendEmailReceipt"} | {"Lines": _CORRECTED}


def routes(account: Account) -> list[Route]:
    """The write side of 3.15, and charges."""
    charges = "/v1/leases/{id}/charges"
    return [
        Route("GET", charges, (TRANSACTIONS,), lambda call: _charges(account, call)),
        Route("GET", f"{charges}/{{chargeId}}", (TRANSACTIONS,), lambda call: _charge(account, call)),
        Route("POST", charges, (TRANSACTIONS,), lambda call: _post_charge(account, call)),
        Route("PUT", f"{charges}/{{chargeId}}", (TRANSACTIONS,), lambda call: _put(account, call, "Charge", 1)),
        Route(
            "PUT",
            "/v1/leases/{id}/payments/{paymentId}",
            (TRANSACTIONS,),
            lambda call: _put(account, call, "Payment", -1),
        ),
        Route("POST", "/v1/leases/{id}/payments", (TRANSACTIONS,), lambda call: _post_payment(account, call)),
    ]


def _charges(account: Account, call: Call) -> Response:
    first, last = call.query.day("transactiondatefrom"), call.query.day("transactiondateto")
    found = {
        entry["Id"]: _show_charge(entry)
        for entry in entries(account, call.ids[0])
        if entry["TransactionTypeEnum"] == "Charge"
        and (first is None or entry["Date"] >= first.isoformat())
        and (last is None or entry["Date"] <= last.isoformat())
    }
    return page(call, list(found), lambda id: found[id])


def _charge(account: Account, call: Call) -> Response:
    lease_id, charge_id = call.ids
    for entry in entries(account, lease_id):
        if entry["Id"] == charge_id and entry["TransactionTypeEnum"] == "Charge":
            return json_response(_show_charge(entry))
    raise missing("charge")


def _show_charge(entry: Record) -> Record:
    """LeaseChargeMessage."""
    lines = [{"Amount": line["Amount"], "GLAccountId": line["GLAccount"]["Id"]} for line in entry["Journal"]["Lines"]]
    return {
        "Id": entry["Id"],
        "Date": entry["Date"],
        "TotalAmount": entry["TotalAmount"],
        "Memo": entry["Journal"]["Memo"],
        "BillId": None,
        "Lines": lines,
    }


def _post_charge(account: Account, call: Call) -> Response:
    """The documents answer with an array of one transaction."""
    entry = _post(account, call.ids[0], call.body(_CHARGE), "Charge", 1)
    return json_response([entry], 201, {"Location": f"{call.request.base}{call.request.path}/{entry['Id']}"})


def _post_payment(account: Account, call: Call) -> Response:
    entry = _post(account, call.ids[0], call.body(_PAYMENT), "Payment", -1)
    return created(call, entry["Id"], entry, f"/v1/leases/{call.ids[0]}/transactions/{entry['Id']}")


def _put(account: Account, call: Call, kind: str, sign: int) -> Response:
    """A correction replaces the posting. Rent that Buildium posts by itself is not corrected here."""
    lease_id, id = call.ids
    body, lease = call.body(_CHARGE_PUT if kind == "Charge" else _PAYMENT_PUT), one(account.leases, lease_id, "lease")
    held = account.postings.get(id)
    if held is None or held["LeaseId"] != lease_id or held["TransactionTypeEnum"] != kind:
        raise missing(kind.lower())
    if not body["Lines"]:
        raise invalid(("Lines", "At least one line is required."))
    account.postings.put(id, _entry(lease_id, lease, body, kind, sign, body["Lines"]))
    account.emit("LeaseTransaction.Updated", TransactionId=id, TransactionType=kind)
    entry = {**one(account.postings, id, kind.lower()), "Id": id}
    return json_response(_show_charge(entry) if kind == "Charge" else entry)


def _post(account: Account, lease_id: int, body: Record, kind: str, sign: int) -> Record:
    lease = one(account.leases, lease_id, "lease")
    lines = body.get("Lines") or []
    if not lines:
        raise invalid(("Lines", "At least one line is required."))
    entry = _entry(lease_id, lease, body, kind, sign, lines)
    entry["Date"] = entry["Date"] or account.today().isoformat()
    id = account.postings.add(entry)
    account.link("postings", lease_id, id)
    account.emit("LeaseTransaction.Created", TransactionId=id, TransactionType=kind)
    return {**entry, "Id": id}


def _entry(lease_id: int, lease: Record, body: Record, kind: str, sign: int, lines: list[Record]) -> Record:
    return {
        "Date": body.get("Date"),
        "TransactionType": kind,
        "TransactionTypeEnum": kind,
        "TotalAmount": sign * sum(line["Amount"] for line in lines),
        "CheckNumber": None,
        "LeaseId": lease_id,
        "PayeeTenantId": body.get("PayeeUserId"),
        "PaymentMethod": body.get("PaymentMethod"),
        "Journal": {"Memo": body.get("Memo"), "Lines": [_line(line, body, lease, kind, sign) for line in lines]},
    }


def _line(line: Record, body: Record, lease: Record, kind: str, sign: int) -> Record:
    return {
        "GLAccount": {**rent_income(), "Id": line["GLAccountId"]},
        "Amount": sign * line["Amount"],
        "IsCashPosting": kind == "Payment",
        "ReferenceNumber": line.get("ReferenceNumber") or body.get("ReferenceNumber"),
        "Memo": body.get("Memo"),
        "PropertyId": lease["PropertyId"],
        "UnitId": lease["UnitId"],
    }
