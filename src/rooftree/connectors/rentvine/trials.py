"""How the rights of a Rentvine key are learned: they follow its role, without one 403 (contract 2, 4).

A change that changes nothing, of a record with a number that none has. Which fields a new work order needs is not
documented, so that making one is never tried.
"""

from rooftree.connectors.base import Request
from rooftree.connectors.rentvine.client import BASE
from rooftree.connectors.trials import saying_nothing

NOBODY = 999_999_999_999


def _changed(path: str) -> tuple[Request, ...]:
    return saying_nothing("POST", f"{BASE}/{path}/{NOBODY}")


TRIALS = {
    "property.update": _changed("properties"),
    "lease.update": _changed("leases"),
    "work_order.update": _changed("maintenance/work-orders"),
    "work_order.close": _changed("maintenance/work-orders"),
}
