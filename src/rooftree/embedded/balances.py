"""What each lease owes, added up from its charges and payments when asked; never kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rooftree.clock import parse_iso
from rooftree.embedded.books import Books
from rooftree.embedded.rules import Body

_BUCKETS = ((30, "days_0_30"), (60, "days_31_60"), (90, "days_61_90"))


def balances(books: Books, after: int, limit: int) -> tuple[list[Body], int | None]:
    """A page of balances, in the order of their leases."""
    leases, cursor = books.page("lease", after=after, limit=limit or 200)
    return [_added_up(books, lease) for lease in leases], cursor


def balance(books: Books, lease_id: str) -> Body:
    """The balance of one lease; raises NotFound."""
    return _added_up(books, books.get("lease", lease_id))


def _added_up(books: Books, lease: Body) -> Body:
    charges = sorted(_all(books, "charge", lease["id"]), key=lambda row: row.get("due_on") or row.get("charged_on", ""))
    payments = list(_all(books, "payment", lease["id"]))
    today = books.now().date()
    ages = dict.fromkeys(("days_0_30", "days_31_60", "days_61_90", "over_90"), Decimal(0))
    paid = sum((_amount(row) for row in payments), Decimal(0))
    total = sum((_amount(row) for row in charges), Decimal(0)) - paid
    for row in charges:
        covered = min(paid, _amount(row))
        paid -= covered
        ages[_bucket(row, today)] += _amount(row) - covered
    changed = max(parse_iso(row["updated_at"]) for row in [lease, *charges, *payments])
    return {
        "id": lease["id"],
        "lease_id": lease["id"],
        "property_id": lease.get("property_id"),
        "unit_id": lease.get("unit_id"),
        "resident_id": lease.get("primary_resident_id"),
        "total": _money(total),
        **{name: _money(amount) for name, amount in ages.items()},
        "as_of": today.isoformat(),
        "created_at": lease["created_at"],
        "updated_at": changed.isoformat(),
    }


def _all(books: Books, kind: str, lease_id: str) -> Iterable[Body]:
    after: int | None = 0
    while after is not None:
        rows, after = books.page(kind, after=after, limit=1000, where={"parent_id": lease_id})
        yield from rows


def _bucket(row: Body, today: date) -> str:
    since = row.get("due_on") or row.get("charged_on")
    days = (today - date.fromisoformat(since)).days if since else 0
    return next((name for most, name in _BUCKETS if days <= most), "over_90")


def _amount(row: Body) -> Decimal:
    return Decimal(row["amount"]["amount"])


def _money(amount: Decimal) -> dict[str, str]:
    return {"amount": str(amount), "currency": "USD"}
