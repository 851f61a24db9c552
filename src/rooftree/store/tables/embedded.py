"""The tables of the embedded PMS, seen from here so that one Alembic tree makes all of them."""

from __future__ import annotations

from rooftree.embedded.tables import metadata as embedded
from rooftree.store.schema import metadata

for _table in embedded.sorted_tables:
    _table.to_metadata(metadata)
