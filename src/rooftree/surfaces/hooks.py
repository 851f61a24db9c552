"""Doors for carriers and property systems: webhooks, as bare routes, durable before they are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rooftree import log
from rooftree.acts.services import Services
from rooftree.channels.carrier import SMS_PATH, STATUS_PATH
from rooftree.channels.receive import Inbox, receive_sms, receive_status
from rooftree.connectors import registry
from rooftree.errors import InvalidInput, RooftreeError, Unavailable, Unreadable, WebhookRefused
from rooftree.store import connections
from rooftree.surfaces.home import local_caller
from rooftree.sync import ingest

_MOST_BYTES = 1_000_000
_logger = log.get("surfaces.hooks")
_CODES: Mapping[type[RooftreeError], int] = {WebhookRefused: 403, Unreadable: 400, InvalidInput: 400, Unavailable: 503}


def routes(services: Services, wake: Callable[[], None]) -> list[Route]:
    """The webhook doors. A refusal says nothing of why; it is counted in the log."""

    async def sms(request: Request) -> Response:
        return await _twilio(request, lambda url, body, sign: receive_sms(inbox(), url=url, body=body, signature=sign))

    async def status(request: Request) -> Response:
        def keep(url: str, body: bytes, sign: str) -> str:
            receive_status(inbox(), url=url, body=body, signature=sign)
            return ""

        return await _twilio(request, keep)

    async def pms(request: Request) -> Response:
        body = await _raw(request)
        return await _answered(lambda: _take(services, request, body), wake)

    def inbox() -> Inbox:
        return services.inbox(local_caller(services).organization_id)

    async def _twilio(request: Request, keep: Callable[[str, bytes, str], str]) -> Response:
        body = await _raw(request)
        url = services.settings.public_url.rstrip("/") + request.url.path
        signature = request.headers.get("x-twilio-signature", "")
        return await _answered(lambda: keep(url, body, signature), wake, media_type="text/xml")

    return [
        Route(SMS_PATH, sms, methods=["POST"]),
        Route(STATUS_PATH, status, methods=["POST"]),
        Route("/webhooks/pms/{path}", pms, methods=["POST"]),
    ]


def _take(services: Services, request: Request, body: bytes) -> str:
    with services.database.read() as conn:
        connection = connections.by_webhook_path(conn, request.path_params["path"])
    if connection is None:
        raise WebhookRefused("Nobody listens there.")
    connector = registry.load(connection.pms)
    headers = {name.lower(): value for name, value in request.headers.items()}
    published = partial(services.lines.published, connection.id)
    now = services.clock.now()
    ingest.receive(services.database, services.keys, connection, connector, body, headers, now, published)
    return ""


async def _raw(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return b""
    return bytes(body)


async def _answered(keep: Callable[[], str], wake: Callable[[], None], media_type: str = "text/plain") -> Response:
    try:
        answer = await run_in_threadpool(keep)
    except RooftreeError as error:
        _logger.warning("webhook refused", kind=type(error).__name__)
        return PlainTextResponse("", _CODES.get(type(error), 400))
    wake()
    return Response(answer, media_type=media_type)
