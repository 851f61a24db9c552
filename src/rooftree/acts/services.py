"""What acts and workflows work with: one bundle made at start-up and handed down."""

from __future__ import annotations

from dataclasses import dataclass, field

from rooftree.channels.carrier import Carrier
from rooftree.channels.receive import Inbox
from rooftree.clock import Clock
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.policy.book import PolicyBook
from rooftree.store.keys import Keys
from rooftree.sync.lines import Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything with a handle to the outside or to our database."""

    settings: Settings
    database: Database
    keys: Keys
    clock: Clock
    carrier: Carrier
    mail: Carrier | None = None
    """For vendors without a phone; None where no mail server is set up."""
    lines: Lines
    policy: PolicyBook = field(default_factory=PolicyBook)

    @property
    def pace(self) -> float:
        return self.settings.pace

    def inbox(self, organization_id: str) -> Inbox:
        """Where texts to an organization are taken in."""
        token = self.settings.twilio_auth_token
        return Inbox(
            database=self.database,
            keys=self.keys,
            clock=self.clock,
            organization_id=organization_id,
            tokens=(token.get_secret_value(),) if token else (),
        )

    def link(self, kind: str, secret: str) -> str:
        """The address of an offer's or page's own page."""
        return f"{self.settings.public_url.rstrip('/')}/{kind}/{secret}"
