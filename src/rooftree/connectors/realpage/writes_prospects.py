"""Writing guest cards: made by insertprospect, changed whole by updateprospect (contract 4.6).

Codes are sent and never words; gender, SSN, id number and birth date are not among the fields that are ever sent.
Fields stand in the order of clients that work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from rooftree.connectors import soap, soap_dates
from rooftree.connectors.base import Answer, Context, Found, Send, Wire, WireRecord
from rooftree.connectors.changes import marked, need, overlay
from rooftree.connectors.realpage import availability, client, lists, prospects
from rooftree.connectors.realpage.discovery import check_has
from rooftree.connectors.realpage.prospects import NAME, to_guest_card
from rooftree.connectors.realpage.wire import digits, join, made_number, split
from rooftree.connectors.values import mark, marker_in
from rooftree.errors import Conflict, InvalidInput, Rejected
from rooftree.model.base import Address, Money, Phone
from rooftree.model.leasing import GuestCard, Wishes
from rooftree.model.vocabulary import LeadStatus

Values = Mapping[str, Any]
_CARD = (
    "pmcid siteid guestcardid contacttype datecontact datefollowup createdate prospectcomment primaryleadsource "
    "secondaryleadsource leasingagentid statusisactive statusisleased statusislost skipduplicatecheck "
    "daysbackduplicatecheck moveinreason petweightrange optionaltasknotes appointment prospects preferences"
).split()
_PERSON = (
    "pmcid siteid customerid firstname middlename lastname email relationshipid address numbers prefcommunicationtype"
).split()
_ADDRESS = {"line1": "line1", "line2": "line2", "city": "city", "state": "state", "zip": "postal_code"}
_PREFERENCES = "dateneeded pricerangeid floorplangroupid leasetermmonths occupants".split()
_LONGEST_NAME, _LONGEST_TEXT = 30, 2_000
_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")
_FOLLOW_UP, _DAYS_BACK = timedelta(days=3), 30
_LIVING = (LeadStatus.NEW, LeadStatus.UNKNOWN)
_CHANGEABLE = ("first_name", "middle_name", "last_name", "emails", "phones", "address", "source", "agent_id", "message")


def element(name: str, order: Sequence[str], values: Values) -> soap.Node:
    """The fields that have a value, in their order; an empty `pmcid` is filled when the call is signed."""
    held = ((key, values[key]) for key in order if values.get(key) is not None)
    return soap.node(name, *(each if isinstance(each, soap.Node) else soap.node(key, str(each)) for key, each in held))


def guestcard(values: Values) -> soap.Node:
    return element("guestcard", _CARD, {"pmcid": "", **values})


def person(values: Values) -> soap.Node:
    return element("Prospect", _PERSON, {"pmcid": "", **values})


def preferences(values: Values) -> soap.Node | None:
    return element("preferences", _PREFERENCES, values) if any(values.values()) else None


def phones(held: Sequence[Phone]) -> soap.Node | None:
    rows = [
        soap.node(
            "PhoneNumber",
            soap.node("type", "Mobile" if each.kind == "mobile" else "Home"),
            soap.node("number", digits(each.number)),
            soap.node("extension", each.extension) if each.extension else None,
        )
        for each in held
    ]
    return soap.node("numbers", soap.node("phonenumbers", *rows)) if rows else None


def address(held: Address | None) -> soap.Node | None:
    if held is None:
        return None
    values = {theirs: getattr(held, ours) for theirs, ours in _ADDRESS.items()}
    return element("address", [*_ADDRESS, "country"], {**values, "country": held.country})


def create_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Makes a guest card where the person has none; RealPage's own search for duplicates stays on."""
    if current is not None:
        return None
    site = need(desired.property_id, "property_id", "RealPage needs the property (its siteid).")
    need(desired.source or ctx.options.get("source"), "source", "RealPage needs a source (its primaryleadsource).")
    check_has("insertprospect", ctx.options)
    values = _person(desired, site)

    def made(wire: Wire) -> Answer:
        known = same_person(wire, site, desired, ctx)
        card = {**_first_contact(desired, ctx), **_codes(wire, site, desired, ctx), **_dates_back(known, ctx)}
        wished = preferences({**_preferences(desired.wishes), **_of_the_site(wire, site, desired.wishes)})
        body = guestcard({**card, "siteid": site, "prospects": _people([values]), "preferences": wished})
        return wire.read(client.write("insertprospect", body, site=site, ctx=ctx))

    return Send(
        label="create guest card",
        request=made,
        id_of=lambda answer: join(site, made_number(soap.result_of(answer))),
        find=_find(site, ctx.marker),
    )


def _people(rows: Sequence[Values]) -> soap.Node:
    return soap.node("prospects", *(person(row) for row in rows))


def _person(card: GuestCard, site: str) -> dict[str, Any]:
    return {
        "siteid": site,
        "customerid": "0",
        **_names(card),
        "email": next(iter(card.emails), None),
        "relationshipid": "H",
        "address": address(card.address),
        "numbers": phones(card.phones),
    }


def _names(card: GuestCard) -> dict[str, Any]:
    """Raises InvalidInput for a name that is missing or that RealPage would not take whole."""
    need(card.first_name, "first_name", "RealPage needs a first name (its firstname).")
    need(card.last_name, "last_name", "RealPage needs a last name (its lastname).")
    held = {theirs: getattr(card, ours) for theirs, ours in _NAMES.items()}
    for theirs, name in held.items():
        if len(name or "") > _LONGEST_NAME:
            raise InvalidInput(f"RealPage takes {_LONGEST_NAME} letters of a name ({theirs}).", path=_NAMES[theirs])
    return held


_NAMES = {"firstname": "first_name", "middlename": "middle_name", "lastname": "last_name"}


def _first_contact(card: GuestCard, ctx: Context) -> dict[str, Any]:
    at, zone = card.first_contact_at or ctx.now, ctx.zone_of(card.property_id)
    return {
        "guestcardid": "0",
        "datecontact": soap_dates.local(at, zone),
        "datefollowup": soap_dates.local(at + _FOLLOW_UP, zone),
        "prospectcomment": mark(card.message, ctx.marker, _LONGEST_TEXT),
        "statusisactive": "true",
        "statusisleased": "false",
        "statusislost": "false",
        "skipduplicatecheck": "false",
    }


def _codes(wire: Wire, site: str, card: GuestCard, ctx: Context) -> dict[str, str]:
    """What must be a code of the site's lists, which are read just before."""
    means = "email" if card.emails else "phone" if card.phones else "other"
    return {
        "contacttype": _contact_type(lists.words(wire, site, "contact_types"), means, ctx),
        "primaryleadsource": _source(wire, site, card.source, ctx),
        "leasingagentid": _agent(wire, site, card.agent_id) if card.agent_id else "0",
    }


def _source(wire: Wire, site: str, wanted: str | None, ctx: Context) -> str:
    """What the mapping pack names for what the lead says, else the word itself, else the setting `source`."""
    known, plain = lists.words(wire, site, "sources"), (wanted or "").strip().lower()
    taught = next((word for said, word in ctx.pack.get("sources", {}).items() if said.lower() == plain), None)
    return lists.code_of("sources", known, taught or wanted or ctx.options.get("source", ""))


def _agent(wire: Wire, site: str, wanted: str) -> str:
    place, _, own = wanted.rpartition(":")
    if place not in ("", site):
        raise Rejected(f"The agent {wanted} is of another site than {site}.", field="agent_id")
    return lists.code_of("agents", lists.words(wire, site, "agents"), own)


def agent_code(wire: Wire, site: str, wanted: str | None, card: WireRecord, ctx: Context) -> str:
    """The agent asked for, else the setting `agent`, else the guest card's own, else the site's first."""
    own = soap.text(card, "LeasingAgentID")
    asked = wanted or ctx.options.get("agent") or (own if own != "0" else None)
    return _agent(wire, site, asked) if asked else next(iter(lists.words(wire, site, "agents").values()), "0")


def _contact_type(known: Mapping[str, str], means: str, ctx: Context) -> str:
    """The one the mapping pack names, else one that says the same, else the first there is."""
    taught = ctx.pack.get("contact_types", {}).get(means)
    likely = next((word for word in known if means in word.lower().replace("-", "")), next(iter(known), ""))
    return lists.code_of("contact_types", known, taught or likely)


def _dates_back(known: Sequence[GuestCard], ctx: Context) -> dict[str, str]:
    """How far back RealPage shall look for a duplicate: at least to the card of this person that the search found."""
    first = min((each.first_contact_at for each in known if each.first_contact_at), default=ctx.now)
    return {"daysbackduplicatecheck": str(max(_DAYS_BACK, (ctx.now - first).days + 1))}


def _preferences(wishes: Wishes | None) -> dict[str, Any]:
    if wishes is None:
        return {}
    return {
        "dateneeded": wishes.move_in_on,
        "leasetermmonths": wishes.lease_months,
        "occupants": wishes.occupants,
    }


def _of_the_site(wire: Wire, site: str, wishes: Wishes | None) -> dict[str, str | None]:
    """A wished rent as one of the site's price ranges, a wished floor plan as its group; nothing where none fits."""
    found: dict[str, str | None] = {}
    rent = (wishes.rent_max or wishes.rent_min) if wishes else None
    if rent:
        ranges = lists.known(wire, site, "price_ranges").items()
        found["pricerangeid"] = next((code for word, code in ranges if _holds(word, rent)), None)
    if wishes and wishes.floorplan_id:
        plans = {f"{site}:{soap.text(row, 'FloorPlanID')}": row for row in availability.floorplans(wire, site)}
        found["floorplangroupid"] = soap.text(plans.get(wishes.floorplan_id, {}), "FloorPlanGroupID")
    return found


def _holds(word: str, rent: Money) -> bool:
    """Whether a rent lies in a range such as `1,000 - 1,500`."""
    told = [Decimal(each.replace(",", "")) for each in _AMOUNT.findall(word)]
    return len(told) == 2 and told[0] <= rent.amount <= told[1]


def same_person(wire: Wire, site: str, card: GuestCard, ctx: Context) -> list[GuestCard]:
    """The living guest card of this person at the site: by e-mail, else by name with the telephone, else by name.

    Raises Conflict where there are several, as nobody can tell which is meant.
    """
    mail = next(iter(card.emails), "").lower()
    asked = prospects.criterion(email=mail) if mail else prospects.criterion(name=card.name)
    found = [to_guest_card(row, ctx) for row in prospects.search(wire, site, asked)]
    held = [each for each in found if each.status in _LIVING and _is_same(each, card, mail)]
    if len(held) > 1:
        by, which = "e-mail" if mail else "name", ", ".join(each.id for each in held)
        raise Conflict(f"RealPage has {len(held)} guest cards of this person (by {by}): {which}. Merge them.")
    return held


def _is_same(one: GuestCard, other: GuestCard, mail: str) -> bool:
    if mail:
        return mail in [each.lower() for each in one.emails]
    told = {digits(each.number) for each in other.phones}
    return one.name.lower() == other.name.lower() and (
        not told or bool(told & {digits(each.number) for each in one.phones})
    )


def _find(site: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        rows = prospects.cards(wire, site, since)
        return marked(
            rows, marker, lambda row: soap.text(row, "ProspectComment"), lambda row: f"{site}:{soap.text(row, NAME)}"
        )

    return find


def update_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Changes what is wanted otherwise, on the card as it is when it is sent: RealPage takes it whole."""
    if current is None:
        return None
    wanted = overlay(current, desired)
    changed = {name: getattr(wanted, name) for name in _CHANGEABLE if _differs(current, wanted, name)}
    if _preferences(wanted.wishes) != _preferences(current.wishes):
        changed["wishes"] = wanted.wishes
    return _saved("update guest card", current, changed, {}, ctx) if changed else None


def close_guest_card(current: GuestCard | None, desired: GuestCard, ctx: Context) -> Send | None:
    """Says that the lead is lost; the reason has no field that the contract knows."""
    if current is None or current.status is LeadStatus.LOST:
        return None
    return _saved("close guest card", current, {}, {"statusisactive": "false", "statusislost": "true"}, ctx)


def _differs(one: GuestCard, other: GuestCard, name: str) -> bool:
    if name == "phones":
        return [each.number for each in one.phones] != [each.number for each in other.phones]
    return bool(getattr(one, name) != getattr(other, name))


def _saved(label: str, current: GuestCard, changed: Values, said: Values, ctx: Context) -> Send:
    site, own = split(current.id)
    check_has("updateprospect", ctx.options)
    if any(name in changed for name in _NAMES.values()):
        _names(replace(current, **{name: value for name, value in changed.items() if name in _NAMES.values()}))

    def made(wire: Wire) -> Answer:
        row = prospects.card(wire, site, own)
        codes = {
            **({"primaryleadsource": _source(wire, site, changed["source"], ctx)} if "source" in changed else {}),
            **({"leasingagentid": _agent(wire, site, changed["agent_id"])} if "agent_id" in changed else {}),
        }
        body = whole(row, changed, {**codes, **said})
        return wire.read(client.write("updateprospect", body, site=site, ctx=ctx))

    return Send(label=label, request=made, idempotent=True)


def whole(row: WireRecord, changed: Values, said: Values) -> soap.Node:
    """A card as it was read, with what is changed in place; each person goes along under the own number.

    Raises Rejected where the answer does not say whether the card is active: left out, it could be read as a no.
    """
    if soap.text(row, "StatusIsActive") is None:
        raise Rejected(
            "RealPage does not show whether this guest card is active, so sending it whole could change that."
        )
    values = {**_texts(row, _CARD), **said, "guestcardid": soap.text(row, NAME), "siteid": str(row["siteid"])}
    if "message" in changed:
        kept = marker_in(soap.text(row, "ProspectComment"))
        values["prospectcomment"] = mark(changed["message"], kept, _LONGEST_TEXT)
    wished = _texts(soap.one(row, "Preferences"), _PREFERENCES) | _preferences(changed.get("wishes"))
    head, *others = prospects.people(row) or [{}]
    rows = [
        {**_held(head, values["siteid"]), **_changed_person(changed)},
        *(_held(each, values["siteid"]) for each in others),
    ]
    return guestcard({**values, "prospects": _people(rows), "preferences": preferences(wished)})


def _texts(row: WireRecord, names: Sequence[str]) -> dict[str, Any]:
    return {name: said for name in names if (said := soap.text(row, name)) is not None}


def _held(row: WireRecord, site: str) -> dict[str, Any]:
    """A person as read; the other fields RealPage has of one are left alone."""
    numbers = [_texts(each, ("type", "number", "extension")) for each in prospects.numbers(row)]
    rows = [element("PhoneNumber", ("type", "number", "extension"), each) for each in numbers]
    place = _texts(soap.one(row, "Address"), [*_ADDRESS, "country"])
    return {
        **_texts(row, _PERSON),
        "siteid": site,
        "address": element("address", [*_ADDRESS, "country"], place) if place else None,
        "numbers": soap.node("numbers", soap.node("phonenumbers", *rows)) if rows else None,
    }


def _changed_person(changed: Values) -> dict[str, Any]:
    found: dict[str, Any] = {theirs: changed[ours] for theirs, ours in _NAMES.items() if ours in changed}
    if "emails" in changed:
        found["email"] = next(iter(changed["emails"]), None)
    if "phones" in changed:
        found["numbers"] = phones(changed["phones"])
    if "address" in changed:
        found["address"] = address(changed["address"])
    return found
