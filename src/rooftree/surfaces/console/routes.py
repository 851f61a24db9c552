"""The console: the live list of cases, and one case's timeline. Signing in takes the API key."""

from __future__ import annotations

import hmac
from importlib.resources import files
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from rooftree.acts.services import Services
from rooftree.errors import NotAllowed
from rooftree.operations import cases, connections, freshness
from rooftree.operations.cases import CasesInput, OneCase
from rooftree.operations.connections import Nothing
from rooftree.operations.freshness import FreshnessInput
from rooftree.surfaces.console.pages import local, render
from rooftree.surfaces.home import local_caller

_COOKIE = "rooftree"


class Key(Protocol):
    @property
    def ticket(self) -> str: ...

    def fits(self, given: str) -> bool: ...


def routes(services: Services, key: Key) -> list[Route | Mount]:
    """Pages for people; in the open demo nobody needs to sign in, and only this machine can reach it."""
    console = Console(services, key)
    return [
        Route("/", console.home, methods=["GET"]),
        Route("/cases/live", console.live, methods=["GET"]),
        Route("/cases/{id}", console.case, methods=["GET"]),
        Route("/cases/{id}/take-over", console.take_over, methods=["POST"]),
        Route("/freshness", console.freshness, methods=["GET"]),
        Route("/sign-in", console.sign_in, methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=str(files("rooftree.surfaces.console") / "static"))),
    ]


class Console:
    """The pages over opened services."""

    def __init__(self, services: Services, key: Key) -> None:
        self._services = services
        self._key = key

    async def home(self, request: Request) -> Response:
        if not self._may(request):
            return RedirectResponse("/sign-in", 303)
        return HTMLResponse(await run_in_threadpool(self._list, "cases.html"))

    async def live(self, request: Request) -> Response:
        if not self._may(request):
            return Response(status_code=401)
        return HTMLResponse(await run_in_threadpool(self._list, "cases_live.html"))

    async def case(self, request: Request) -> Response:
        if not self._may(request):
            return RedirectResponse("/sign-in", 303)
        return await run_in_threadpool(self._one, request.path_params["id"])

    async def freshness(self, request: Request) -> Response:
        if not self._may(request):
            return RedirectResponse("/sign-in", 303)
        return HTMLResponse(await run_in_threadpool(self._fresh))

    async def take_over(self, request: Request) -> Response:
        if not self._may(request):
            return Response(status_code=401)
        id_ = request.path_params["id"]
        try:
            await run_in_threadpool(cases.take_over, local_caller(self._services, "the console"), OneCase(id=id_))
        except NotAllowed:
            return HTMLResponse(render("gone.html"), 404)
        return RedirectResponse(f"/cases/{id_}", 303)

    async def sign_in(self, request: Request) -> Response:
        if request.method == "GET":
            return HTMLResponse(render("sign_in.html", wrong=False))
        form = await request.form(max_files=0, max_fields=2)
        given = str(form.get("key", ""))
        if not self._key.fits(given):
            return HTMLResponse(render("sign_in.html", wrong=True), 401)
        answer = RedirectResponse("/", 303)
        secure = self._services.settings.public_url.startswith("https://")
        answer.set_cookie(_COOKIE, self._key.ticket, httponly=True, samesite="strict", secure=secure, max_age=86_400)
        return answer

    def _may(self, request: Request) -> bool:
        if self._services.settings.open_demo:
            return True
        return hmac.compare_digest(request.cookies.get(_COOKIE, "").encode(), self._key.ticket.encode())

    def _list(self, template: str) -> str:
        caller = local_caller(self._services, "the console")
        found = cases.list_cases(caller, CasesInput())["items"]
        zone = found[0]["zone"] if found else "UTC"
        return render(
            template,
            **self._shared(),
            cases=found,
            waiting=sum(case["state"] == "with_person" for case in found),
            now=local(self._services.clock.now(), zone),
            connections=connections.list_connections(caller, Nothing())["items"] if template == "cases.html" else [],
        )

    def _fresh(self) -> str:
        rows = freshness.list_freshness(local_caller(self._services, "the console"), FreshnessInput())["items"]
        names = dict.fromkeys((row["connection"], row["name"]) for row in rows)
        by_name = [(name, [row for row in rows if row["connection"] == id_]) for id_, name in names]
        return render("freshness.html", **self._shared(), connections=by_name)

    def _one(self, id_: str) -> Response:
        try:
            found = cases.get_case(local_caller(self._services, "the console"), OneCase(id=id_))
        except NotAllowed:
            return HTMLResponse(render("gone.html"), 404)
        return HTMLResponse(render("case.html", **self._shared(), case=found))

    def _shared(self) -> dict[str, Any]:
        settings = self._services.settings
        return {"office": settings.office_name, "simulated": settings.open_demo}
