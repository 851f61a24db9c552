"""Whose vendors serve a connection: the PMS's own or, where it lists none, those of the company's own books."""

from __future__ import annotations

from sqlalchemy import Connection

from rooftree.connectors import registry
from rooftree.connectors.base import Gap
from rooftree.model.maintenance import Vendor
from rooftree.store import connections, records
from rooftree.store.keys import Keys


def directory(conn: Connection, connection_id: str) -> str:
    """The connection under which the vendors stand."""
    own = connections.get(conn, connection_id)
    row = registry.load(own.pms).resource(Vendor)
    if row is not None and not isinstance(row.list, Gap):
        return own.id
    known = connections.listed(conn, own.organization_id)
    return next((each.id for each in known if registry.load(each.pms).manifest.native), own.id)


def find(conn: Connection, keys: Keys, connection_id: str, vendor_id: str) -> Vendor | None:
    """The vendor of that id who serves a connection."""
    found = records.by_external_id(conn, keys, directory(conn, connection_id), Vendor, vendor_id)
    return found.record if found else None
