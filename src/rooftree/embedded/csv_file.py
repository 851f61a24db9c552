"""A CSV file as people really send it: Excel's encodings and separators, a title above the header, empty rows."""

from __future__ import annotations

import csv
import io

from rooftree.errors import InvalidInput

_SEPARATORS = (",", ";", "\t", "|")
_TWO_BYTES = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def rows_of(content: bytes) -> list[tuple[int, list[str]]]:
    """Each row that says something, numbered as a spreadsheet does; raises InvalidInput for what is no CSV."""
    text = _text(content)
    hint, _, rest = text.partition("\n")
    separator = _separator(text)
    if hint.strip().lower() in {f"sep={each}" for each in _SEPARATORS}:
        separator, text = hint.strip()[4:], f"\n{rest}"
    try:
        cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidInput(f"The file is not a readable CSV ({error}). Save it as CSV again.", path="file") from None
    cleaned = [[" ".join(cell.split()) for cell in row] for row in cells]
    return [(number, row) for number, row in enumerate(cleaned, 1) if any(row)]


def _text(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InvalidInput('This is an Excel workbook. Use "Save as > CSV UTF-8" and import that.', path="file")
    for mark, encoding in _TWO_BYTES:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        raise InvalidInput("This is not a text file. Export it as CSV.", path="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _separator(text: str) -> str:
    """The separator that the first rows use most."""
    first = "\n".join(text.splitlines()[:5])
    return max(_SEPARATORS, key=first.count)
