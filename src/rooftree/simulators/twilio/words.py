"""Twilio's fixed words: statuses, opt-out keywords, error codes and its own replies.

Sources: https://www.twilio.com/docs/api/errors, https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
(keywords), https://help.twilio.com/articles/223134027 (default handling of STOP, START, HELP).
"""

from __future__ import annotations

import json

from rooftree.simulators.wire import Response, json_response

LONGEST = 1_600
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
REPLIES = {
    "stop": "You are unsubscribed and will get no more messages from this number. Reply START to resubscribe.",
    "start": "You are subscribed again to messages from this number. Reply HELP for help, STOP to unsubscribe.",
    "help": "Reply STOP to unsubscribe. Message and data rates may apply.",
}
"""In our words: Twilio's own wording differs and may be configured per account."""
CODES = {401: 20003, 404: 20404, 405: 20004, 429: 20429, 500: 20500, 503: 20503}
EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def keyword(body: str) -> str | None:
    """ "stop", "start" or "help" where the whole message is one of Twilio's words."""
    word = body.strip().upper()
    found = (name for name, words in (("stop", STOP), ("start", START), ("help", HELP)) if word in words)
    return next(found, None)


def failure(status: int, code: int, message: str) -> Response:
    """An error in Twilio's form."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json_response({"code": code, "message": message, "more_info": more, "status": status}, status)


def emptied(response: Response) -> Response:
    """The same list without its messages."""
    data = json.loads(response.body)
    if isinstance(data, dict) and "messages" in data:
        data["messages"] = []
    return json_response(data, response.status)
