"""Pages behind the links in texts: a job offer to a vendor, a page to a person on call.

GET only shows. A tapped button is a POST and decides, once; a link scanner that only looks changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from rooftree.acts.services import Services
from rooftree.acts.texts import accepted
from rooftree.model.cases import Case
from rooftree.model.portfolio import Property, Unit
from rooftree.store import cases, going_live, offers, records, zones
from rooftree.store.going_live import LiveTest
from rooftree.store.offers import Offer, Page
from rooftree.surfaces.console.pages import render
from rooftree.workflows import router

_OVER = {
    "accepted": "You have accepted this job.",
    "declined": "You have declined this job.",
    "expired": "The time to answer is over. Please do not go.",
    "withdrawn": "This job is no longer open. Please do not go.",
    "done": "Reported as done. Thank you.",
}


def routes(services: Services, wake: Callable[[], None]) -> list[Route]:
    """GET and POST of /o/{secret} (offers) and /p/{secret} (pages)."""

    async def offer(request: Request) -> Response:
        answer = await _answer(request, ("accept", "decline", "done"))
        return await run_in_threadpool(_offer, services, wake, request.path_params["secret"], answer)

    async def page(request: Request) -> Response:
        answer = await _answer(request, ("take",))
        return await run_in_threadpool(_page, services, wake, request.path_params["secret"], answer)

    both = ["GET", "POST"]
    return [Route("/o/{secret}", offer, methods=both), Route("/p/{secret}", page, methods=both)]


async def _answer(request: Request, allowed: tuple[str, ...]) -> str | None:
    if request.method != "POST":
        return None
    form = await request.form(max_files=0, max_fields=4)
    said = str(form.get("answer", ""))
    return said if said in allowed else None


def _offer(services: Services, wake: Callable[[], None], secret: str, answer: str | None) -> Response:
    with services.database.read() as conn:
        found = offers.offer_by_token(conn, secret)
    if found is None:
        return _nothing()
    if answer:
        with services.database.write() as conn:
            router.offer_answered(conn, services, found, answer, "link")
        wake()
    with services.database.read() as conn:
        found = offers.offer_by_token(conn, secret) or found
        return _offer_page(services, conn, found)


def _offer_page(services: Services, conn: Connection, found: Offer) -> Response:
    case = cases.load(conn, services.keys, found.case_id)
    zone = zones.of_property(conn, case.connection, case.property_id)
    late = found.state == "open" and found.expires_at <= services.clock.now()
    state = "expired" if late else found.state
    facts: dict[str, Any] = {
        "office": services.settings.office_name,
        "offer": found,
        "state": state,
        "message": _OVER.get(state, ""),
        "case": case,
        "place": _place(services, conn, case),
        "until": found.expires_at.astimezone(zone).strftime("%a %b %d, %I:%M %p %Z"),
        "details": accepted(services, conn, case, found) if state == "accepted" else "",
    }
    return HTMLResponse(render("offer.html", **facts))


def _page(services: Services, wake: Callable[[], None], secret: str, answer: str | None) -> Response:
    with services.database.read() as conn:
        found = offers.page_by_token(conn, services.keys, secret)
        test = None if found else going_live.test_by_token(conn, secret)
    if test is not None:
        return _test_page(services, test, answer)
    if found is None:
        return _nothing()
    if answer:
        with services.database.write() as conn:
            router.page_taken(conn, services, found, "the person on call, by link")
        wake()
    with services.database.read() as conn:
        found = offers.page_by_token(conn, services.keys, secret) or found
        case = cases.load(conn, services.keys, found.case_id)
        return _page_page(services, conn, case, found)


def _test_page(services: Services, test: LiveTest, answer: str | None) -> Response:
    if answer:
        with services.database.write() as conn:
            going_live.passed(conn, test.id, "the person on call, by link", services.clock.now())
    taken = bool(answer or test.passed_at)
    return HTMLResponse(render("test_page.html", office=services.settings.office_name, taken=taken))


def _page_page(services: Services, conn: Connection, case: Case, found: Page) -> Response:
    office = services.settings.office_name
    place = _place(services, conn, case)
    return HTMLResponse(render("page.html", office=office, page=found, case=case, place=place))


def _place(services: Services, conn: Connection, case: Case) -> str:
    """The address and unit of a case as one line."""
    keys, connection = services.keys, case.connection
    unit = records.by_external_id(conn, keys, connection, Unit, case.unit_id) if case.unit_id else None
    home = records.by_external_id(conn, keys, connection, Property, case.property_id) if case.property_id else None
    address = (unit.record.address if unit else None) or (home.record.address if home else None)
    parts = [address.line1 if address else None, address.city if address else None]
    where = ", ".join(part for part in parts if part) or (home.record.name if home else "")
    return f"{where}, unit {unit.record.number}" if unit else where


def _nothing() -> Response:
    return HTMLResponse(render("gone.html"), 404)
