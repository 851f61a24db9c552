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
from rooftree.errors import InvalidInput, RooftreeError, Unavailable, Unreadable, WebhookRefused
from rooftree.store.deliveries import Arrival
from rooftree.surfaces.home import local_caller
from rooftree.sync import ingest
from rooftree.sync.committer import Committer
from rooftree.sync.listening import Listener, Listeners

_MOST_BYTES = 1_000_000
_logger = log.get("surfaces.hooks")
_SMALL_BYTES = 65_536


class TooLarge(InvalidInput):
    """More bytes than any webhook has; not read to its end."""


_CODES: Mapping[type[RooftreeError], int] = {
    WebhookRefused: 401,
    Unreadable: 400,
    InvalidInput: 400,
    TooLarge: 413,
    Unavailable: 503,
}


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
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            await doorstep.take(request.path_params["path"], await _raw(request), headers)
        except RooftreeError as error:
            return _refused(error)
        wake()
        return Response(media_type="text/plain")

    doorstep = _Doorstep(services)

    def inbox() -> Inbox:
        return services.inbox(local_caller(services).organization_id)

    async def _twilio(request: Request, keep: Callable[[str, bytes, str], str]) -> Response:
        try:
            body = await _raw(request)
        except TooLarge as error:
            return _refused(error)
        url = services.settings.public_url.rstrip("/") + request.url.path
        signature = request.headers.get("x-twilio-signature", "")
        return await _answered(lambda: keep(url, body, signature), wake, media_type="text/xml")

    return [
        Route(SMS_PATH, sms, methods=["POST"]),
        Route(STATUS_PATH, status, methods=["POST"]),
        Route("/webhooks/pms/{path}", pms, methods=["POST"]),
    ]


class _Doorstep:
    """Where property systems ring: a request is checked, then kept together with those that came meanwhile."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._listeners = Listeners(services.database, services.keys, services.clock)
        self._committer = Committer(partial(ingest.keep, services.database, services.keys))

    async def take(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Returns when the delivery is durable; raises WebhookRefused or Unavailable."""
        await self._committer.add(await self._genuine(path, body, headers))

    async def _genuine(self, path: str, body: bytes, headers: Mapping[str, str]) -> Arrival:
        """What can be checked at once from memory is; only a look elsewhere, or much to read, is worth a thread."""
        listener = self._listeners.known(path)
        if listener and listener.connector.published_keys is None and len(body) <= _SMALL_BYTES:
            try:
                return self._checked(listener, body, headers)
            except WebhookRefused:  # by a secret that was added this second, perhaps
                pass
        return await run_in_threadpool(self._checked_anew, path, body, headers)

    def _checked_anew(self, path: str, body: bytes, headers: Mapping[str, str]) -> Arrival:
        return self._checked(self._listeners.read(path), body, headers)

    def _checked(self, listener: Listener, body: bytes, headers: Mapping[str, str]) -> Arrival:
        connection = listener.connection
        published = partial(self._services.lines.published, connection.id)
        facts = (connection, listener.connector, listener.secrets)
        return ingest.genuine(*facts, body, headers, self._services.clock.now(), published)


async def _raw(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise TooLarge(f"A webhook has at most {_MOST_BYTES} bytes.")
    return bytes(body)


async def _answered(keep: Callable[[], str], wake: Callable[[], None], media_type: str = "text/plain") -> Response:
    try:
        answer = await run_in_threadpool(keep)
    except RooftreeError as error:
        return _refused(error)
    wake()
    return Response(answer, media_type=media_type)


def _refused(error: RooftreeError) -> Response:
    _logger.warning("webhook refused", kind=type(error).__name__)
    headers = {"retry-after": "5"} if isinstance(error, Unavailable) else None
    code = next((_CODES[kind] for kind in type(error).__mro__ if kind in _CODES), 400)
    return PlainTextResponse("", code, headers)
