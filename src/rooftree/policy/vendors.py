"""Which vendor to ask, and why that one: pure ranking over facts from the PMS and the policy book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rooftree.model.maintenance import Vendor
from rooftree.model.vocabulary import Trade
from rooftree.policy.book import PolicyBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A vendor with the reasons for its place in the order."""

    vendor: Vendor
    reasons: tuple[str, ...]


def rank(
    vendors: Iterable[Vendor],
    *,
    trade: Trade,
    emergency: bool,
    preferred: Sequence[str],
    tried: Sequence[str],
    policy: PolicyBook,
    today: date,
) -> list[Choice]:
    """Vendors who may be asked, best first.

    Excluded: inactive, already tried, without a phone or e-mail, with insurance or licence known to have expired,
    and, in an emergency, those known not to take emergencies. Vendors of an alternative trade come last.
    """
    wanted = (trade, *map(Trade, policy.trade_alternatives.get(trade, ())))
    able = [v for v in vendors if v.id not in tried and _may_serve(v, wanted, emergency, today)]
    company_order = policy.preferred_vendors.get(trade, ())
    able.sort(key=lambda v: _order(v, wanted, emergency, preferred, company_order))
    return [Choice(vendor=v, reasons=_reasons(v, trade, preferred, company_order)) for v in able]


def _may_serve(vendor: Vendor, wanted: Sequence[Trade], emergency: bool, today: date) -> bool:
    expired = any(d is not None and d < today for d in (vendor.insurance_expires_on, vendor.license_expires_on))
    return (
        vendor.is_active is not False
        and not expired
        and bool(vendor.phones or vendor.emails)
        and any(trade in vendor.trades for trade in wanted)
        and not (emergency and vendor.takes_emergencies is False)
    )


def _order(
    vendor: Vendor, wanted: Sequence[Trade], emergency: bool, preferred: Sequence[str], company: Sequence[str]
) -> tuple[int, int, int, int, str]:
    return (
        min(i for i, trade in enumerate(wanted) if trade in vendor.trades),
        0 if vendor.id in preferred else 1,
        company.index(vendor.id) if vendor.id in company else len(company),
        0 if emergency and vendor.takes_emergencies else 1,
        vendor.id,
    )


def _reasons(vendor: Vendor, trade: Trade, preferred: Sequence[str], company: Sequence[str]) -> tuple[str, ...]:
    served = trade if trade in vendor.trades else next(iter(vendor.trades))
    reasons = [f"does {str(served).replace('_', ' ')}"]
    if vendor.id in preferred:
        reasons.append("preferred at this property")
    if vendor.id in company:
        reasons.append("preferred by the company for this trade")
    if vendor.takes_emergencies:
        reasons.append("takes emergencies")
    return tuple(reasons)
