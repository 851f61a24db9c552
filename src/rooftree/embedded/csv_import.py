"""Reading a company's own spreadsheets into the books: good rows are kept, each bad row says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rooftree.embedded.books import Books
from rooftree.embedded.csv_cells import Bad, Row
from rooftree.embedded.csv_columns import COLUMNS, Kind, header_in, matched, require
from rooftree.embedded.csv_file import rows_of
from rooftree.embedded.csv_rows import WRITERS, Outcome
from rooftree.errors import InvalidInput

MOST_ROWS = 20_000
_BATCH = 50
"""Rows per transaction: the database is held for moments only, so that a resident's text never waits for a file."""
_CORRECT = "Correct the cell and import the file again; rows that are in already change nothing."


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row (as a spreadsheet numbers it, the header being row 1) that was left out, and why."""

    row: int
    column: str
    problem: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did, or would do; `unused` names the columns nothing was made of."""

    kind: Kind
    dry_run: bool
    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    unused: tuple[str, ...]


def import_csv(kind: Kind, content: bytes, books: Books, *, who: str, dry_run: bool = False) -> Report:
    """Import a file of `kind`; each row wholly or not at all, and a bad row never stops a good one.

    Known records are found by name (a property's name, a unit's number within it, a person within a unit) and
    changed where the file says otherwise; an empty cell changes nothing. With `dry_run` nothing is kept.
    Raises InvalidInput when the file as a whole cannot be read: no header, a needed column missing, too long.
    """
    if kind not in COLUMNS:
        raise InvalidInput(f"Files can be {', '.join(COLUMNS)}; not {kind}.", path="kind")
    rows = rows_of(content)
    if not rows:
        raise InvalidInput("The file is empty. Its first row must name the columns.", path="file")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"The file has more than {MOST_ROWS} rows; split it.", path="file")
    at = header_in(kind, rows)
    header, fields = rows[at][1], matched(kind, rows[at][1])
    require(kind, fields)
    file = _File(kind, header, fields, who, dry_run)
    outcomes, rejected = file.written(rows[at + 1 :], books)
    return Report(
        kind=kind,
        dry_run=dry_run,
        created=outcomes.count("created"),
        updated=outcomes.count("updated"),
        unchanged=outcomes.count("unchanged"),
        rejected=tuple(rejected),
        unused=tuple(title for position, title in enumerate(header) if title and position not in fields),
    )


@dataclass(frozen=True, slots=True)
class _File:
    kind: Kind
    header: list[str]
    fields: Mapping[int, str]
    who: str
    dry_run: bool

    def written(self, rows: list[tuple[int, list[str]]], books: Books) -> tuple[list[Outcome], list[Rejected]]:
        outcomes: list[Outcome] = []
        rejected: list[Rejected] = []
        seen: dict[tuple[str, ...], int] = {}
        size = max(1, len(rows)) if self.dry_run else _BATCH
        for start in range(0, len(rows), size):
            with books.pen(self.who, keep=not self.dry_run) as pen:
                for number, cells in rows[start : start + size]:
                    try:
                        with pen.paragraph():
                            outcomes.append(WRITERS[self.kind](pen, self._row(number, cells, seen)))
                    except Bad as bad:
                        rejected.append(Rejected(number, bad.column, bad.problem, bad.advice))
                    except InvalidInput as refused:
                        rejected.append(Rejected(number, refused.path, str(refused), _CORRECT))
        return outcomes, rejected

    def _row(self, number: int, cells: list[str], seen: dict[tuple[str, ...], int]) -> Row:
        if any(cells[len(self.header) :]):
            raise Bad("", "The row has more cells than the header.", "Put text that holds a comma in double quotes.")
        twin = seen.setdefault(tuple(cells), number)
        if twin != number:
            raise Bad("", f"The row says the same as row {twin}.", "Nothing to do, or delete one of them.")
        found = {field: cells[position] for position, field in self.fields.items() if position < len(cells)}
        return Row(found, {field: self.header[position] for position, field in self.fields.items()})
