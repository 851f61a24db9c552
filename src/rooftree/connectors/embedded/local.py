"""The embedded PMS's own small wire, answered in process: five kinds of request on the books of one account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rooftree.clock import parse_iso
from rooftree.connectors.base import Answer, Local, Request
from rooftree.embedded.balances import balance, balances
from rooftree.embedded.books import Books
from rooftree.errors import InvalidInput, NotFound, Unavailable

_JSON = {"content-type": "application/json"}
WHO = "rooftree"


def answer_for(place: Local) -> Callable[[Request], Answer]:
    """The function that answers this account's requests; a refusal is an answer with its status, as on any wire."""
    books = Books(place.database, place.root, place.clock, place.account)

    def answer(request: Request) -> Answer:
        try:
            return _answer(200, _routed(books, request))
        except NotFound as error:
            return _answer(404, {"error": str(error)})
        except InvalidInput as error:
            return _answer(422, {"error": str(error), "field": error.path})
        except Unavailable as error:
            return _answer(503, {"error": str(error)})

    return answer


def _routed(books: Books, request: Request) -> Any:
    kind, _, id = request.path.strip("/").partition("/")
    params = dict(request.params)
    if request.method == "GET" and kind == "account":
        return {"id": books.account}
    if request.method == "GET" and kind == "changes":
        return {"items": [dict(row) for row in books.changes(_number(params, "after"))]}
    if request.method == "GET" and kind == "balance":
        return balance(books, id) if id else _page(*balances(books, _number(params, "after"), _number(params, "limit")))
    if request.method == "GET":
        return books.get(kind, id) if id else _listed(books, kind, params)
    if request.method == "POST" and not id:
        return books.create(kind, request.json["fields"], who=WHO, client_key=request.json.get("client_key"))
    if request.method == "PATCH" and id:
        return books.update(kind, id, request.json["fields"], who=WHO)
    raise NotFound(f"Nothing answers {request.method} {request.path[:60]}.")


def _listed(books: Books, kind: str, params: dict[str, str]) -> Any:
    times = {name: parse_iso(params.pop(name)) for name in ("since", "until") if name in params}
    after, limit = _number(params, "after"), _number(params, "limit") or 200
    where = {name: value for name, value in params.items() if name not in ("after", "limit")}
    items, cursor = books.page(kind, after=after, limit=limit, where=where, **times)
    return _page([{name: value for name, value in item.items() if name != "content"} for item in items], cursor)


def _page(items: list[dict[str, Any]], cursor: int | None) -> Any:
    return {"items": items, "next": cursor}


def _number(params: dict[str, str], name: str) -> int:
    text = params.get(name, "0")
    if not text.isdigit():
        raise InvalidInput("A whole number is wanted.", path=name)
    return int(text)


def _answer(status: int, data: Any) -> Answer:
    return Answer(status=status, headers=_JSON, body=msgspec.json.encode(data))
