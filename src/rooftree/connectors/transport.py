"""A connection's line to its PMS: signs, paces, times out, retries reads, and turns every failure into its type."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from rooftree import log, outbound
from rooftree.clock import Clock
from rooftree.connectors.base import Answer, Connector, Request
from rooftree.connectors.budget import Limiter
from rooftree.connectors.naming import in_both_tongues
from rooftree.connectors.session import Tokens, with_token
from rooftree.connectors.strict_json import NotJson, decode
from rooftree.connectors.traffic import Traffic
from rooftree.errors import (
    Conflict,
    ConnectorError,
    InvalidInput,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)
from rooftree.redact import hide, mask

_logger = log.get("connectors.transport")
_MOST_BYTES = 64 * 1024 * 1024
_READ_ATTEMPTS = 4
_FIRST_WAIT = 0.5
_SHOWN_BODY = 300
_PLACE = re.compile(r"\{(\w+)\}")
_HOST_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_SAFE = ("GET", "HEAD")
_REQUEST_IDS = ("x-amzn-requestid", "x-request-id", "request-id", "x-correlation-id")
_BY_STATUS: dict[int, type[ConnectorError]] = {
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    408: Unreachable,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    425: Unreachable,
}


class Line:
    """The Wire of a real connection. `read` may repeat a call; `write` makes it once and never again."""

    def __init__(
        self,
        connector: Connector,
        *,
        base_url: str,
        credentials: Mapping[str, str],
        options: Mapping[str, str],
        clock: Clock,
        limiter: Limiter,
        http: httpx2.Client | None = None,
        local: Callable[[Request], Answer] | None = None,
        name: str = "",
        interactive: bool = True,
        traffic: Traffic | None = None,
    ) -> None:
        self._connector = connector
        self._base_url = address_of(base_url, credentials).rstrip("/")
        check_host(connector, self._base_url)
        self._credentials = dict(credentials)
        self._options = dict(options)
        self._clock = clock
        self._limiter = limiter
        self._http = http
        self._local = local
        self._name = name or connector.name
        self._interactive = interactive
        self.traffic = traffic or Traffic()
        self._guard, self._alone = threading.Lock(), dict[str, threading.Lock]()
        session = connector.session
        self._tokens = Tokens(session, self._exchanged, clock) if session else None

    def __repr__(self) -> str:
        return f"<Line to {self._name}>"

    @property
    def options(self) -> Mapping[str, str]:
        return self._options

    def close(self) -> None:
        """Let go of the connections it holds."""
        if self._http is not None:
            self._http.close()

    def in_background(self) -> Line:
        """The same line at backfill's priority."""
        twin = object.__new__(Line)
        twin.__dict__.update(self.__dict__, _interactive=False)
        return twin

    def read(self, request: Request) -> Answer:
        """One read, repeated on failures that may pass, with growing waits and at most four times.

        A request that may change something (a write made of several calls) is made once all the same.
        """
        if request.method not in _SAFE and not request.reads:
            return self.write(request, timeout=self._connector.manifest.write_timeout)
        wait = _FIRST_WAIT
        for attempt in range(1, _READ_ATTEMPTS + 1):
            try:
                return self._call(request, self._connector.manifest.read_timeout)
            except (Unreachable, RateLimited) as error:
                if attempt == _READ_ATTEMPTS:
                    raise
                pause = error.retry_after if isinstance(error, RateLimited) else wait
                self._clock.wait(pause)
                wait *= 2
        raise AssertionError("unreachable")

    def write(self, request: Request, *, timeout: float) -> Answer:
        """One call that may change the PMS, made once."""
        return self._call(request, timeout)

    def _call(self, request: Request, seconds: float) -> Answer:
        """One call; a second one only where the first was turned away for its token, so that nothing was done."""
        if self._tokens is None or not request.auth:
            return self._called(request, seconds, None)
        token = self._tokens.get()
        try:
            return self._called(request, seconds, token)
        except Unauthorized as refusal:
            if refusal.status != 401:
                raise
            self._tokens.refused(token)
        return self._called(request, seconds, self._tokens.get())

    def _exchanged(self) -> Answer:
        assert self._connector.session is not None
        request = replace(self._connector.session.exchange(self._credentials), auth=False, reads=True)
        return self.read(request)

    def _called(self, request: Request, seconds: float, token: str | None) -> Answer:
        lane = self._connector.lane(request, self._options)
        with self._one_by_one(request), self._limiter.turn(interactive=self._interactive, lane=lane):
            if self._local is not None:
                answer = self._local(request)
                self.traffic.note(request, answer.status, self._clock.now())
                return self._judged(answer, request)
            answer = self._over_http(request, seconds, token)
        try:
            return self._judged(answer, request)
        except RateLimited as error:
            self._limiter.slow_down(error.retry_after, lane)
            raise

    def _one_by_one(self, request: Request) -> AbstractContextManager[Any]:
        name = self._connector.alone(request)
        if not name:
            return nullcontext()
        with self._guard:
            return self._alone.setdefault(name, threading.Lock())

    def _over_http(self, request: Request, seconds: float, token: str | None) -> Answer:
        if self._http is None:
            raise Unreachable("This connection has no way out.", connection=self._name)
        keys = with_token(self._credentials, token)
        signed = self._connector.sign(request, keys) if request.auth else request
        try:
            response = outbound.fetch(self._http, self._built(signed), most_bytes=_MOST_BYTES, seconds=seconds)
        except Unreachable as error:  # no address, or an answer too large or too slow to take
            raise self._error(Unreachable, str(error)) from None
        except httpx2.TimeoutException:
            raise self._error(Unreachable, f"No answer within {seconds:g} s.") from None
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise self._error(Unreachable, f"The connection failed ({type(error).__name__}).") from None
        self.traffic.note(request, response.status_code, self._clock.now(), response.extensions.get("tls"))
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status_code, headers=headers, body=response.content)

    def _built(self, request: Request) -> httpx2.Request:
        url = request.path if "://" in request.path else self._base_url + request.path
        body: dict[str, Any] = {}
        if request.json is not None:
            body = {
                "content": json.dumps(request.json, ensure_ascii=False).encode("utf-8", "replace"),
                "headers": {"content-type": "application/json"},
            }
        elif request.content is not None:
            body = {"content": request.content}
        elif request.files or request.form:
            body = {"data": dict(request.form or {}), "files": dict(request.files or {}) or None}
        headers = {"accept": "application/json", **body.pop("headers", {}), **request.headers}
        return httpx2.Request(request.method, url, params=list(request.params) or None, headers=headers, **body)

    def _judged(self, answer: Answer, request: Request) -> Answer:
        """The answer with its decoded body, or the error its status or its text stands for."""
        data = self._decoded(answer) if 200 <= answer.status < 300 else self._decoded_if_readable(answer.body)
        known = Answer(status=answer.status, headers=answer.headers, body=answer.body, data=data)
        explained = self._connector.explain(known)
        if 200 <= answer.status < 300 and explained is None:
            return known
        raise self._refusal(known, explained, request)

    def _decoded(self, answer: Answer) -> Any:
        kind = answer.headers.get("content-type", "")
        if self._connector.decode is not None and "html" not in kind:
            return self._decoded_as_told(answer, self._connector.decode)
        if not answer.body or ("json" not in kind and kind and answer.body.lstrip()[:1] not in (b"{", b"[")):
            if "html" in kind:
                raise self._error(Unreadable, "A web page came back in place of data.", answer)
            return None
        try:
            return decode(answer.body)
        except NotJson as error:
            if kind and "json" not in kind:
                return None  # A file may begin like JSON; whoever expected data says so.
            raise self._error(Unreadable, f"The answer is not readable: {error}", answer) from None

    def _decoded_as_told(self, answer: Answer, decode: Callable[[bytes], Any]) -> Any:
        try:
            return decode(answer.body)
        except ValueError as error:
            raise self._error(Unreadable, f"The answer is not readable: {error}", answer) from None

    def _decoded_if_readable(self, body: bytes) -> Any:
        """The body of an error, which may be a page of a proxy's: None where it is not what the PMS speaks."""
        try:
            return (self._connector.decode or decode)(body)
        except ValueError:
            return None

    def _refusal(self, answer: Answer, explained: str | None, request: Request) -> ConnectorError:
        status = answer.status
        said = explained or f"{self._connector.manifest.title} answered {status}."
        told = self._connector.kind_of(answer) or self._connector.statuses.get(status)
        kind = told or _BY_STATUS.get(status) or (Unreachable if status >= 500 else Rejected)
        kind = RateLimited if status == 429 else kind
        if kind is RateLimited:
            wait = asked_wait(answer.headers, self._clock.now(), self._connector.manifest.throttled_wait)
            return self._error(RateLimited, said, answer, retry_after=wait)
        if kind is not None and issubclass(kind, Unauthorized):
            manifest = self._connector.manifest
            said = f"{manifest.key_help or f'{manifest.title} refused the key.'} ({said})"
        if kind not in (Rejected, NotFound):
            return self._error(kind, said, answer)
        named = in_both_tongues(said, request, self._connector.fields)
        facts = {"field": named.ours, "wire_field": named.theirs} if kind is Rejected else {}
        return self._error(kind, named.text, answer, about=named.about, **facts)

    def _error(
        self, kind: type[ConnectorError], said: str, answer: Answer | None = None, about: str = "", **facts: Any
    ) -> ConnectorError:
        secrets = (*_secrets(self._credentials), *(self._tokens.known() if self._tokens else ()))
        request_id = None
        if answer is not None:
            request_id = next((answer.headers[n] for n in _REQUEST_IDS if n in answer.headers), None)
        body = answer.body[:_SHOWN_BODY].decode("utf-8", "replace") if answer else ""
        error = kind(
            mask(said, secrets) + (f" ({hide(about, secrets)})" if about else ""),
            connection=self._name,
            status=answer.status if answer else None,
            request_id=request_id,
            body=mask(body, secrets),
            **facts,
        )
        _logger.info("call failed", connection=self._name, kind=kind.__name__, status=error.status, request=request_id)
        return error


def _secrets(credentials: Mapping[str, str]) -> list[str]:
    """What must not be shown: each value, and of one of several words (a list of keys) each that could be a key."""
    words = (word for value in credentials.values() for word in value.split())
    return [*credentials.values(), *(word for word in words if len(word) >= 8 and any(map(str.isdigit, word)))]


def address_of(base_url: str, credentials: Mapping[str, str]) -> str:
    """The address with what a credential says put into it, as in `https://{account}.rentvine.com`.

    Raises InvalidInput for a word that is no part of a host name, so that no credential can name another host.
    """

    def put(place: re.Match[str]) -> str:
        word = credentials.get(place[1], "").strip()
        if not _HOST_PART.match(word):
            raise InvalidInput(f"{place[1]!r} must be the one word that stands in the address.", path=place[1])
        return word

    return _PLACE.sub(put, base_url)


def check_host(connector: Connector, base_url: str) -> None:
    """Raises InvalidInput for an address outside the PMS's own domains: a key must not go there."""
    host, own = httpx2.URL(base_url).host, connector.manifest.hosts
    here = host in ("127.0.0.1", "::1", "localhost")  # where nothing answers that the settings do not name
    if base_url and own and not here and not any(host == each or host.endswith(f".{each}") for each in own):
        title = connector.manifest.title
        raise InvalidInput(f"{title} answers at {' or '.join(own)} only, and {host} is none of it.", path="base_url")


def asked_wait(headers: Mapping[str, str], now: datetime, unsaid: float, most: float = 3600.0) -> float:
    """Seconds the other side asks us to wait, said as seconds or as a date (RFC 9110 10.2.3), `most` at most.

    Else until its window ends where it tells that (`x-ratelimit-reset`, UNIX time); `unsaid` where it says neither.
    """
    text = headers.get("retry-after", "").strip()
    reset = headers.get("x-ratelimit-reset", "").strip()
    if not text and reset.isascii() and reset.isdigit():
        return min(max(int(reset[:12]) - now.timestamp(), 0.2), most)
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return min(float(text), most)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return unsaid
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.2), most)


def open_line(
    connector: Connector,
    *,
    base_url: str,
    credentials: Mapping[str, str],
    clock: Clock,
    options: Mapping[str, str] | None = None,
    limiter: Limiter | None = None,
    http: httpx2.Client | None = None,
    local: Callable[[Request], Answer] | None = None,
    name: str = "",
    traffic: Traffic | None = None,
) -> Line:
    """A line ready for use; without a limiter it keeps the budget by itself, for this process only."""
    return Line(
        connector,
        base_url=base_url,
        credentials=credentials,
        options=options or {},
        clock=clock,
        limiter=limiter or Limiter(connector.budget_of(options or {}) or connector.manifest.budget, clock),
        http=http,
        local=local,
        name=name,
        traffic=traffic,
    )
