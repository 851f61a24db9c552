"""Writing a lease's ledger: charges and payments, posted and corrected (contract 3.15).

A correction is a PUT of the whole posting, after Buildium's own OpenAPI document (charges and payments have one each).
What was posted in several lines is corrected as to day and words only: which line an amount is of, nobody said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Send, Wire, WireRecord
from rooftree.connectors.buildium.changes import need, post, put
from rooftree.connectors.buildium.client import every
from rooftree.connectors.buildium.wire import iso, to_id, to_int, to_number
from rooftree.connectors.changes import marked, overlay
from rooftree.connectors.values import filled, mark, marker_in
from rooftree.errors import InvalidInput
from rooftree.model.leasing import Charge, Payment

MEMO = 65


def write_charge(current: Charge | None, desired: Charge, ctx: Context) -> Send | None:
    """Bills a lease, or corrects what was billed; the account is a general-ledger account of the customer's."""
    if current is None:
        body = {**_charge(desired, ctx), "Lines": [_line(desired.amount, desired.account_id)]}
        return _post_to_ledger("create charge", "charges", desired.lease_id, body, ctx.marker)
    rows: list[WireRecord] = list(current.raw.get("Lines") or ())
    return _corrected("charge", current, overlay(current, desired), rows, current.raw.get("Memo"), _charge, ctx)


def write_payment(current: Payment | None, desired: Payment, ctx: Context) -> Send | None:
    """Records money received outside Buildium, or corrects the record; it moves none, and mails no receipt."""
    if current is None:
        body = {
            **_payment(desired, ctx),
            "SendEmailReceipt": False,
            "Lines": [_line(desired.amount, desired.account_id)],
        }
        return _post_to_ledger("record payment", "payments", desired.lease_id, filled(body), ctx.marker)
    journal = current.raw.get("Journal") or {}
    rows = [row for row in journal.get("Lines") or () if not (row.get("GLAccount") or {}).get("IsBankAccount")]
    return _corrected("payment", current, overlay(current, desired), rows, journal.get("Memo"), _payment, ctx)


def _charge(charge: Charge, ctx: Context) -> dict[str, Any]:
    return {
        "Date": iso(charge.charged_on or charge.due_on or ctx.now.date()),
        "Memo": mark(charge.description or charge.name, ctx.marker, MEMO),
    }


def _payment(payment: Payment, ctx: Context) -> dict[str, Any]:
    return {
        "Date": iso(payment.paid_on or ctx.now.date()),
        "PaymentMethod": need(payment.method_raw, "method_raw", "a method, such as Check or Cash"),
        "PayeeUserId": to_int(payment.resident_id),
        "Memo": mark(payment.description, ctx.marker, MEMO),
        "ReferenceNumber": payment.reference,
    }


def _corrected(
    kind: str, current: Any, wanted: Any, rows: Sequence[WireRecord], memo: Any, body_of: Any, ctx: Context
) -> Send | None:
    """The PUT that makes the posting what is wanted; None where it is already. Our marker stays in its memo."""
    kept = replace(ctx, marker=marker_in(memo))
    before = {**body_of(current, kept), "Lines": _lines(current, current, rows)}
    after = {**body_of(wanted, kept), "Lines": _lines(current, wanted, rows)}
    lease, _, own = current.id.partition(":")
    return None if before == after else put(f"correct {kind}", f"/v1/leases/{lease}/{kind}s/{own}", filled(after))


def _lines(current: Any, wanted: Any, rows: Sequence[WireRecord]) -> list[dict[str, Any]]:
    """The posting's lines with what is wanted; raises InvalidInput for another amount of several lines."""
    if len(rows) == 1:
        return [_line(wanted.amount, wanted.account_id)]
    if (wanted.amount, wanted.account_id) != (current.amount, current.account_id):
        raise InvalidInput("It was posted in several lines; correct the amount in Buildium.", path="amount")
    return [{"Amount": abs(row["Amount"]), "GLAccountId": _account_of(row)} for row in rows]


def _account_of(row: WireRecord) -> int | None:
    return to_int(to_id(row.get("GLAccountId") or (row.get("GLAccount") or {}).get("Id")))


def _line(amount: Any, account_id: str | None) -> dict[str, Any]:
    account = need(account_id, "account_id", "a general-ledger account")
    return {"Amount": to_number(amount), "GLAccountId": to_int(account)}


def _post_to_ledger(label: str, kind: str, lease_id: str | None, body: dict[str, Any], marker: str) -> Send:
    lease = need(lease_id, "lease_id", "the lease")

    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = list(every(wire, f"/v1/leases/{lease}/transactions", [("transactiondatefrom", str(body["Date"]))]))
        return marked(rows, marker, _memo, lambda row: f"{lease}:{row['Id']}")

    def id_of(answer: Answer) -> str | None:
        row = answer.data[0] if isinstance(answer.data, list) else answer.data
        return f"{lease}:{row['Id']}"

    return post(label, f"/v1/leases/{lease}/{kind}", body, find=find, id_of=id_of)


def _memo(row: WireRecord) -> str | None:
    return (row.get("Journal") or {}).get("Memo") or row.get("Memo")
