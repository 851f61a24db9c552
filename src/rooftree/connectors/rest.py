"""List and get verbs for REST wires: pages by offset, by number, or by the next page's own address.

Written for what the contracts of Propertyware (offset, a total to trust on page 1 only), Rent Manager (number, total
header, an empty body for no rows), Rentvine (number, no total) and AppFolio (`next_page_path`) ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from rooftree.connectors.base import Answer, GetVerb, ListVerb, Page, Query, Request, Wire, WireRecord
from rooftree.errors import NotFound, Unreadable

Params: TypeAlias = Sequence[tuple[str, str]]
Since: TypeAlias = Callable[[Query], Params]
"""The parameters that narrow a list to what changed; an empty sequence where nothing was asked."""
Rows: TypeAlias = Callable[[Any], Any]
"""Finds the rows in a decoded body."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\Z")
_NEXT_LINK = re.compile(r'<([^<>]+)>\s*;[^,<]*\brel="?next"?', re.IGNORECASE)


def bare(body: Any) -> Any:
    """The rows of a body that is the list itself; an empty body (204) is no rows."""
    return [] if body is None else body


def under_key(key: str) -> Rows:
    """The rows of a body that keeps them under `key`."""
    return lambda body: body.get(key) if isinstance(body, dict) else None


def nothing_since(_query: Query) -> Params:
    """For a list that has no filter by change."""
    return ()


def offset_list(
    path: str,
    *,
    most: int,
    since: Since = nothing_since,
    params: Params = (),
    size_param: str = "limit",
    offset_param: str = "offset",
    total_header: str = "x-total-count",
    rows: Rows = bare,
) -> ListVerb:
    """Pages by offset from zero, `most` rows at most; the first page's total names all further offsets.

    The total of later pages is not believed: Propertyware's last page counts only itself.
    """

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        offset, size = int(cursor or 0), _size(query, most)
        answer = _get(wire, path, [*params, *since(query), (size_param, str(size)), (offset_param, str(offset))])
        items, total = _rows(answer, rows), _total(answer, total_header) if offset == 0 else None
        following = offset + size
        more = following < total if total is not None else len(items) >= size
        ahead = [str(each) for each in range(following, total or 0, size)]
        return Page(items=items, next=str(following) if more else None, total=total, ahead=ahead)

    return read


def page_list(
    path: str,
    *,
    most: int,
    size_param: str,
    page_param: str,
    since: Since = nothing_since,
    params: Params = (),
    total_header: str | None = None,
    size_header: str | None = None,
    rows: Rows = bare,
    until_empty: bool = False,
) -> ListVerb:
    """Pages by number from one. Without a total a short page is the last, or only an empty one (`until_empty`),
    for a PMS that hands out fewer rows than it is asked for. `size_header` names the header that says how many
    rows a page really has, where the PMS may not heed the wish.
    """

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        number, size = int(cursor or 1), _size(query, most)
        answer = _get(wire, path, [*params, *since(query), (size_param, str(size)), (page_param, str(number))])
        items, total = _rows(answer, rows), _total(answer, total_header) if total_header else None
        size = (_total(answer, size_header) if size_header else None) or size
        if total is None:
            more, pages = bool(items) if until_empty else len(items) >= size, 0
        else:
            pages = -(-total // size)
            more = number < pages
        ahead = [str(each) for each in range(number + 1, pages + 1)]
        return Page(items=items, next=str(number + 1) if more else None, total=total, ahead=ahead)

    return read


def next_list(
    path: str,
    *,
    most: int,
    size_param: str,
    next_of: Callable[[Answer], str | None],
    since: Since = nothing_since,
    params: Params = (),
    rows: Rows = bare,
) -> ListVerb:
    """Pages of which each names the next; the cursor is that path. A short page is not the end.

    Only path and query of the address are followed, so that an answer cannot send our key to another host.
    """

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        first = [*params, *since(query), (size_param, str(_size(query, most)))]
        answer = _get(wire, cursor or path, () if cursor else first)
        following = next_of(answer)
        return Page(items=_rows(answer, rows), next=_path_of(following) if following else None)

    return read


def spread(verb: ListVerb, shape: Callable[[WireRecord], Iterable[WireRecord]]) -> ListVerb:
    """The list of records of which each row of `verb` holds several or none; a total of rows says nothing of them."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        page = verb(wire, query, cursor)
        return replace(page, items=[each for row in page.items for each in shape(row)], total=None)

    return read


def under_known(verb: ListVerb, known: GetVerb) -> ListVerb:
    """A list under a parent, for a PMS that answers one it does not have with no rows: then `known` raises NotFound."""

    def read(wire: Wire, query: Query, cursor: str | None) -> Page:
        page = verb(wire, query, cursor)
        if query.parent and cursor is None and not page.items:
            known(wire, query.parent)
        return page

    return read


def next_in_body(key: str) -> Callable[[Answer], str | None]:
    """The next page's address under a key of the body (AppFolio: `next_page_path`)."""
    return lambda answer: answer.data.get(key) if isinstance(answer.data, dict) else None


def next_in_link(answer: Answer) -> str | None:
    """The next page's address in a Link header (RFC 8288)."""
    found = _NEXT_LINK.search(answer.headers.get("link", ""))
    return found.group(1) if found else None


def get(path: str, *, row: Rows = bare) -> GetVerb:
    """One record at `path` with `{id}`; raises NotFound for an id that is unsafe in a path or for an empty answer."""

    def read(wire: Wire, id: str) -> WireRecord:
        if not _ID.match(id):
            raise NotFound(f"No record can have the id {id[:40]!r}.")
        found = row(_get(wire, path.format(id=quote(id, safe="")), ()).data)
        if not found:
            raise NotFound(f"There is no record {id}.")
        if not isinstance(found, dict):
            raise Unreadable("The PMS did not answer with a record.")
        return found

    return read


def _get(wire: Wire, path: str, params: Params) -> Answer:
    return wire.read(Request(method="GET", path=path, params=params))


def _size(query: Query, most: int) -> int:
    return max(1, min(query.page_size or most, most))


def _rows(answer: Answer, rows: Rows) -> list[WireRecord]:
    found = rows(answer.data)
    if not isinstance(found, list):
        raise Unreadable("The PMS did not answer with a list.", status=answer.status)
    return found


def _total(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() else None


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    if not parts.path.startswith("/"):
        raise Unreadable("The next page has no path.")
    return parts.path + (f"?{parts.query}" if parts.query else "")
