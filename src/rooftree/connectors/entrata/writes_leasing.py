"""Writing on leases, residents and ledgers: Entrata's moves, a person's contact facts, a charge (contract 5, 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rooftree.connectors.base import Answer, Context, Found, Send, Wire
from rooftree.connectors.changes import need, overlay, pick
from rooftree.connectors.entrata import client
from rooftree.connectors.entrata.wire import MOUNTAIN, attributes, day, join, many, split, to_date, to_number
from rooftree.errors import InvalidInput
from rooftree.model.leasing import Charge, Lease, Resident
from rooftree.model.vocabulary import LeaseStatus

_RUNNING = (LeaseStatus.ACTIVE, LeaseStatus.NOTICE)
_PLAIN = re.compile(r"other|lease ended|end of lease|expired|general", re.I)


def change_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """The next of Entrata's moves towards the status and the day wanted; it has no other change of a lease for us."""
    if current is None:
        return None
    wanted = overlay(current, desired)
    if current.status is LeaseStatus.PENDING and wanted.status is LeaseStatus.CANCELLED:
        return _move("cancelLease", "cancel lease", current, {})
    if current.status is LeaseStatus.PENDING and wanted.status in _RUNNING:
        return _move("moveInLease", "move in", current, {})
    if current.status is LeaseStatus.ACTIVE and wanted.status in (LeaseStatus.NOTICE, LeaseStatus.ENDED):
        return _notice(current, wanted, ctx)
    if current.status is not LeaseStatus.NOTICE:
        _check_still(current, wanted)
        return None
    if wanted.status is LeaseStatus.ENDED:
        return _move("moveOutLease", "move out", current, _leaving(wanted, ctx))
    if wanted.status is LeaseStatus.NOTICE:
        moved = wanted.scheduled_move_out_on != current.scheduled_move_out_on
        return _notice(current, wanted, ctx) if moved else None
    _check_still(current, wanted)
    return None


def close_lease(current: Lease | None, desired: Lease, ctx: Context) -> Send | None:
    """Moves out who lives there, after the notice that Entrata wants first; cancels what has not begun."""
    if current is None or current.status in (LeaseStatus.ENDED, LeaseStatus.CANCELLED):
        return None
    end = LeaseStatus.CANCELLED if current.status is LeaseStatus.PENDING else LeaseStatus.ENDED
    out = desired.moved_out_on or desired.scheduled_move_out_on
    return change_lease(current, Lease(id=current.id, status=end, scheduled_move_out_on=out), ctx)


def _check_still(current: Lease, wanted: Lease) -> None:
    """Raises InvalidInput where a status is wanted that Entrata has no way to."""
    if wanted.status is not current.status:
        raise InvalidInput(
            f"Entrata cannot bring a lease from {current.status} to {wanted.status}; do it in Entrata.", path="status"
        )


def _notice(current: Lease, wanted: Lease, ctx: Context) -> Send:
    today = day(ctx.now.astimezone(MOUNTAIN).date())
    said = {"noticeDate": today, "submitRefundDetails": 0}
    leaving = _leaving(wanted, ctx)
    return _move("onNoticeLease", "give notice", current, leaving | said | {"makeReadyEndDate": leaving["moveOutDate"]})


def _leaving(wanted: Lease, ctx: Context) -> dict[str, Any]:
    """The day of moving out is the one said, else the last day of the lease."""
    out = need(
        wanted.scheduled_move_out_on or wanted.ends_on,
        "scheduled_move_out_on",
        "Entrata needs the day of moving out (its moveOutDate).",
    )
    reason = _choice(ctx, "move_out_reasons", "move_out_reason", "moveOutReasonId")
    kind = ctx.picks.get("move_out_reason_types", {}).get(str(reason))
    return {
        "moveOutTypeId": int(kind) if kind else _choice(ctx, "move_out_types", "move_out_type", "moveOutTypeId"),
        "moveOutReasonId": reason,
        "moveOutDate": day(out),
        "unitAvailableOnDate": day(out),
    }


def _choice(ctx: Context, words: str, option: str, theirs: str) -> int:
    """The word that the connection's option names, else the plainest one of the client's own list."""
    known = ctx.picks.get(words, {})
    named = ctx.options.get(option)
    found = pick(known, named) if named else next((int(id) for name, id in known.items() if _PLAIN.search(name)), None)
    if found is None:
        raise InvalidInput(
            f"Entrata needs a {theirs}: set the connection's option {option} to one of {', '.join(known) or 'none'}.",
            path=option,
        )
    return found


def _move(method: str, label: str, lease: Lease, said: Mapping[str, Any]) -> Send:
    place, number = split(lease.id)
    body = {"propertyId": int(place), "leaseId": int(number), **said}
    return Send(label=label, request=client.call(f"leases/{method}", body, reads=False), idempotent=True)


def change_resident(current: Resident | None, desired: Resident, ctx: Context) -> Send | None:
    """Sends what differs of a person; a person is never made or ended by itself in Entrata."""
    if current is None:
        return None
    wanted = overlay(current, desired)
    before, after = _person(current), _person(wanted)
    changed = {name: value for name, value in after.items() if value is not None and value != before.get(name)}
    if not changed:
        return None
    if "phoneNumber" in changed:
        changed |= {"isPrimary": 1}
    _place, number = split(current.id)
    request = client.call("customers/updateCustomers", {"id": int(number), **changed}, reads=False)
    return Send(label="change resident", request=request, idempotent=True)


def _person(person: Resident) -> dict[str, Any]:
    phone, home = next(iter(person.phones), None), person.address
    digits = re.sub(r"\D", "", phone.number).removeprefix("1") if phone else ""
    return {
        "firstName": person.first_name,
        "middleName": person.middle_name,
        "lastName": person.last_name,
        "email": next(iter(person.emails), None),
        # Ten digits: Entrata types telephones as whole numbers (contract 11).
        "phoneNumber": int(digits) if digits else None,
        "streetLine1": home.line1 if home else None,
        "city": home.city if home else None,
        "state": home.state if home else None,
        "postalCode": home.postal_code if home else None,
    }


def post_charge(current: Charge | None, desired: Charge, ctx: Context) -> Send | None:
    """A charge in a lease's ledger, under an id of ours that Entrata takes only once."""
    if current is not None:
        return None
    place, lease = split(need(desired.lease_id, "lease_id", "Entrata needs the lease (its leaseId)."))
    on = desired.charged_on or ctx.now.astimezone(MOUNTAIN).date()
    code = _code(desired, ctx)
    amount = desired.amount.amount
    body = {
        "transactionId": int(ctx.marker.removeprefix("#rt-") or "0", 36) or None,
        "leaseId": int(lease),
        "arCodeId": code,
        "transactionAmount": str(amount),
        "transactionDate": day(on),
    }

    def find(wire: Wire, _since: datetime) -> Sequence[Found]:
        """Entrata shows no id of ours, so that the same code, day and amount is a likeness and no proof."""
        wanted = (str(code), on, amount)
        return [
            Found(id=join(place, lease, row["id"]), exact=False)
            for row in client.charges(wire, place, lease)
            if (str(row.get("arCodeId")), to_date(row.get("transactionDate")), to_number(row.get("amount"))) == wanted
        ]

    request = client.call("artransactions/sendLeaseArTransactions", body, reads=False)
    return Send(label="post charge", request=request, id_of=lambda answer: _charge_id(answer, place, lease), find=find)


def _charge_id(answer: Answer, place: str, lease: str) -> str | None:
    rows = many(client.result(answer).get("Transactions"), "Transaction")
    found = attributes(rows[0]).get("reference_id") if rows else None
    return join(place, lease, found) if found else None


def _code(desired: Charge, ctx: Context) -> int:
    known = ctx.picks.get("ar_codes", {})
    found = pick(known, desired.charge_code) or next(
        (int(id) for id in known.values() if id == desired.account_id and not desired.charge_code), None
    )
    if found is None:
        said = ", ".join(sorted(known)[:20]) or "none"
        raise InvalidInput(f"Entrata needs a charge code (its arCodeId). Your list has: {said}.", path="charge_code")
    return found
