"""What a client's own Voyager says of its interfaces when it is connected: the order of their fields (contract 2)."""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import soap_order
from rooftree.connectors.base import Request, Wire
from rooftree.connectors.yardi_voyager.manifest import INTERFACES
from rooftree.errors import ConnectorError


def learn(wire: Wire) -> Mapping[str, str]:
    """Reads each interface's description; for one that shows none the order of Yardi's older descriptions serves."""
    known: dict[str, soap_order.Fields] = {}
    silent = []
    for file, title in INTERFACES.values():
        try:
            described = soap_order.described(wire.read(Request(method="GET", path=f"/{file}.asmx?WSDL")).data)
        except ConnectorError:
            described = {}
        known |= {f"{file}/{name}": fields for name, fields in described.items()}
        silent += [] if described else [title]
    said = f"No description of {', '.join(silent)}: fields go in the order of Yardi's older descriptions."
    return {soap_order.FACT: soap_order.written(known), soap_order.NOTE: said if silent else ""}
