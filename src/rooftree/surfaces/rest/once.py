"""What makes a write safe to send again: Idempotency-Key (IETF draft) and If-Match (RFC 9110, RFC 6585)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response

from rooftree.errors import InvalidInput
from rooftree.operations.registry import Caller, Operation
from rooftree.store import replays

_QUOTED = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,200})"')
_BARE = re.compile(r"[\w.:~+/=-]{1,200}", re.ASCII)
_KEPT_HEADERS = ("content-type", "cache-control", "etag", "location")


def key_of(operation: Operation, headers: Headers, given: dict[str, Any]) -> str | None:
    """The key of the request, also put into the input where the operation knows keys.

    Raises HTTPException 400 for a key that cannot be read, or is missing where a repeated request would double
    something; InvalidInput when header and body name two keys.
    """
    sent = headers.get("idempotency-key")
    if sent is None:
        if operation.kind == "act" and operation.verb == "create" and not given.get("idempotency_key"):
            raise HTTPException(400, 'Send `Idempotency-Key: "..."`, a new one for each new write: so none is doubled.')
        return None
    quoted, bare = _QUOTED.fullmatch(sent.strip()), _BARE.fullmatch(sent.strip())
    if quoted is None and bare is None:
        raise HTTPException(400, 'Write Idempotency-Key as a quoted text of at most 200 characters: `"order-17"`.')
    key = quoted[1] if quoted else sent.strip()
    if "idempotency_key" in operation.input.model_fields and given.setdefault("idempotency_key", key) != key:
        raise InvalidInput("The header and the body name two keys; send one.", path="idempotency_key")
    return key


def match_of(operation: Operation, headers: Headers, given: dict[str, Any]) -> None:
    """Put If-Match into the input of a change; raises HTTPException 428 when it is missing."""
    if "if_match" not in operation.input.model_fields:
        return
    if sent := headers.get("if-match"):
        given["if_match"] = sent.strip()
    if not given.get("if_match"):
        raise HTTPException(428, "Send `If-Match` with the record's `etag`, or `*` to change it whatever it is now.")


def once(who: Caller, key: str, request: bytes, carry_out: Callable[[], Response]) -> Response:
    """Carry a request out, or answer as its first time was answered, for seven days.

    What failed promised nothing and is forgotten, so that it may be sent again. Raises as `replays.begin` does.
    """
    services = who.services
    with services.database.write() as conn:
        id, kept = replays.begin(conn, services.keys, who.organization_id, key, request, services.clock.now())
    if kept is not None:
        return Response(kept["body"], kept["status"], {**kept["headers"], "idempotent-replayed": "true"})
    try:
        answer = carry_out()
    except Exception:
        with services.database.write() as conn:
            replays.give_up(conn, id)
        raise
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    with services.database.write() as conn:
        body = bytes(answer.body).decode()
        replays.finish(conn, services.keys, id, {"status": answer.status_code, "headers": headers, "body": body})
    return answer
