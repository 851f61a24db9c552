"""How the rights of a Propertyware key are learned: by group, read, write or delete; without one 403 (contract 2.2).

A create without its required fields is refused (400), and so is a change of what has the number 0 (404). A call that
support has to switch on answers 404 too where it is off, which tells no right: such are not tried (contract 2.7).
"""

from rooftree.connectors.base import Request
from rooftree.connectors.propertyware.client import BASE
from rooftree.connectors.trials import saying_nothing


def _made(path: str) -> tuple[Request, ...]:
    return saying_nothing("POST", f"{BASE}/{path}")


def _changed(path: str) -> tuple[Request, ...]:
    return saying_nothing("PUT", f"{BASE}/{path}/0")


TRIALS = {
    "property.create": _made("buildings"),
    "property.update": _changed("buildings"),
    "unit.create": _made("units"),
    "unit.update": _changed("units"),
    "lease.create": _made("leases"),
    "lease.update": _changed("leases"),
    "lease.close": _changed("leases"),
    "vendor.create": _made("vendors"),
    "charge.create": _made("leases/charges"),
    "payment.create": _made("leases/payments"),
    "work_order.create": _made("workorders"),
}
