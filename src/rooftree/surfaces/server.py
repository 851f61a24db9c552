"""The server: REST, console, links and webhooks in one application, with the runner that keeps cases moving."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rooftree.acts.services import Services
from rooftree.config import Settings, load
from rooftree.errors import ConfigurationError, Unavailable
from rooftree.operations import jobs
from rooftree.surfaces import hooks, links, metrics
from rooftree.surfaces.console import routes as console
from rooftree.surfaces.home import local_caller, services
from rooftree.surfaces.rest import app as rest
from rooftree.workflows.runner import Runner
from rooftree.workflows.upkeep import Upkeep

_HEADERS = {
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}


def build(ready: Services, key: rest.Key, wake: Callable[[], None]) -> Starlette:
    """The whole application over opened services."""

    def healthy(_request: Request) -> Response:
        return PlainTextResponse("ok")

    def able(_request: Request) -> Response:
        try:
            with ready.database.write():
                return PlainTextResponse("ready")
        except Unavailable as error:
            return PlainTextResponse(str(error), 503)

    def counted(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not key.fits(given):
            return PlainTextResponse("Send the API key as `Authorization: Bearer ...`.", 401)
        return Response(metrics.text(ready), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[
            Route("/healthz", healthy),
            Route("/readyz", able),
            Route("/metrics", counted),
            *hooks.routes(ready, wake),
            *links.routes(ready, wake),
            *console.routes(ready, key),
            Mount("/", rest.build(ready, key, wake)),
        ],
        middleware=[Middleware(_Secured)],
    )


class _Secured:
    """Adds the headers to every answer that does not set them itself; plain ASGI, since webhooks pass here too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, secured)


def runner(ready: Services) -> Runner:
    """A runner with its upkeep, not started."""
    made = Runner(ready)
    made.chores = (Upkeep(ready, made.wake, {"jobs": partial(jobs.run_due, ready)}),)
    return made


def api_key(settings: Settings) -> str:
    """The key from the settings, else one kept in the home folder, made and printed at the first start."""
    if settings.api_key:
        return settings.api_key.get_secret_value()
    path = settings.home / "api.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32) + "\n")
        print(f"API key (kept in {path}): {path.read_text().strip()}")
    return path.read_text().strip()


def serve() -> None:
    """Run until told to stop."""
    settings = load()
    if not settings.public_url.startswith("https://") and settings.host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigurationError("Outside this machine only https: set ROOFTREE_PUBLIC_URL to your https address.")
    with services(settings) as ready:
        local_caller(ready)
        mover = runner(ready)
        mover.start()
        application = build(ready, rest.Key(api_key(settings)), mover.wake)
        print(f"Rooftree answers at http://{settings.host}:{settings.port} (console: /)", flush=True)
        try:
            uvicorn.run(application, host=settings.host, port=settings.port, log_level="warning", access_log=False)
        finally:
            mover.close()


def work() -> None:
    """Run a worker alone until told to stop."""
    with services() as ready:
        mover = runner(ready)
        mover.start()
        print("The worker runs; Ctrl-C stops it.", flush=True)
        stopped = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: stopped.set())
        stopped.wait()
        mover.close()
