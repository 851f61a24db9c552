"""What an account's own services say of themselves when it is connected: methods, and the order of their fields."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import soap_order as order
from rooftree.connectors.base import Request, Wire
from rooftree.connectors.realpage.manifest import DESCRIPTION
from rooftree.connectors.soap_order import NOTE
from rooftree.errors import ConnectorError, InvalidInput, Unreadable

METHODS = "learned.methods"
"""The option that names the methods found, with spaces."""
_UNTOLD = "No description of"
_MOST_BYTES = 8 * 1024 * 1024
NEEDED = {
    "getsitelist": "sites",
    "unitlist": "units",
    "getresidentlistinfo": "residents and leases",
    "getleaseinfo": "rents and balances",
    "getresidentledger": "ledgers",
    "getunitlist": "units to be had",
    "getfloorplanlist": "floor plans",
    "prospectsearch": "reading guest cards",
    "insertprospect": "making guest cards",
    "updateprospect": "changing and closing guest cards",
    "getagentsappointmenttimes": "an agent's free times",
    "getscheduledappointments": "reading tours",
    "insertfollowup": "booking tours",
    "insertactivity": "logging on guest cards",
    "getservicerequest": "reading service requests",
    "addservicerequest": "making service requests",
    "updateservicerequest": "changing service requests",
}
"""Method -> what Rooftree does by it."""


def _described(wire: Wire, number: int) -> dict[str, order.Fields]:
    """Raises IndexError when there are not so many services, ConnectorError when one does not describe itself."""
    answer = wire.read(Request(method="GET", path=f"{number}{DESCRIPTION}"))
    if len(answer.body) > _MOST_BYTES:
        raise Unreadable("The description is larger than any we know.")
    found = order.described(answer.data)
    if not found:
        raise Unreadable("The description names no method.")
    return found


def learn(wire: Wire) -> Mapping[str, str]:
    """Reads the description of each service; what cannot be read is told, and the order of working clients serves."""
    methods: dict[str, order.Fields] = {}
    silent: list[str] = []
    number = 0
    while True:
        try:
            methods |= _described(wire, number)
        except IndexError:
            break
        except ConnectorError as error:
            silent.append(f"service {number + 1} ({error})")
        number += 1
    return {METHODS: " ".join(methods), order.FACT: order.written(methods), NOTE: _note(methods, silent)}


def _note(methods: Mapping[str, object], silent: list[str]) -> str:
    said = []
    if silent:
        said.append(f"{_UNTOLD} {'; '.join(silent)}: its fields go in the order that working clients were seen to use.")
    lower = {name.lower() for name in methods}
    missing = [f"{name} ({what})" for name, what in NEEDED.items() if name not in lower]
    if methods and missing and not silent:
        said.append(f"Your services do not have {', '.join(missing)}; ask RealPage for them where you want that.")
    return " ".join(said)


def check_has(method: str, learned: Mapping[str, str]) -> None:
    """Raises InvalidInput where all services described themselves when connected and lack a method."""
    known = learned.get(METHODS, "").split()
    if known and _UNTOLD not in learned.get(NOTE, "") and method not in [each.lower() for each in known]:
        raise InvalidInput(
            f"Your RealPage services have no {method} ({NEEDED.get(method, method)}), only {', '.join(known)}; ask "
            "RealPage for it, then connect again (`rooftree connect realpage --replace`).",
            path="service",
        )
