"""A pretend Twilio account: the messages part of its REST API, signed webhooks, and phones in people's hands.

Written from https://www.twilio.com/docs/messaging/api/message-resource. Phones are driven from outside:
`behaviour.inbound(...)` in process, `POST /_simulator/inbound` from another process.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from rooftree.simulators.clock import Now, SimulatedClock
from rooftree.simulators.control import Action
from rooftree.simulators.faults import Faults
from rooftree.simulators.kit import Simulator
from rooftree.simulators.store import Database
from rooftree.simulators.twilio import words
from rooftree.simulators.twilio.callbacks import Callbacks
from rooftree.simulators.twilio.messages import E164, media_uri, next_step, shown, status_form, webhook
from rooftree.simulators.webhooks import Outbox
from rooftree.simulators.wire import Record, Request, Response, json_response

NUMBER = "+15550100000"
"""Our number in the pretend account; 555-01xx numbers are fiction."""
_PAGE = 50
_LONGEST_PAGE = 1_000


class Twilio:
    """The account's answers over its messages; see `kit.Behaviour`."""

    def __init__(self, clock: Now, faults: Faults, number: str, seed: int) -> None:
        self.database = Database(clock)
        self._messages = self.database.table("messages")
        self._seed = seed
        self._minted = itertools.count(1)
        self.credentials = {
            "account_sid": "AC" + _hex(f"account {seed}"),
            "auth_token": _hex(f"token {seed}"),
            "number": number,
        }
        self.callbacks = Callbacks(clock, faults, self.credentials["auth_token"], self.progress)
        self.outbox: Outbox | None = self.callbacks
        self.opted_out: set[tuple[str, str]] = set()
        self.unreachable: dict[str, int] = {}
        """Numbers that cannot be delivered to, with the error code Twilio tells (30003: handset unreachable)."""
        self.replies: list[Record] = []
        """What Twilio itself texted back about STOP, START and HELP."""
        self.base = "https://api.twilio.com"
        self._lock = threading.RLock()
        self.controls: dict[tuple[str, str], Action] = {
            ("POST", "inbound"): self._control_inbound,
            ("GET", "messages"): self._control_messages,
            ("POST", "unreachable"): self._control_unreachable,
        }

    def inbound(self, from_: str, body: str, media: Sequence[Mapping[str, str]] = (), to: str | None = None) -> Record:
        """A person texts our number; `media` items are `{"content_type", "content"}` with base64 content.

        The message is in the list at once, its webhook goes out at the next `deliver`.
        """
        with self._lock:
            items = [{**item, "sid": "ME" + self._next_hex()} for item in media]
            row = self._new("MM" if items else "SM", from_, to or self.credentials["number"], body, "inbound")
            now = self.database.now()
            row |= {"media": items, "status": "received", "sent_at": now}
            self._messages.add(row)
            self._obey_keyword(row)
            self.callbacks.incoming(webhook(row, self.base))
            return shown(row)

    def progress(self) -> None:
        """Let messages of ours move on: queued, sent, delivered; each step calls back."""
        with self._lock:
            lag, self.database.lag = self.database.lag, 0.0  # what happens does not depend on what readers see
            for id, row in list(self._messages.rows()):
                self._move_on(id, row)
            self.database.lag = lag

    def _move_on(self, id: int, row: Record) -> None:
        moved: Record | None = row
        while moved and (moved := next_step(moved, self.database.now(), self.unreachable)):
            self._messages.put(id, moved)
            if moved["status_callback"]:
                self.callbacks.status(moved["status_callback"], status_form(moved))

    def answer(self, request: Request) -> Response:
        with self._lock:
            self.base = request.base or self.base
            self.progress()
            if not self._is_known(request):
                return words.failure(401, 20003, "Authenticate")
            prefix = f"/2010-04-01/Accounts/{self.credentials['account_sid']}/Messages"
            rest = request.path.removeprefix(prefix) if request.path.startswith(prefix) else None
            match request.method, rest:
                case "POST", ".json":
                    return self._create(dict(parse_qsl(request.body.decode(), keep_blank_values=True)))
                case "GET", ".json":
                    return self._list(request, prefix)
                case "GET", str(path) if path.startswith("/"):
                    return self._one(path[1:])
            return self._missing(request.path)

    def error(self, status: int, message: str) -> Response:
        return words.failure(status, words.CODES.get(status, 20001), message)

    def emptied(self, response: Response, *, keep_total: bool) -> Response:
        # Twilio's lists carry no total, so nothing is there to keep.
        return words.emptied(response)

    def truth(self, collection: str) -> list[Record]:
        """`messages` as the API shows them, `replies` that Twilio sent by itself, `opt_outs`."""
        self.progress()
        if collection == "opt_outs":
            return [{"number": ours, "person": theirs} for ours, theirs in sorted(self.opted_out)]
        if collection == "replies":
            return list(self.replies)
        if collection == "messages":
            return [shown(row) for _id, row in self._messages.rows()]
        raise KeyError(collection)

    def enter(self, place: str, fields: Mapping[str, object]) -> Record:
        raise NotImplementedError("nobody types messages at Twilio: use inbound")

    def edit(self, collection: str, id: int, fields: Mapping[str, object]) -> Record:
        raise NotImplementedError("nobody edits messages at Twilio")

    def remove(self, collection: str, id: int) -> None:
        """Delete a message as an administrator can."""
        if collection != "messages" or self._messages.get(id) is None:
            raise KeyError(f"{collection}/{id}")
        self._messages.remove(id)

    def _create(self, form: Mapping[str, str]) -> Response:
        refusal = self._refusal(form)
        if refusal:
            return refusal
        row = self._new("SM", form["From"], form["To"], form.get("Body", ""), "outbound-api")
        row["status_callback"] = form.get("StatusCallback", "")
        if url := form.get("MediaUrl"):
            row["media"] = [{"sid": "ME" + self._next_hex(), "content_type": "", "url": url}]
        self._messages.add(row)
        return json_response(shown(row), 201)

    def _refusal(self, form: Mapping[str, str]) -> Response | None:
        to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        if not to:
            return words.failure(400, 21604, "A 'To' phone number is required.")
        if not E164.fullmatch(to):
            return words.failure(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if sender != self.credentials["number"]:
            return words.failure(400, 21606, "The 'From' phone number is not a valid number of this account.")
        if not body and not form.get("MediaUrl"):
            return words.failure(400, 21602, "Message body is required.")
        if len(body) > words.LONGEST:
            return words.failure(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if (sender, to) in self.opted_out:
            return words.failure(400, 21610, "Attempt to send to unsubscribed recipient")
        return None

    def _list(self, request: Request, path: str) -> Response:
        """Newest first; `DateSent>` and `DateSent<` compare days in UTC, both inclusive."""
        asked = dict(request.params)
        size = min(int(asked.get("PageSize", _PAGE)), _LONGEST_PAGE)
        rows = [row for _id, row in self._messages.rows() if _matches(row, asked)][::-1]
        # PageToken names the last message of the page before, so that new messages shift nothing.
        token = asked.get("PageToken", "").removeprefix("PA")
        start = next((place + 1 for place, row in enumerate(rows) if row["sid"] == token), 0)
        page = rows[start : start + size]
        number = int(asked.get("Page", 0))
        following = None
        if start + size < len(rows):
            query = {**asked, "PageSize": size, "Page": number + 1, "PageToken": f"PA{page[-1]['sid']}"}
            following = f"{path}.json?{urlencode(query)}"
        uri = f"{path}.json?{request.query}" if request.query else f"{path}.json"
        answer = {"messages": [shown(row) for row in page], "next_page_uri": following, "uri": uri}
        return json_response(answer | {"page": number, "page_size": size})

    def _one(self, path: str) -> Response:
        sid, _, rest = path.partition("/")
        row = next((row for _id, row in self._messages.rows() if row["sid"] == sid.removesuffix(".json")), None)
        if row is None:
            return self._missing(path)
        if not rest:
            return json_response(shown(row))
        if rest == "Media.json":
            return json_response({"media_list": [_media(row, item) for item in row["media"]], "next_page_uri": None})
        item = next((item for item in row["media"] if rest == f"Media/{item['sid']}"), None)
        return _content(item) if item else self._missing(path)

    def _missing(self, path: str) -> Response:
        return words.failure(404, 20404, f"The requested resource {path} was not found")

    def _is_known(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        wanted = (self.credentials["account_sid"], self.credentials["auth_token"])
        return scheme.lower() == "basic" and (user, password) == wanted

    def _obey_keyword(self, row: Record) -> None:
        """Twilio's default opt-out: one number pair, one whole word, its own reply."""
        pair = (row["to"], row["from"])
        word = words.keyword(row["body"])
        if word == "stop":
            self.opted_out.add(pair)
        elif word == "start":
            if pair not in self.opted_out:
                return
            self.opted_out.discard(pair)
        if word:
            self.replies.append({"from": row["to"], "to": row["from"], "body": words.REPLIES[word]})

    def _new(self, prefix: str, from_: str, to: str, body: str, direction: str) -> Record:
        now: datetime = self.database.now()
        return {
            "sid": prefix + self._next_hex(),
            "account_sid": self.credentials["account_sid"],
            "from": from_,
            "to": to,
            "body": body,
            "direction": direction,
            "status": "queued",
            "error_code": None,
            "media": [],
            "status_callback": "",
            "created_at": now,
            "sent_at": None,
            "updated_at": now,
        }

    def _next_hex(self) -> str:
        return _hex(f"sid {self._seed} {next(self._minted)}")

    def _control_inbound(self, _simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
        return self.inbound(body["from"], body.get("body", ""), body.get("media", ()), body.get("to"))

    def _control_messages(self, _simulator: Simulator, _body: dict[str, Any], _rest: str) -> Any:
        return self.truth("messages")

    def _control_unreachable(self, _simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
        self.unreachable[body["number"]] = int(body.get("code", 30003))
        return dict(self.unreachable)


def build(
    *,
    seed: int = 1,
    now: Now | None = None,
    number: str = NUMBER,
    latency_ms: float = 0.0,
    webhook_url: str = "",
    **_sizes: Any,
) -> Simulator:
    """A pretend account with one number and no messages; `webhook_url` is what the number is set up with."""
    clock = SimulatedClock(now)
    faults = Faults()
    account = Twilio(clock, faults, number, seed)
    simulator = Simulator("twilio", account, clock, faults, latency_ms / 1000)
    simulator.controls |= account.controls
    if webhook_url:
        simulator.subscribe(webhook_url, "")
    return simulator


def _matches(row: Record, asked: Mapping[str, str]) -> bool:
    day = row["sent_at"].date().isoformat() if row["sent_at"] else ""
    on, since, until = (asked.get(f"DateSent{sign}", "")[:10] for sign in ("", ">", "<"))
    return (
        asked.get("To", row["to"]) == row["to"]
        and asked.get("From", row["from"]) == row["from"]
        and (not on or day == on)
        and since <= day
        and (not until or day <= until)
    )


def _media(row: Record, item: Mapping[str, Any]) -> Record:
    return {"sid": item["sid"], "content_type": item["content_type"], "uri": media_uri(row, dict(item)) + ".json"}


def _content(item: Mapping[str, Any]) -> Response:
    content = base64.b64decode(item.get("content", ""))
    return Response(headers={"content-type": item["content_type"]}, body=content)


def _hex(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
