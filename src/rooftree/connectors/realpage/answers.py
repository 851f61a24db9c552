"""What an answer of RealPage's says of itself: its faults come with HTTP 500 or 200 (contract 6)."""

from __future__ import annotations

import re
from typing import Any

from rooftree.connectors import soap
from rooftree.connectors.base import Answer
from rooftree.errors import ConnectorError, Rejected, Unlicensed, Unreachable

_LICENCE = "licensekey is not authorized"
_NOT_HERE = "ActionNotSupported"
_WRITES = ("insert", "update", "add", "post")
_NOTHING = re.compile(r"\bno\b.*\b(found|match|matches|records?|results?|exists?)\b", re.I)


def explain(answer: Answer) -> str | None:
    """The fault with the number RealPage's support asks for; None where there is none."""
    found = soap.fault(answer.data) if isinstance(answer.data, dict) else None
    if found is None:
        return _told_no(answer.data)
    number = soap.text(found.detail, "RPXApplicationFault/MessageLogId")
    more = " This service does not have the method: wrong address, or not bought." if _not_here(found) else ""
    return f"{found}{more}" + (f" RealPage's log number: {number}." if number else "")


def kind_of(answer: Answer) -> type[ConnectorError] | None:
    """A refused key or method is about that method only; an `inv_` is a value; for any other the status says it."""
    found = soap.fault(answer.data) if isinstance(answer.data, dict) else None
    if found is None:
        return Rejected if _told_no(answer.data) else None
    if _not_here(found) or _LICENCE in found.text.lower():
        return Unlicensed
    if found.code.rpartition(":")[2].startswith("inv_"):
        return Rejected
    return Unreachable if answer.status < 400 else None


def _not_here(found: soap.Fault) -> bool:
    return found.code.rpartition(":")[2] == _NOT_HERE


def _told_no(data: Any) -> str | None:
    """A refusal inside an answer: its message is another than SUCCESS, or its success is false (contract 6).

    Of a method that reads, a message that nothing was found is an empty list.
    """
    body = soap.one(data, "Envelope/Body") if isinstance(data, dict) else {}
    writes = any(name.lower().startswith(_WRITES) for name in body)
    held = soap.result(data) if body else {}
    for root in held:
        said, success = soap.text(held, f"{root}/message") or "", soap.text(held, f"{root}/success") or ""
        fine = said in ("", "SUCCESS") or (not writes and _NOTHING.search(said))
        if not fine or success.lower() == "false":
            return said or "It gave no reason."
    return None
