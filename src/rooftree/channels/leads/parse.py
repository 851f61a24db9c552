"""What an inquiry says: who, how to reach them, what they look for. From any channel's raw text; pure, no model.

Fields of a form or listing-site e-mail are read first ("Move in date: 06/01/2026"), then the prose. What must not be
kept at this stage (numbers of identity, birth dates, credit scores, protected-class facts) is named in `withheld` and
goes no further. Dates are local dates; a relative one ("next month") is read from the day the inquiry came in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from rooftree.channels.leads import contact, fields, prose, sensitive
from rooftree.channels.leads.dates import move_in


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedLead:
    """An inquiry in our words; what was not said is None. `bedrooms` 0 is a studio; `max_rent` is dollars a month."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    move_in_date: date | None = None
    bedrooms: float | None = None
    max_rent: int | None = None
    occupants: int | None = None
    pets: tuple[str, ...] = ()
    source: str | None = None
    wants_tour: bool = False
    property_hint: str | None = None
    message_topic: str | None = None
    withheld: tuple[str, ...] = field(default=())


def parse(channel: str, raw: str, received_on: date | None = None) -> ParsedLead:
    """The lead in `raw`; never fails, an unreadable one is a lead with empty fields."""
    said = fields.read(raw)
    body = said.message or said.rest
    withheld = sensitive.found(raw)
    clean = sensitive.without(body)
    first, last = contact.name(said.named("name"), said.named("first"), said.named("last"), clean, said.headers)
    moving = said.named("move_in")
    rooms = said.named("bedrooms")
    rent = said.named("rent")
    people = said.named("occupants")
    return ParsedLead(
        first_name=first,
        last_name=last,
        email=contact.email(said.named("email"), clean, said.headers),
        phone=contact.phone(said.named("phone"), clean, said.headers, channel),
        move_in_date=move_in(moving, received_on, bare=True) if moving else move_in(clean, received_on),
        bedrooms=prose.bedrooms(rooms, bare=True) if rooms else prose.bedrooms(clean),
        max_rent=prose.rent(rent, bare=True) if rent else prose.rent(clean),
        occupants=prose.occupants(people, bare=True) if people else prose.occupants(clean),
        pets=prose.pets(said.named("pets"), clean),
        source=contact.source(said.named("source"), raw, said.headers, channel),
        wants_tour=prose.wants_tour(said.named("tour"), clean),
        property_hint=prose.property_hint(said.named("property"), said.headers.get("subject", ""), clean),
        message_topic=prose.topic(clean, said.headers.get("subject", "")),
        withheld=withheld,
    )


def as_json(lead: ParsedLead) -> Mapping[str, Any]:
    """The lead as `rooftree leads parse` prints it."""
    shown = asdict(lead)
    moving = lead.move_in_date
    bedrooms = lead.bedrooms
    whole = int(bedrooms) if bedrooms is not None and bedrooms == int(bedrooms) else bedrooms
    return {**shown, "move_in_date": moving.isoformat() if moving else None, "bedrooms": whole}
