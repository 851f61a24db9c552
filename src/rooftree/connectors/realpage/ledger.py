"""What households owe and paid: lease facts of a site in one list, a ledger for each household (contract 4.3, 4.7).

A ledger is an ADO.NET diffgram of which public client code shows four fields (TransDate, TrancName, TrancDesc, Amt);
what is below zero is read as paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import blake2s
from typing import Any, Literal

from rooftree.connectors import soap
from rooftree.connectors.base import Context, GetVerb, Wire, WireRecord
from rooftree.connectors.realpage import client, gaps
from rooftree.connectors.realpage.client import Rows, ask, one_of, under_site
from rooftree.connectors.realpage.wire import day, join, money, needed, number, split
from rooftree.connectors.rows import read_only
from rooftree.errors import NotFound, Unauthorized, Unreadable
from rooftree.model.base import Money
from rooftree.model.leasing import Balance, Charge, Payment

Kind = Literal["charge", "payment"]
_NUMBERS = ("TransID", "TranID", "TransactionID")
_SAID = ("TransDate", "TrancName", "TrancDesc", "Amt")
_ROWS = "GetResidentLedger/GetResidentLedgerResult/diffgram/ResidentDataSet/ResidentLedgerDetails"


def asked(status: str) -> soap.Node:
    """Leases by the status of their residents; the 30 is what working clients send (its meaning is unsure)."""
    fields = (soap.node("residentstatus", status), soap.node("residentheldthestatus", "30"))
    return soap.node("getleaseinfo", *fields)


def facts(wire: Wire, site: str) -> list[WireRecord]:
    """Rent, balance and dates of each lease of a site."""
    found = soap.many(ask(wire, "getleaseinfo", asked("ALL"), site=site), "GetLeaseInfo/Leases/Lease")
    return [{**row, "siteid": site} for row in found]


def leases(wire: Wire, site: str) -> list[WireRecord]:
    """The leases of the resident list, each with its facts where the key has that method."""
    rows = client.people("leaseid")(wire, site)
    try:
        known = {soap.text(row, "LeaseID"): row for row in facts(wire, site)}
    except Unauthorized:
        return list(rows)
    return [{**row, "facts": known.get(str(row["leaseid"]), {})} for row in rows]


def to_balance(wire: WireRecord, ctx: Context) -> Balance:
    """What is owed on a lease, under the lease's id; the household's ledger says how it came to that."""
    site = str(wire["siteid"])
    id = f"{site}:{needed(wire, 'LeaseID')}"
    return Balance(
        id=id,
        lease_id=id,
        property_id=site,
        unit_id=join(site, soap.text(wire, "UnitID")),
        total=_amount(wire, "CurBal"),
        raw=wire,
    )


def _amount(wire: WireRecord, name: str) -> Money:
    """Money without which there is no record. Raises Unreadable."""
    found = money(wire, name)
    if found is None:
        raise Unreadable(f"RealPage sent a record without {name}.")
    return found


def entries(kind: Kind) -> Rows:
    """The charges or payments of a site, household by household, as one call reads one ledger."""

    def read(wire: Wire, site: str) -> list[WireRecord]:
        return [row for house in _households(wire, site) for row in _ledger(wire, house) if _kind(row) == kind]

    return read


def entry(kind: Kind) -> GetVerb:
    """One of them by `site:household:entry`."""

    def read(wire: Wire, id: str) -> WireRecord:
        site, house, own = split(id, 3)
        held = [each for each in _households(wire, site) if each["residenthouseholdid"] == house]
        for row in (row for each in held for row in _ledger(wire, each)):
            if (row["id"], _kind(row)) == (own, kind):
                return row
        raise NotFound(f"RealPage has no {kind} {id}.")

    return read


def _households(wire: Wire, site: str) -> Iterator[dict[str, Any]]:
    """Each household with the lease that says what it is now."""
    if site not in client.codes(wire):
        raise NotFound(f"RealPage shows no site {site}.")
    for row in client.people("residenthouseholdid")(wire, site):
        telling = client.telling(row["rows"])
        house = str(row["residenthouseholdid"])
        lease, unit = (soap.text(telling, name) for name in ("leaseid", "unitid"))
        yield {"siteid": site, "residenthouseholdid": house, "leaseid": lease, "unitid": unit}


def ledger_of(house: str) -> soap.Node:
    """Everything on the ledger of a household."""
    fields = {"reshid": house, "startdate": "1900-01-01", "enddate": "2099-12-31", "allopen": "false"}
    return soap.node("getresidentledger", *(soap.node(name, value) for name, value in fields.items()))


def _ledger(wire: Wire, house: dict[str, Any]) -> list[dict[str, Any]]:
    """The entries with their numbers; one without gets a number made of what it says, which stays the same."""
    found = ask(wire, "getresidentledger", ledger_of(house["residenthouseholdid"]), site=house["siteid"])
    before: Counter[str] = Counter()
    made = []
    for row in soap.many(found, _ROWS):
        said = "\n".join(soap.text(row, name) or "" for name in _SAID)
        before[said] += 1
        own = soap.text(row, *_NUMBERS) or blake2s(f"{before[said]}\n{said}".encode(), digest_size=8).hexdigest()
        made.append({**row, **house, "id": own})
    return made


def _kind(row: WireRecord) -> Kind:
    amount = number(row, "Amt")
    return "payment" if amount is not None and amount < 0 else "charge"


def _shared(wire: WireRecord) -> dict[str, Any]:
    site, house, said = str(wire["siteid"]), str(wire["residenthouseholdid"]), _amount(wire, "Amt")
    return {
        "id": f"{site}:{house}:{wire['id']}",
        "property_id": site,
        "unit_id": join(site, soap.text(wire, "unitid")),
        "lease_id": join(site, soap.text(wire, "leaseid")),
        "amount": replace(said, amount=abs(said.amount)),
        "charge_code": soap.text(wire, "TrancName"),
        "description": soap.text(wire, "TrancDesc"),
        "raw": wire,
    }


def to_charge(wire: WireRecord, ctx: Context) -> Charge:
    return Charge(**_shared(wire), charged_on=day(wire, "TransDate"))


def to_payment(wire: WireRecord, ctx: Context) -> Payment:
    return Payment(**_shared(wire), paid_on=day(wire, "TransDate"))


_money = partial(read_only, gaps.NO_CUSTOM, gap=gaps.MONEY, parent="property")
ROWS = (
    _money(Charge, read=to_charge, list=under_site(entries("charge")), get=entry("charge")),
    _money(Payment, read=to_payment, list=under_site(entries("payment")), get=entry("payment")),
    _money(Balance, read=to_balance, list=under_site(facts), get=one_of(facts, "LeaseID")),
)
