"""Reading Buildium's query strings: lower-case names, repeated arrays, dates told apart from date-times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from rooftree.simulators.buildium.errors import Refusal
from rooftree.simulators.wire import Request

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")


class Query:
    """One request's query parameters. Each accessor raises Refusal 400 for a value it cannot read."""

    def __init__(self, request: Request) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in request.params:
            if name.lower() in ("limit", "offset") and name != name.lower():
                raise Refusal(404, "Resource not found.")
            self._values.setdefault(name, []).append(value)

    @property
    def filters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Everything but paging and order: names the question a list answers."""
        kept = {
            name: tuple(values) for name, values in self._values.items() if name not in ("limit", "offset", "orderby")
        }
        return tuple(sorted(kept.items()))

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str | None:
        return self._values[name][-1] if name in self._values else None

    def texts(self, name: str) -> Sequence[str]:
        return self._values.get(name, ())

    def whole(self, name: str) -> int | None:
        text = self.text(name)
        return None if text is None else _whole(name, text)

    def wholes(self, name: str) -> frozenset[int] | None:
        """The numbers of a repeated parameter, None where it is absent."""
        return frozenset(_whole(name, text) for text in self._values[name]) if name in self._values else None

    def number(self, name: str) -> float | None:
        text = self.text(name)
        try:
            return None if text is None else float(text)
        except ValueError:
            raise _unreadable(name, text) from None

    def flag(self, name: str) -> bool | None:
        text = self.text(name)
        if text is None:
            return None
        if text.lower() not in ("true", "false"):
            raise _unreadable(name, text)
        return text.lower() == "true"

    def choices(self, name: str, options: Sequence[str]) -> frozenset[str] | None:
        """The words of an enumeration, single or repeated, in the spelling of `options`; None where absent."""
        if name not in self._values:
            return None
        known = {option.lower(): option for option in options}
        for text in self._values[name]:
            if text.lower() not in known:
                raise _unreadable(name, text)
        return frozenset(known[text.lower()] for text in self._values[name])

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if text is None:
            return None
        if not _DAY.fullmatch(text):
            raise _unreadable(name, text)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _unreadable(name, text) from None

    def moment(self, name: str) -> datetime | None:
        text = self.text(name)
        if text is None:
            return None
        if not _MOMENT.fullmatch(text):
            raise _unreadable(name, text)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise _unreadable(name, text) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"-?\d{1,10}", text):
        raise _unreadable(name, text)
    return int(text)


def _unreadable(name: str, text: str | None) -> Refusal:
    return Refusal(
        400,
        "Unable to process the request due to malformed request syntax or invalid parameters.",
        [(name, f"The value '{text}' is not valid.")],
    )
