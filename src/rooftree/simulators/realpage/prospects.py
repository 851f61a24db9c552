"""Guest cards and the lists behind them (contract 4.6), with the stricter reading of what is unsure.

Codes only, never words; names of at most 30 letters; a double within the days asked for is answered with the old card,
which stays as it is; a change that leaves a field out clears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rooftree.simulators.realpage.methods import Company, Method, Run, picklist
from rooftree.simulators.realpage.portfolio import AGENTS
from rooftree.simulators.seed import spoken
from rooftree.simulators.soap import Element, Field, fields, leaves, said, tree
from rooftree.simulators.store import Table
from rooftree.simulators.wire import Record

FIRST = 9_000_001
CONTACTS = {"R0000001": "E-Mail", "R0000002": "Phone", "R0000003": "Walk-In"}
ACTIVITIES = {"12": "Note", "13": "Phone call", "14": "E-Mail"}
_SOURCES = ("Property Website", "ILS", "Walk-In")
_CARD = {
    "guestcardid": "GuestCardID",
    "contacttype": "ContactType",
    "datecontact": "DateContact",
    "datefollowup": "DateFollowUp",
    "createdate": "CreateDate",
    "prospectcomment": "ProspectComment",
    "primaryleadsource": "PrimaryLeadSource",
    "secondaryleadsource": "SecondaryLeadSource",
    "leasingagentid": "LeasingAgentID",
    "statusisactive": "StatusIsActive",
    "statusisleased": "StatusIsLeased",
    "statusislost": "StatusIsLost",
    "moveinreason": "MoveInReason",
    "petweightrange": "PetWeightRange",
}
_PERSON = {
    "customerid": "CustomerID",
    "firstname": "FirstName",
    "middlename": "MiddleName",
    "lastname": "LastName",
    "email": "Email",
    "relationshipid": "RelationshipID",
}
_PREFERENCES = {
    "dateneeded": "DateNeeded",
    "pricerangeid": "PriceRangeID",
    "floorplangroupid": "FloorPlanGroupID",
    "leasetermmonths": "LeaseTermMonths",
    "occupants": "Occupants",
}
PRICES = {"R0000011": "0 - 1,000", "R0000012": "1,000 - 1,500", "R0000013": "1,500 - 9,999"}
_PLACE, _NUMBER = "line1 line2 city state zip country", "type number extension"
_PRIVATE = "gender idnumber ssn"
_GUESTCARD = (
    "pmcid siteid guestcardid contacttype datecontact datefollowup createdate prospectcomment primaryleadsource "
    "secondaryleadsource leasingagentid statusisactive statusisleased statusislost skipduplicatecheck "
    "daysbackduplicatecheck moveinreason petweightrange optionaltasknotes"
)
_PEOPLE = Field(
    "Prospect",
    fields=(
        *fields("pmcid siteid customerid firstname middlename lastname email relationshipid"),
        Field("address", fields=fields(_PLACE)),
        Field(
            "numbers",
            fields=(Field("phonenumbers", fields=(Field("PhoneNumber", fields=fields(_NUMBER), many=True),)),),
        ),
        *fields(f"{_PRIVATE} prefcommunicationtype"),
    ),
    many=True,
)
GUESTCARD = Field(
    "guestcard",
    fields=(
        *fields(_GUESTCARD),
        Field("appointment", fields=fields("year month day hour minute leasingagentid")),
        Field("prospects", fields=(_PEOPLE,)),
        Field("preferences", fields=fields("dateneeded pricerangeid floorplangroupid leasetermmonths occupants")),
    ),
)
_DAYS = fields("datefrom dateto")
CRITERION = Field(
    "prospectSearchCriterion",
    fields=(
        Field(
            "ProspectSearchCriterion",
            fields=(
                *fields("guestcardid email name"),
                Field("createdate", fields=_DAYS),
                Field("lastactivitydate", fields=_DAYS),
            ),
        ),
    ),
)
_LISTS = {
    "getmarketingsourcesbyproperty": ("GetMarketingSourcesByProperty", "LIST_LEADSOURCE"),
    "getallcontacttypes": ("GetAllContactTypes", "LIST_CONTACT"),
    "getactivitytypes": ("GetActivityTypes", "LIST_ACTIVITYTYPE"),
    "getpricerangesbyproperty": ("GetPriceRangesByProperty", "prices"),
}


def set_up(company: Company) -> None:
    """The table of guest cards with one at each site."""
    ids = range(FIRST, FIRST + company.seeds.portfolio.properties)
    company.database.table("guest_cards", ids, lambda id: _seeded(company, id), company.seeds.stamp, FIRST + 100_000)


def words(company: Company, site: str, general: str) -> dict[str, str]:
    """A list by its general name; the sources are the property's own, so their codes differ from site to site."""
    place = company.seeds.place_of(site)
    sources = {f"P{place * 10 + number:09d}": word for number, word in enumerate(_SOURCES, 1)}
    held = {"LIST_LEADSOURCE": sources, "LIST_LEASINGAGENT": dict(AGENTS)}
    return {**held, "LIST_CONTACT": CONTACTS, "LIST_ACTIVITYTYPE": ACTIVITIES, "prices": PRICES}.get(general, {})


def local(company: Company, site: str, at: datetime) -> str:
    return at.astimezone(company.zone(site)).strftime("%Y-%m-%dT%H:%M:%S")


class Prospects:
    """The guest cards of a company."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.cards: Table = company.database.tables["guest_cards"]

    def local(self, site: str, at: datetime) -> str:
        return local(self._company, site, at)

    def of(self, site: str) -> list[tuple[int, Record]]:
        return [(id, row) for id, row in self.cards.rows() if row["siteid"] == site]

    def save(self, id: int, row: Record) -> None:
        """Keep it and tell of it; every change has one topic, whatever it was."""
        self.cards.put(id, row)
        self._company.tell("prospect.changed", {"Id": id, "SiteId": row["siteid"]})

    def search(self, site: str, wrapper: Element) -> Element | None:
        """No answer at all where nothing fits."""
        asked = wrapper.find("prospectSearchCriterion/ProspectSearchCriterion")
        wanted = {} if asked is None else {name: said(asked, name).lower() for name in ("guestcardid", "email", "name")}
        found = [(id, row) for id, row in self.of(site) if _fits(row, wanted) and self._within(id, row, asked)]
        if not found:
            return None
        return tree("ProspectSearch", tree("GuestCards", *(self._shown(id, row) for id, row in found)))

    def _within(self, id: int, row: Record, asked: Element | None) -> bool:
        when = {"createdate": row["createdate"], "lastactivitydate": self.local(row["siteid"], self.cards.updated(id))}
        return asked is None or all(
            said(asked, f"{name}/datefrom")[:10] <= at[:10] <= (said(asked, f"{name}/dateto")[:10] or "9999")
            for name, at in when.items()
            if asked.find(name) is not None
        )

    def _shown(self, id: int, row: Record) -> Element:
        last = self.local(row["siteid"], self.cards.updated(id))
        held = {theirs: row.get(ours) or None for ours, theirs in _CARD.items()}
        wished = {theirs: row["preferences"].get(ours) for ours, theirs in _PREFERENCES.items()}
        return tree(
            "GuestCard",
            *leaves(**held, LastActivityDate=last),
            tree("Prospects", *map(_shown_person, row["prospects"])),
            tree("Preferences", *leaves(**wished)),
            tree("Activities", *(tree("Activity", *leaves(**each)) for each in row["activities"])),
        )

    def insert(self, site: str, wrapper: Element) -> Element:
        card = _only(wrapper)
        wrong = self._wrong(site, card)
        if wrong:
            return _answer("InsertProspectResponse", message=wrong)
        given = self._given(site, card)
        known = None if said(card, "skipduplicatecheck") == "true" else self._double(site, given, card)
        id = known if known is not None else self.cards.add({**given, "activities": []})
        if known is None:
            people = [{**each, "customerid": str(id * 10 + at)} for at, each in enumerate(given["prospects"])]
            self.save(id, {**given, "guestcardid": str(id), "prospects": people, "activities": []})
        told = {"ID": str(id), "NewID": "0"}
        made = tree("Guestcard", **told) if self._company.as_attributes else tree("Guestcard", *leaves(**told))
        return _answer("InsertProspectResponse", made, message="SUCCESS")

    def update(self, site: str, wrapper: Element) -> Element:
        """The card is what was sent, no more and no less."""
        card = _only(wrapper)
        held = next(((id, row) for id, row in self.of(site) if row["guestcardid"] == said(card, "guestcardid")), None)
        wrong = "The guestcardid is not known." if held is None else self._wrong(site, card)
        if held is None or wrong:
            return _answer("UpdateProspect", message=wrong)
        id, row = held
        kept = {name: row[name] for name in ("guestcardid", "createdate", "activities")}
        self.save(id, {**self._given(site, card), **kept})
        return _answer("UpdateProspect", message="SUCCESS")

    def _given(self, site: str, card: Element) -> Record:
        people = [_person(each) for each in card.iterfind("prospects/Prospect")]
        wishes = {name: said(card, f"preferences/{name}") or None for name in _PREFERENCES}
        created = self.local(site, self._company.database.now())
        row = {name: said(card, name) for name in _CARD}
        return {**row, "siteid": site, "createdate": created, "prospects": people, "preferences": wishes}

    def _wrong(self, site: str, card: Element) -> str:
        people = card.findall("prospects/Prospect")
        if not people:
            return "A Prospect is required."
        for each in people:
            for name in ("firstname", "lastname"):
                if not 1 <= len(said(each, name)) <= 30:
                    return f"The {name} must have 1 to 30 characters."
            if any(each.find(name) is not None for name in _PRIVATE.split()):
                return "The simulator takes no gender, id number or SSN."
        return next((wrong for name, general in _LISTED if (wrong := self._strange(site, card, name, general))), "")

    def _strange(self, site: str, card: Element, path: str, general: str) -> str:
        code, name = said(card, path), path.rpartition("/")[2]
        known = code in words(self._company, site, general) or (path in _OPTIONAL and code in ("", "0"))
        return "" if known else f"The {name} {code} is not valid."

    def _double(self, site: str, given: Record, card: Element) -> int | None:
        """A card of the same e-mail address, first met within the days that shall be looked back."""
        oldest = self._company.database.now() - timedelta(days=int(said(card, "daysbackduplicatecheck") or 0))
        first, mail = self.local(site, oldest), given["prospects"][0]["email"].lower()
        return next(
            (id for id, row in self.of(site) if mail and row["datecontact"] >= first and _mail(row) == mail), None
        )


_LISTED = (
    ("contacttype", "LIST_CONTACT"),
    ("primaryleadsource", "LIST_LEADSOURCE"),
    ("leasingagentid", "LIST_LEASINGAGENT"),
    ("preferences/pricerangeid", "prices"),
)
_OPTIONAL = ("leasingagentid", "preferences/pricerangeid")


def _seeded(company: Company, id: int) -> Record:
    """One at each site: somebody who came by, was written about and called."""
    number, seeds = id - FIRST, company.seeds
    site, person = seeds.site(number), seeds.portfolio.person(3_000_000 + number)
    at, codes = local(company, site, seeds.stamp(id)), list(words(company, site, "LIST_LEADSOURCE"))
    phone = {"type": "Home", "number": spoken(person.phone or "+15125550100"), "extension": ""}
    head = {"customerid": str(id * 10), "firstname": person.first, "middlename": "", "lastname": person.last}
    return {
        **dict.fromkeys(_CARD, ""),
        "siteid": site,
        "guestcardid": str(id),
        "contacttype": "R0000003",
        "datecontact": at,
        "createdate": at,
        "prospectcomment": "Came by",
        "primaryleadsource": codes[number % len(codes)],
        "leasingagentid": "47000002" if number % 2 else "47000001",
        "statusisactive": "true",
        "statusisleased": "false",
        "statusislost": "false",
        "prospects": [{**head, "email": person.email or "", "relationshipid": "H", "numbers": [phone], "address": {}}],
        "preferences": {
            "dateneeded": f"{(seeds.born + timedelta(days=30)).date()}T00:00:00",
            "occupants": "2",
        },
        "activities": [
            activity(str(id * 100 + number), at, text, "47000001", type)
            for number, (text, type) in enumerate((("Likes the pool", "12"), ("Called back", "13")))
        ],
    }


def activity(id: str, at: str, text: str, creator: str, type: str) -> Record:
    return {"ActivityID": id, "ActionDate": at, "Comments": text, "CreatorID": creator, "TypeID": type}


def _only(wrapper: Element) -> Element:
    found = wrapper.find("guestcard")
    return tree("guestcard") if found is None else found


def _fits(row: Record, wanted: Record) -> bool:
    head = row["prospects"][0]
    held = {
        "guestcardid": row["guestcardid"],
        "email": _mail(row),
        "name": f"{head['firstname']} {head['lastname']}".lower(),
    }
    return all(value in ("", held[name]) for name, value in wanted.items())


def _mail(row: Record) -> str:
    return str(row["prospects"][0]["email"]).lower()


def _person(element: Element) -> Record:
    numbers = element.iterfind("numbers/phonenumbers/PhoneNumber")
    return {
        **{name: said(element, name) for name in _PERSON},
        "address": {name: said(element, f"address/{name}") for name in _PLACE.split()},
        "numbers": [{name: said(each, name) for name in _NUMBER.split()} for each in numbers],
    }


def _shown_person(row: Record) -> Element:
    """With a gender, which nobody asked for."""
    place: Sequence[Element] = list(leaves(**{name: value for name, value in row["address"].items() if value}))
    numbers = (
        tree("PhoneNumber", *leaves(Type=each["type"], Number=each["number"], Extension=each["extension"] or None))
        for each in row["numbers"]
    )
    return tree(
        "Prospect",
        *leaves(**{theirs: row.get(ours) or None for ours, theirs in _PERSON.items()}, Gender="F"),
        tree("Address", *place) if place else None,
        tree("Numbers", *numbers),
    )


def _answer(name: str, *content: Element, message: str) -> Element:
    return tree(name, *content, tree("message", message))


def _list_of(root: str, general: str) -> Run:
    return lambda company, site, _wrapper: picklist(root, list(words(company, site, general).items()))


def _any_list(company: Company, site: str, wrapper: Element) -> Element:
    return picklist("GetPickList", list(words(company, site, said(wrapper, "lType")).items()))


METHODS = (
    *(Method(name=name, run=_list_of(*told)) for name, told in _LISTS.items()),
    Method(name="getpicklist", run=_any_list, fields=[Field("lType")]),
    Method(name="prospectsearch", run=lambda c, site, w: Prospects(c).search(site, w), fields=[CRITERION]),
    Method(name="insertprospect", run=lambda c, site, w: Prospects(c).insert(site, w), fields=[GUESTCARD], reads=False),
    Method(name="updateprospect", run=lambda c, site, w: Prospects(c).update(site, w), fields=[GUESTCARD], reads=False),
)
