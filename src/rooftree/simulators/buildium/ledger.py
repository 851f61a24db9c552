"""What a lease owes: monthly rent charged and paid, and the balances of those who have not."""

from __future__ import annotations

from datetime import date, timedelta

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import missing
from rooftree.simulators.buildium.filters import among, with_id
from rooftree.simulators.buildium.leases import lease_status
from rooftree.simulators.buildium.routes import Call, Route, Test, listing, one, page
from rooftree.simulators.buildium.tasks import entity
from rooftree.simulators.wire import Record, Response, json_response

TRANSACTIONS = "Rentals > Lease transactions"
BALANCES = "Rentals > Outstanding Balances"
RENT_INCOME = 3
_MONTHS = 3
_UNPAID_MONTHS = 2
_EACH = 2 * _MONTHS
_TRANSACTION = 300_000_000


def entries(account: Account, lease_id: int) -> list[Record]:
    """LeaseTransactionMessage: what was posted, then the last three months of rent, newest first."""
    row = one(account.leases, lease_id, "lease")
    posted = [(id, account.postings.get(id)) for id in reversed(account.linked("postings", lease_id))]
    return [*({**entry, "Id": id} for id, entry in posted if entry is not None), *_rent(account, lease_id, row)]


def _rent(account: Account, lease_id: int, row: Record) -> list[Record]:
    if lease_status(row, account.today()) != "Active" or not row["Rent"]:
        return []
    found = []
    for back in range(_MONTHS):
        due = _first_of_month(account.today(), back)
        if due.isoformat() < row["LeaseFromDate"]:
            break
        paid = not (row["IsBehind"] and back < _UNPAID_MONTHS)
        if paid:
            found.append(_entry(account, lease_id, row, 2 * back, "Payment", due + timedelta(days=2)))
        found.append(_entry(account, lease_id, row, 2 * back + 1, "Charge", due))
    return [entry for entry in found if entry["Date"] <= account.today().isoformat()]


def show_balance(account: Account, lease_id: int) -> Record:
    """LeaseOutstandingBalanceMessage."""
    row = one(account.leases, lease_id, "lease")
    buckets = [0.0, 0.0, 0.0, 0.0]
    for amount, age in _unpaid(account, lease_id):
        buckets[min(3, max(0, age - 1) // 30)] += amount
    total = sum(buckets)
    return {
        "LeaseId": lease_id,
        "PropertyId": row["PropertyId"],
        "UnitId": row["UnitId"],
        "Balance0To30Days": buckets[0],
        "Balance31To60Days": buckets[1],
        "Balance61To90Days": buckets[2],
        "BalanceOver90Days": buckets[3],
        "TotalBalance": total,
        "Balances": [{"GlAccountId": RENT_INCOME, "TotalBalance": total}],
        "PastDueEmailSentDate": None,
        "EvictionPendingDate": None,
        "IsNoticeGiven": bool(row["MoveOuts"]),
    }


def routes(account: Account) -> list[Route]:
    """The read side of 3.15."""
    path = "/v1/leases/{id}/transactions"
    return [
        Route("GET", path, (TRANSACTIONS,), lambda call: _transactions(account, call)),
        Route("GET", f"{path}/{{transactionId}}", (TRANSACTIONS,), lambda call: _transaction(account, call)),
        Route("GET", "/v1/leases/outstandingbalances", (BALANCES,), lambda call: _balances(account, call)),
    ]


def _first_of_month(today: date, back: int) -> date:
    months = today.year * 12 + today.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _entry(account: Account, lease_id: int, row: Record, number: int, kind: str, on: date) -> Record:
    sign = -1 if kind == "Payment" else 1
    line = {
        "GLAccount": rent_income(),
        "Amount": sign * row["Rent"],
        "IsCashPosting": kind == "Payment",
        "ReferenceNumber": None,
        "Memo": "Rent",
        "PropertyId": row["PropertyId"],
        "UnitId": row["UnitId"],
    }
    # Each month has its own numbers, so that an entry keeps its id as months pass.
    month = on.year * 12 + on.month
    return {
        "Id": _TRANSACTION + (month * 2 + number % 2 + lease_id * _EACH) % 1_000_000_000,
        "Date": on.isoformat(),
        "TransactionType": kind,
        "TransactionTypeEnum": kind,
        "TotalAmount": sign * row["Rent"],
        "CheckNumber": None,
        "LeaseId": lease_id,
        "PayeeTenantId": None,
        "PaymentMethod": "ElectronicPayment" if kind == "Payment" else None,
        "Journal": {"Memo": "Rent", "Lines": [line]},
    }


def rent_income() -> Record:
    return {
        "Id": RENT_INCOME,
        "AccountNumber": "4100",
        "Name": "Rent Income",
        "Description": None,
        "Type": "Income",
        "SubType": "Income",
        "IsDefaultGLAccount": True,
        "DefaultAccountName": "RentIncome",
        "IsContraAccount": False,
        "IsBankAccount": False,
        "CashFlowClassification": "OperatingActivities",
        "ExcludeFromCashBalances": False,
        "SubAccounts": [],
        "IsActive": True,
        "ParentGLAccountId": None,
        "IsCreditCardAccount": False,
    }


def _unpaid(account: Account, lease_id: int) -> list[tuple[float, int]]:
    """Amount and age in days of what is owed, oldest debts paid first."""
    found = entries(account, lease_id)
    paid = -sum(entry["TotalAmount"] for entry in found if entry["TotalAmount"] < 0)
    owed = []
    for entry in sorted(found, key=lambda entry: entry["Date"]):
        if entry["TotalAmount"] <= 0:
            continue
        covered = min(paid, entry["TotalAmount"])
        paid -= covered
        age = (account.today() - date.fromisoformat(entry["Date"])).days
        owed.append((entry["TotalAmount"] - covered, age))
    return [(amount, age) for amount, age in owed if amount > 0]


def _transactions(account: Account, call: Call) -> Response:
    found = {entry["Id"]: entry for entry in entries(account, call.ids[0])}
    first, last = call.query.day("transactiondatefrom"), call.query.day("transactiondateto")
    kinds = call.query.choices("transactiontypes", words.TRANSACTION_TYPES)
    kept = [
        id
        for id, entry in found.items()
        if (first is None or entry["Date"] >= first.isoformat())
        and (last is None or entry["Date"] <= last.isoformat())
        and (kinds is None or entry["TransactionTypeEnum"] in kinds)
    ]
    return page(call, kept, lambda id: found[id])


def _transaction(account: Account, call: Call) -> Response:
    entry = next((entry for entry in entries(account, call.ids[0]) if entry["Id"] == call.ids[1]), None)
    if entry is None:
        raise missing("transaction")
    return json_response(entry)


def _balances(account: Account, call: Call) -> Response:
    query, today = call.query, account.today()
    tests: list[Test | None] = [
        lambda _id, row: row["IsBehind"],
        with_id(query.wholes("leaseids")),
        entity(account, call, lambda row: row["PropertyId"]),
        among(query.choices("leasestatuses", words.LEASE_STATUSES), lambda row: lease_status(row, today)),
        among(
            query.choices("evictionstatus", ("NotEvictionPending", "EvictionPending")),
            lambda row: "EvictionPending" if row["IsEvictionPending"] else "NotEvictionPending",
        ),
        lambda id, _row: bool(_unpaid(account, id)),
    ]
    return listing(call, account.leases, lambda id: show_balance(account, id), tests)
