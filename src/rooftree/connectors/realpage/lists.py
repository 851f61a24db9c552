"""A site's own words and their codes: sources, agents, contact and activity types (contract 4.6).

A code that begins with R is RealPage's for everybody, with P the property's own, so each site is asked for its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from rooftree.connectors import soap
from rooftree.connectors.base import Wire, WireRecord
from rooftree.connectors.realpage.client import ask
from rooftree.errors import Rejected, Unauthorized

_METHODS = {
    "sources": ("getmarketingsourcesbyproperty", "LIST_LEADSOURCE"),
    "agents": ("getleasingagentsbyproperty", "LIST_LEASINGAGENT"),
    "contact_types": ("getallcontacttypes", "LIST_CONTACT"),
    "activity_types": ("getactivitytypes", "LIST_ACTIVITYTYPE"),
    "price_ranges": ("getpricerangesbyproperty", ""),
}
"""List -> its own method, and its name where a key has only the general `getpicklist`, as far as that is known."""
_SINGULAR = {"sources": "source", "agents": "agent", "contact_types": "contact type", "activity_types": "activity type"}


def rows(wire: Wire, site: str, name: str) -> list[WireRecord]:
    """The items of a list, whatever the element they stand in is called (its name is unsure)."""
    method, general = _METHODS[name]
    try:
        found = ask(wire, method, site=site)
    except Unauthorized:
        if not general:
            raise
        found = ask(wire, "getpicklist", soap.node("lType", general), site=site)
    items = [item for root in found for item in soap.many(found, f"{root}/Contents/PicklistItem")]
    return [{**item, "siteid": site} for item in items]


def agents(wire: Wire, site: str) -> list[WireRecord]:
    return rows(wire, site, "agents")


def words(wire: Wire, site: str, name: str) -> dict[str, str]:
    """The words of a list with the code that is sent for each."""
    found = ((soap.text(row, "Text"), soap.text(row, "Value")) for row in rows(wire, site, name))
    return {word or code: code for word, code in found if code}


def known(wire: Wire, site: str, name: str) -> dict[str, str]:
    """The words of a list, none where the key has none of its methods: then codes are shown as they are."""
    try:
        return words(wire, site, name)
    except Unauthorized:
        return {}


def word_of(held: Mapping[str, str], code: str | None) -> str | None:
    """The word of a code; the code itself where the list lacks it; None for the 0 that says none."""
    if code in (None, "0"):
        return None
    return next((word for word, each in held.items() if each == code), code)


def code_of(name: str, held: Mapping[str, str], wanted: str) -> str:
    """The code of a word, letter by letter but for capitals, or of itself. Raises Rejected with what there is."""
    plain = wanted.strip().lower()
    found = next((code for word, code in held.items() if plain in (word.lower(), code.lower())), None)
    if found is None:
        has = ", ".join(held) or "none"
        raise Rejected(f"RealPage knows no {_SINGULAR[name]} {wanted!r} at this site; it has: {has}.")
    return found
