"""The shared list verbs cover every row once, whatever the way of paging, and follow no answer to another host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from rooftree.connectors import rest
from rooftree.connectors.base import Answer, ListVerb, Query, Request
from rooftree.errors import NotFound, Unreadable

ROWS = [{"id": number} for number in range(7)]
NEXT = "/v0/things?page=2&size=3"


@dataclass
class Wire:
    """Answers each request by a function and keeps what was asked."""

    answer: Callable[[Request, dict[str, str]], Answer]
    options: dict[str, str] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def read(self, request: Request) -> Answer:
        self.asked.append(request)
        return self.answer(request, dict(request.params))


def _answer(data: object, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=200, headers=named, body=b"", data=data)


def _by_offset(_request: Request, asked: dict[str, str]) -> Answer:
    offset, size = int(asked["offset"]), int(asked["limit"])
    rows = ROWS[offset : offset + size]
    # As Propertyware does: the last page's total counts only itself.
    return _answer(rows, x_total_count=str(len(ROWS) if offset == 0 else len(rows)))


def _by_number(_request: Request, asked: dict[str, str]) -> Answer:
    start = (int(asked["page"]) - 1) * int(asked["size"])
    return _answer(ROWS[start : start + int(asked["size"])] or None, x_total_results=str(len(ROWS)))


def _by_stingy_number(_request: Request, asked: dict[str, str]) -> Answer:
    start = (int(asked["page"]) - 1) * 2
    return _answer(ROWS[start : start + 2])


def _by_next(request: Request, _asked: dict[str, str]) -> Answer:
    start = int(request.path.rpartition("=")[2]) if "=" in request.path else 0
    following = f"https://elsewhere.example/things?from={start + 2}" if start + 2 < len(ROWS) else None
    return _answer({"data": ROWS[start : start + 2], "next": following})


NUMBERED = {"most": 500, "size_param": "size", "page_param": "page"}
LISTS = [
    (rest.offset_list("/things", most=500), _by_offset),
    (rest.page_list("/things", **NUMBERED), _by_number),  # type: ignore[arg-type]
    (rest.page_list("/things", total_header="x-total-results", **NUMBERED), _by_number),  # type: ignore[arg-type]
    (rest.page_list("/things", until_empty=True, **NUMBERED), _by_stingy_number),  # type: ignore[arg-type]
    (
        rest.next_list(
            "/things", most=500, size_param="size", next_of=rest.next_in_body("next"), rows=rest.under_key("data")
        ),
        _by_next,
    ),
]


def _walk(verb: ListVerb, wire: Wire, size: int | None) -> list[object]:
    found: list[object] = []
    cursor: str | None = None
    for _ in range(20):
        page = verb(wire, Query(page_size=size), cursor)
        found += page.items
        if (cursor := page.next) is None:
            return found
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, None])
@pytest.mark.parametrize(("verb", "answer"), LISTS)
def test_every_row_is_listed_once(verb: ListVerb, answer: Callable[..., Answer], size: int | None) -> None:
    assert _walk(verb, Wire(answer), size) == ROWS


@pytest.mark.parametrize(("verb", "answer"), [LISTS[0], LISTS[2]])
def test_pages_told_ahead_are_all_the_others(verb: ListVerb, answer: Callable[..., Answer]) -> None:
    wire = Wire(answer)
    first = verb(wire, Query(page_size=3), None)
    others = [verb(wire, Query(page_size=3), cursor) for cursor in first.ahead]
    assert [*first.items, *(item for page in others for item in page.items)] == ROWS


def test_the_next_page_is_asked_of_our_own_host() -> None:
    wire = Wire(_by_next)
    _walk(LISTS[4][0], wire, None)
    assert {request.path.partition("?")[0] for request in wire.asked} == {"/things"}


def test_a_link_header_names_the_next_page() -> None:
    link = f'<https://pms.example/v0/things?page=1>; rel="first", <https://pms.example{NEXT}>; rel="next"'
    assert rest.next_in_link(_answer([], link=link)) == f"https://pms.example{NEXT}"
    assert rest.next_in_link(_answer([], link='<https://pms.example/>; rel="last"')) is None


@pytest.mark.parametrize("data", [{"error": "x"}, "text", 7])
def test_what_is_no_list_is_unreadable(data: object) -> None:
    with pytest.raises(Unreadable):
        rest.offset_list("/things", most=5)(Wire(lambda _r, _p: _answer(data)), Query(), None)


@pytest.mark.parametrize("id", ["", "../admin", "1/2", "a?b", "%2e", "x" * 200, "1\n"])
def test_an_id_that_is_unsafe_in_a_path_is_never_asked_for(id: str) -> None:
    wire = Wire(lambda _r, _p: _answer({"id": 1}))
    with pytest.raises(NotFound):
        rest.get("/things/{id}")(wire, id)
    assert wire.asked == []


def test_an_empty_answer_to_get_is_not_found() -> None:
    with pytest.raises(NotFound):
        rest.get("/things/{id}")(Wire(lambda _r, _p: _answer(None)), "7")


def test_a_pms_that_hands_out_fewer_rows_than_asked_is_believed_about_its_page() -> None:
    def answer(_request: Request, asked: dict[str, str]) -> Answer:
        start = (int(asked["page"]) - 1) * 3
        return _answer(ROWS[start : start + 3], x_total=str(len(ROWS)), x_size="3")

    verb = rest.page_list("/things", **NUMBERED, total_header="x-total", size_header="x-size")  # type: ignore[arg-type]
    first = verb(Wire(answer), Query(), None)
    assert (first.next, first.ahead) == ("2", ["2", "3"])


def test_rows_that_hold_several_records_are_spread_and_not_counted() -> None:
    verb = rest.spread(
        rest.offset_list("/things", most=500), lambda row: [{"id": row["id"], "half": half} for half in "ab"]
    )
    page = verb(Wire(_by_offset), Query(), None)
    assert (len(page.items), page.total) == (2 * len(ROWS), None)


def test_a_last_page_that_is_full_is_known_to_be_the_last() -> None:
    verb = rest.page_list("/things", total_header="x-total-results", **NUMBERED)  # type: ignore[arg-type]
    whole = len(ROWS)
    last = verb(Wire(_by_number), Query(page_size=1), str(whole))
    assert (len(last.items), last.next, last.total, last.ahead) == (1, None, whole, [])
