"""How the rights of an AppFolio key are learned: by endpoint, without one 403 (contract 2 and 5).

A create without its required fields is refused (422), and so is a change of a record that cannot be. Owners have no
required field, so that making one is not tried.
"""

from rooftree.connectors.appfolio.client import API
from rooftree.connectors.base import Request
from rooftree.connectors.trials import saying_nothing

NOBODY = "00000000-0000-0000-0000-000000000000"


def _made(path: str) -> tuple[Request, ...]:
    return saying_nothing("POST", API + path)


def _changed(path: str) -> tuple[Request, ...]:
    return saying_nothing("PATCH", f"{API}{path}/{NOBODY}")


TRIALS = {
    "unit.update": _changed("units"),
    "listing.create": _changed("units"),
    "listing.update": _changed("units"),
    "listing.close": _changed("units"),
    "owner.update": _changed("owners"),
    "charge.create": _made("charges"),
    "guest_card.create": _made("leads"),
    "guest_card.update": _changed("leads"),
    "guest_card.close": _changed("leads"),
    "showing.create": _made("showings"),
    "showing.update": _changed("showings"),
    "showing.close": _changed("showings"),
    "application.update": _changed("rental_applications"),
    "vendor.create": _made("vendors"),
    "vendor.update": _changed("vendors"),
    "work_order.create": _made("work_orders"),
    "work_order.update": _changed("work_orders"),
    "work_order.close": _changed("work_orders"),
}
