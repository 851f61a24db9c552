"""Server-rendered pages; everything is escaped, times are in the property's own zone, words are plain."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from rooftree.sync.freshness import span

_STATES = {
    "new": "just in",
    "needs_identity": "waiting to hear who it is",
    "creating": "work order on its way",
    "finding_vendor": "asking vendors",
    "dispatched": "vendor on it",
    "confirming": "waiting to hear whether it is fixed",
    "with_person": "a person has it",
    "closed": "closed",
}


def local(moment: datetime, zone: str) -> str:
    """A time on the property's own wall clock."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %b %d, %I:%M:%S %p %Z")


def render(template: str, **facts: Any) -> str:
    """A page as HTML."""
    return _environment().get_template(template).render(**facts)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("rooftree.surfaces.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    found.globals.update(local=local, span=span, state=lambda word: _STATES.get(word, word))
    return found
