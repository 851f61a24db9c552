"""Twilio as a carrier: its REST API, each failure told apart by whether a text may have been taken.

Source: https://www.twilio.com/docs/messaging/api/message-resource. The list is filtered by day only, newest first;
how soon a new message appears in it is not documented (unsure; `bounds` assumes two seconds).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx2

from rooftree import log
from rooftree.channels import twilio
from rooftree.channels.carrier import Outbound
from rooftree.effects.states import Bounds
from rooftree.errors import (
    ConnectorError,
    NotFound,
    RateLimited,
    Refused,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)
from rooftree.model.vocabulary import Channel
from rooftree.outbound import Forbidden, fetch

_logger = log.get("channels.twilio")
_TIMEOUT = 10.0
_LARGEST = 10_000_000
_PAGE = 100
_MOST_PAGES = 50
_TO_THE_SECOND = timedelta(seconds=1)
_NOT_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Nothing was sent; a name that does not resolve is told by the guarded client with its OSError."""


class TwilioCarrier:
    """Sends by `POST Messages.json`; finds again by recipient, words and time, for Twilio takes no key of ours."""

    name = "twilio"
    channel = Channel.SMS
    searchable = True
    taken = "sent"
    bounds = Bounds(read_lag=2.0, late_commit=_TIMEOUT, send_timeout=_TIMEOUT, margin=1.0, reads=2)

    def __init__(
        self,
        http: httpx2.Client,
        *,
        account_sid: str,
        token: str,
        number: str,
        base_url: str = "https://api.twilio.com",
        status_callback: str = "",
    ) -> None:
        self.number = number
        self._http = http
        basic = base64.b64encode(f"{account_sid}:{token}".encode()).decode()
        self._headers = {"authorization": f"Basic {basic}"}
        self._base = base_url.rstrip("/")
        self._list = f"/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._status_callback = status_callback

    def send(self, text: Outbound) -> str:
        form = twilio.request(self.number, text.to, text.body, self._status_callback)
        return twilio.sent(self._call("POST", self._list, data=form)).sid

    def find(self, text: Outbound, since: datetime) -> Sequence[str]:
        listed: list[twilio.Outgoing] = []
        for wire in self._listed({"To": text.to, "From": self.number}):
            sent = twilio.sent(wire)
            if sent.created_at < since - _TO_THE_SECOND:
                break
            listed.insert(0, sent)
        return [sent.sid for sent in listed if _same_words(sent.text, text.body)]

    def received(self, since: datetime) -> Sequence[twilio.Incoming]:
        heard: list[twilio.Incoming] = []
        day = (since - timedelta(days=1)).date().isoformat()
        for wire in self._listed({"To": self.number, "DateSent>": day}):
            item = self._heard(wire)
            if item and item.at and item.at < since - _TO_THE_SECOND:
                break
            if item and wire.get("direction") == "inbound":
                heard.insert(0, item)
        return heard

    def _heard(self, wire: Mapping[str, Any]) -> twilio.Incoming | None:
        """One listed text; None for one that cannot be read: it must not keep the others from being taken in."""
        try:
            return twilio.listed(wire, self._media(wire))
        except Unreadable as error:
            _logger.error("a text in Twilio's list cannot be read; skipped", sid=wire.get("sid"), error=str(error))
            return None

    def _listed(self, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """The message list, newest first; its times are whole seconds."""
        page = self._call("GET", self._list, params={**asked, "PageSize": str(_PAGE)})
        for _number in range(_MOST_PAGES):
            yield from (wire for wire in page.get("messages") or () if isinstance(wire, Mapping))
            following = page.get("next_page_uri")
            if not following:
                return
            page = self._call("GET", str(following))
        raise Unreadable(f"Twilio's list goes on after {_MOST_PAGES} pages.", record="message", verb="list")

    def _media(self, wire: Mapping[str, Any]) -> list[Mapping[str, str]]:
        if str(wire.get("num_media") or "0") == "0":
            return []
        answer = self._call("GET", str((wire.get("subresource_uris") or {}).get("media") or ""))
        items = [item for item in answer.get("media_list") or () if isinstance(item, Mapping)]
        return [
            {
                "url": self._base + str(item.get("uri") or "").removesuffix(".json"),
                "content_type": str(item.get("content_type") or ""),
            }
            for item in items
        ]

    def _call(self, method: str, path: str, **content: Any) -> Mapping[str, Any]:
        facts: dict[str, Any] = {"record": "message", "verb": "create" if method == "POST" else "list"}
        if not path.startswith("/2010-04-01/"):
            raise Unreadable("Twilio names an address outside its messages.", **facts)
        request = self._http.build_request(method, self._base + path, headers=self._headers, **content)
        try:
            answer = fetch(self._http, request, most_bytes=_LARGEST, seconds=_TIMEOUT)
        except (*_NOT_CONNECTED, Unreachable) as error:
            if isinstance(error, Unreachable) and not isinstance(error.__cause__, OSError):
                raise
            raise RateLimited("Twilio cannot be reached; nothing was sent.", retry_after=15.0, **facts) from None
        except Forbidden as error:
            raise Refused(f"Twilio's address may not be called: {error}", approver="the operator") from None
        except httpx2.TransportError as error:
            raise Unreachable(f"Twilio gave no answer ({type(error).__name__}).", **facts) from None
        if answer.status_code >= 400:
            raise _failure(answer, facts)
        try:
            return _mapping(answer.json())
        except ValueError:
            raise Unreadable("Twilio's answer is no JSON.", status=answer.status_code, **facts) from None


def _failure(answer: httpx2.Response, facts: dict[str, Any]) -> ConnectorError | Refused:
    status, (code, message) = answer.status_code, _error(answer)
    said = f"Twilio refused ({code}): {message}" if code else f"Twilio refused with status {status}."
    if code == twilio.OPTED_OUT:
        return Refused("The recipient replied STOP: Twilio sends them no texts.", approver="the recipient, by START")
    if status == 429:
        wait = answer.headers.get("retry-after", "")
        return RateLimited(said, retry_after=float(wait) if wait.isdigit() else 2.0, status=status, **facts)
    if status in (401, 403):
        hint = "check ROOFTREE_TWILIO_ACCOUNT_SID and ROOFTREE_TWILIO_AUTH_TOKEN"
        return Unauthorized(f"{said} Twilio refused the credentials: {hint}.", status=status, **facts)
    if status >= 500 or status == 408:
        return Unreachable(said, status=status, **facts)
    kind = NotFound if status == 404 else Rejected
    return kind(said, status=status, **facts)


def _error(answer: httpx2.Response) -> tuple[int, str]:
    """Twilio's code and what it means; its own message may name the recipient, so only the code is passed on."""
    try:
        code = _mapping(answer.json()).get("code")
    except (ValueError, Unreadable):
        return 0, ""
    return (code, _MEANINGS.get(code, "see twilio.com/docs/errors")) if isinstance(code, int) else (0, "")


_MEANINGS = {
    20003: "the credentials are wrong.",
    20429: "too many requests.",
    21211: "the recipient's number is not valid.",
    21408: "this account may not text the recipient's country.",
    21602: "the text is empty.",
    21606: "our number is not one of the account's.",
    21610: "the recipient replied STOP.",
    21614: "the recipient's number cannot get texts.",
    21617: "the text is longer than 1,600 characters.",
}


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable("Twilio's answer is no object.")
    return value


def _same_words(listed: str, ours: str) -> bool:
    """Equal but for white space, which carriers may trim (unsure whether Twilio does)."""
    return listed.split() == ours.split()
