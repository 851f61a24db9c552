"""What an answer of Yardi's says of itself: HTTP 200 nearly always, errors in four shapes (contract 4, its order)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rooftree.connectors import soap
from rooftree.connectors.base import Answer
from rooftree.errors import ConnectorError, NotFound, Rejected, Unauthorized, Unreachable, Unreadable

EMPTY = "Yardi answered with nothing, which it does for a wrong user, server or database name."
_NONE = re.compile(
    r"^(there are )?no (tenants|guests|residents|vendors|attachments|work orders|service requests)\b", re.I
)
"""Texts that say that nothing fits a search: an empty list, and no error."""
_KINDS: tuple[tuple[re.Pattern[str], type[ConnectorError]], ...] = (
    (re.compile(r"login failed|license invalid|licence invalid", re.I), Unauthorized),
    (re.compile(r"invalid or no access to yardi property|could not find|does not exist", re.I), NotFound),
    (re.compile(r"is not configured for property|not found in voyager", re.I), Rejected),
    (re.compile(r"timeout|deadlock", re.I), Unreachable),
)


def explain(answer: Answer) -> str | None:
    """The first error in an answer, None where there is none. Raises nothing for what is no envelope."""
    if not isinstance(answer.data, dict):
        return None
    fault = soap.fault(answer.data)
    if fault is not None:
        return str(fault)
    try:
        found = soap.result(answer.data)
    except Unreadable:
        return None
    if not found:
        return EMPTY
    return next((text for text in _errors(found) if not _NONE.match(text)), None)


def kind_of(answer: Answer) -> type[ConnectorError] | None:
    """The kind of an error in a 200; None for a refusal of a value, or where the status says it."""
    if not isinstance(answer.data, dict):
        return None
    fault = soap.fault(answer.data)
    if fault is not None:
        # The client's fault is told before anything is done; of any other nobody knows.
        mine = fault.code.rpartition(":")[2] == "Client"
        return Rejected if mine else Unreachable if answer.status < 400 else None
    said = explain(answer)
    if said is None:
        return None
    if said == EMPTY:
        return Unauthorized
    return next((kind for words, kind in _KINDS if words.search(said)), Rejected)


def _errors(found: soap.Element) -> Iterator[str]:
    root = next(iter(found))
    if root == "Messages":
        yield from _messages(soap.one(found, root))
    for row in (*soap.many(found, "ServiceRequests/ServiceRequest"), *_customers(found)):
        yield from soap.texts(row, "ErrorMessages/Error")
        yield from soap.texts(row, "ErrorMessage")
    for row in soap.many(found, "ServiceRequests/ServiceRequest"):
        if soap.text(row, "ServiceRequestId") == "0":
            yield "Yardi gave the service request the number 0, so it made none."
    yield from soap.texts(found, "GetRentroll")
    yield from soap.texts(found, "MITS-ResidentData/Summary/Messages/Error")


def _messages(root: soap.Element) -> Iterator[str]:
    """The attribute is spelled with both letters; FYI and Warning are no errors."""
    for each in soap.many(root, "Message"):
        if (soap.text(each, "@messageType") or "").lower() == "error":
            yield soap.text(each, "#text") or "Yardi gave no reason."


def _customers(found: Any) -> list[soap.Element]:
    return soap.many(found, "CustomerSearch/Response/Customers/Customer") + soap.many(found, "CustomerSearch/Response")


def fyi(answer: Answer) -> list[str]:
    """What an import says when it went well."""
    return soap.texts(soap.result_of(answer), "Messages/Message")
