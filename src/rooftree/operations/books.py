"""Our own small PMS for a company that has none: begin it, fill it from spreadsheets, read it into the mirror."""

from __future__ import annotations

from rooftree.embedded import sample
from rooftree.embedded.books import Books
from rooftree.embedded.csv_columns import Kind
from rooftree.embedded.csv_import import Report, import_csv
from rooftree.errors import ConnectorError, InvalidInput
from rooftree.operations.registry import Caller
from rooftree.store import connections
from rooftree.store.connections import PmsConnection
from rooftree.sync import pull

_PMS = "embedded"
_URL = "embedded://here"


def own(caller: Caller) -> list[PmsConnection]:
    """The company's own books, oldest first."""
    with caller.services.database.read() as conn:
        return [found for found in connections.listed(conn, caller.organization_id) if found.pms == _PMS]


def begin(caller: Caller, name: str, *, live: bool = False, with_sample: bool = False) -> tuple[PmsConnection, bool]:
    """The company's books, and whether they were made just now; begun twice they are the same books."""
    known = own(caller)
    if known:
        return known[0], False
    services = caller.services
    with services.database.write() as conn:
        made = connections.create(
            conn,
            services.keys,
            organization_id=caller.organization_id,
            name=name,
            pms=_PMS,
            base_url=_URL,
            credentials={},
            now=services.clock.now(),
            mode="live" if live else "shadow",
        )
    if with_sample:
        sample.fill(_books(caller, made))
    read(caller, made)
    return made, True


def chosen(caller: Caller, connection: str | None) -> PmsConnection:
    """The books called `connection`, or the only ones; raises InvalidInput saying what to do."""
    found = [each for each in own(caller) if connection in (None, each.id, each.name)]
    if len(found) == 1:
        return found[0]
    if not own(caller):
        raise InvalidInput("There are no books of our own yet; `rooftree init` begins them.", path="connection")
    raise InvalidInput("Say which books: their id or name.", path="connection")


def import_file(caller: Caller, books: PmsConnection, kind: str, content: bytes, *, dry_run: bool) -> Report:
    """Import one CSV file and read the books into the mirror again; raises InvalidInput when it cannot be read."""
    wanted: Kind = kind  # type: ignore[assignment]  # checked by import_csv, which names the kinds there are
    report = import_csv(wanted, content, _books(caller, books), who=caller.name, dry_run=dry_run)
    if not dry_run:
        read(caller, books)
    return report


def read(caller: Caller, books: PmsConnection) -> None:
    """Bring the mirror up to the books; raises ConnectorError with what stopped it."""
    for pulled in pull.incremental(caller.services.lines.source(books.id)):
        if pulled.error:
            raise ConnectorError(pulled.error, connection=books.id, record=pulled.record)


def _books(caller: Caller, found: PmsConnection) -> Books:
    services = caller.services
    return Books(services.database, services.keys.root, services.clock, found.id)
