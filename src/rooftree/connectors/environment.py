"""Whether an address is where a company really works, or a test environment of the PMS's."""

from __future__ import annotations

import re

from rooftree.connectors.base import Connector

HARMLESS = "nothing here reaches a tenant"


def environment(connector: Connector, url: str) -> str:
    """The name of the PMS's test environment that this address is; empty for its usual one, and for any other."""
    usual, *others = connector.manifest.base_urls.items() or [("", "")]
    named = (name for name, address in others if address.rstrip("/") == url and address != usual[1])
    known = connector.manifest.test_addresses.items()
    return next(named, "") or next((name for name, pattern in known if re.fullmatch(pattern, url)), "")
