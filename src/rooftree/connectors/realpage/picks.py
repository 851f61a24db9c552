"""A site's lists behind a service request: where in the home, what is wrong, how soon (contract 4.5).

Each site is asked for its own when it is needed first; the connection keeps them and reads them again for a word that
they lack (`sync/picks.py`). What stands in the answers is unsure, so a row is whatever has a code and a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rooftree.connectors import soap
from rooftree.connectors.base import Wire
from rooftree.connectors.realpage.client import ask
from rooftree.connectors.realpage.wire import holders
from rooftree.errors import Unauthorized

METHODS = {"locations": "getlocationlist", "issues": "getserviceissuelist", "priorities": "getwoprioritylist"}
_CODES = ("Value", "LocationID", "IssueID", "ServiceIssueID", "PriorityID", "ID", "Code")
_TEXTS = ("Text", "Name", "Description", "LocationName", "IssueName", "PriorityName", "Location", "Issue", "Priority")


class SiteLists(Mapping[str, Mapping[str, str]]):
    """`issues:2000002` -> {word: code}; read when first asked for. Raises ConnectorError then."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._lists: dict[str, Mapping[str, str]] = {}

    def __getitem__(self, name: str) -> Mapping[str, str]:
        kind, _, site = name.partition(":")
        if kind not in METHODS or not site:
            raise KeyError(name)
        if name not in self._lists:
            self._lists[name] = words(self._wire, site, kind)
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)


def words(wire: Wire, site: str, kind: str) -> dict[str, str]:
    """The words of one list with their codes; none where the key lacks the method."""
    try:
        found = ask(wire, METHODS[kind], site=site)
    except Unauthorized:
        return {}
    rows = next((rows for name in _CODES if (rows := list(holders(found, name)))), [])
    return {word: code for row in rows if (code := soap.text(row, *_CODES)) and (word := _word(row))}


def _word(row: soap.Element) -> str | None:
    """An issue may be told as category and sub-category."""
    category, sub = soap.text(row, "Category", "CategoryName"), soap.text(row, "SubCategory", "SubCategoryName")
    return " - ".join(filter(None, (category, sub))) or soap.text(row, *_TEXTS)
