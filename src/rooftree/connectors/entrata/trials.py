"""How the grants of an Entrata key are learned: by method; a missing one is an error envelope (contract 2, 11).

Each method is asked without what it requires, which it refuses.
"""

from rooftree.connectors.base import Request
from rooftree.connectors.entrata.client import call


def _asked(method: str) -> tuple[Request, ...]:
    return (call(method, {}, reads=False),)


TRIALS = {
    "guest_card.create": _asked("leads/sendLeads"),
    "work_order.create": _asked("maintenance/sendWorkOrders"),
    "work_order.update": _asked("maintenance/updateWorkOrders"),
    "work_order.close": _asked("maintenance/updateWorkOrders"),
}
