"""Who plays: five tenants with their texts, vendors who answer, a person on call. All of it is made up."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import httpx2

ON_CALL = "+13125550199"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One tenant's part: what is texted, and how the first vendor asked behaves."""

    name: str
    text: str
    yes: str = "YES"
    first_vendor: str = "accepts"
    """accepts (taps the link), texts (answers A and the code), declines."""


ROLES = (
    Role(
        name="A gas smell",
        text="hi theres a strong smell of gas in my kitchen when i came home, kind of dizzy",
    ),
    Role(
        name="A ceiling leak",
        text="water is coming thru the ceiling in the bathroom and its getting worse",
        first_vendor="texts",
    ),
    Role(
        name="No heat (in Spanish)",
        text="Buenas noches, no tenemos calefaccion y hace mucho frio, tengo un bebe",
        yes="SI",
    ),
    Role(
        name="A dead fridge",
        text="The refrigerator stopped cooling since yesterday, food is going bad",
        first_vendor="declines",
    ),
    Role(name="A squeaky door", text="hey when you get a chance the bedroom door squeaks really loud"),
)

VENDORS = """Name,Mobile,Trades,Emergencies
Played Plumbing,(312) 555-0101,plumbing,yes
Played Gas Service,(312) 555-0102,gas,yes
Played Heating,(312) 555-0103,hvac,yes
Played Electric,(312) 555-0104,electrical,yes
Played Appliances,(312) 555-0105,appliance,no
Played Appliances Too,(312) 555-0106,appliance,no
Played Handyman,(312) 555-0107,general,no
Played Locks,(312) 555-0108,locksmith,yes
"""
"""A company's own vendor directory, for a property system that has no vendors."""


@cache
def http() -> httpx2.Client:
    """One client for the whole play: each new one reads all certificate authorities, ten times a second."""
    return httpx2.Client()


@dataclass(slots=True)
class Phones:
    """The telephones of everybody in the play: they read what they get and answer like people, by text or link."""

    twilio: str
    tenants: dict[str, Role]
    pause: float
    seen: set[str] = field(default_factory=set)
    offers: dict[str, int] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def text(self, sender: str, body: str) -> None:
        """Send a text to the office's number, through the Twilio simulator."""
        http().post(f"{self.twilio}/_simulator/inbound", json={"from": sender, "body": body}).raise_for_status()

    def live(self) -> None:
        """Answer until told to stop."""
        while not self.stop.wait(0.1):
            for message in http().get(f"{self.twilio}/_simulator/messages").json():
                if message["direction"].startswith("outbound") and message["sid"] not in self.seen:
                    self.seen.add(message["sid"])
                    self._read(message["to"], message["body"])

    def _read(self, owner: str, body: str) -> None:
        for hint, react in self._reactions(owner):
            if re.search(hint, body):
                self.stop.wait(self.pause)
                react(body)
                return

    def _reactions(self, owner: str) -> list[tuple[str, Callable[[str], None]]]:
        if owner in self.tenants:
            yes = self.tenants[owner].yes
            return [(r"Is it fixed\?|Quedo arreglado\?", lambda _body: self.text(owner, yes))]
        return [
            (r"ON CALL", lambda body: self.text(owner, "OK " + _code(body, r"OK (\d+)"))),
            (r"Accept: text A", lambda body: self._offer(owner, body)),
            (r"is yours", lambda body: self._tap(body, "done")),
        ]

    def _offer(self, owner: str, body: str) -> None:
        """The first vendor asked about a job plays its part; those asked after it accept by link."""
        title = _code(body, r"unit [^:]*: (.*?)\. Accept")
        role = next((r for r in self.tenants.values() if r.text.startswith(title.rstrip(".")[:20])), None)
        turn = self.offers.get(title, 0)
        self.offers[title] = turn + 1
        part = role.first_vendor if role and turn == 0 else "accepts"
        if part == "texts":
            self.text(owner, "A " + _code(body, r"text A (\d+)"))
        else:
            self._tap(body, "decline" if part == "declines" else "accept")

    def _tap(self, body: str, answer: str) -> None:
        """Open the link in a text and tap a button."""
        link = _code(body, r"(https?://\S+)")
        http().get(link).raise_for_status()
        http().post(link, data={"answer": answer}).raise_for_status()


def _code(body: str, pattern: str) -> str:
    found = re.search(pattern, body)
    return found[1] if found else ""
