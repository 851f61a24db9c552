"""What carries texts: Twilio where it is set up, else a local inbox that needs nothing; `email.py` carries e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx2

from rooftree.channels.twilio import Incoming
from rooftree.config import Settings
from rooftree.effects.states import Bounds
from rooftree.errors import ConfigurationError
from rooftree.model.vocabulary import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """A text to be carried; `op_key` names the wish it fulfils."""

    op_key: str
    to: str
    body: str


class Carrier(Protocol):
    """Sends texts, finds again what it was asked to send, and lists what people sent to us."""

    @property
    def name(self) -> str: ...

    @property
    def number(self) -> str:
        """Our number, E.164; where the channel is e-mail, our address."""
        ...

    @property
    def channel(self) -> Channel:
        """How it reaches people: decides what a recipient must look like."""
        ...

    @property
    def searchable(self) -> bool:
        """Whether `find` can tell what was taken; where not, an unclear send stays unclear."""
        ...

    @property
    def taken(self) -> str:
        """How far a text is once the carrier took it: "sent", or "delivered" where there is no way further."""
        ...

    @property
    def bounds(self) -> Bounds:
        """What is promised about time: after `settle` seconds a text that was taken can be found."""
        ...

    def send(self, text: Outbound) -> str:
        """The carrier's id of the text it took.

        Raises Refused when the recipient opted out there, RateLimited when nothing was taken, other ConnectorErrors
        as they mean (`errors.py`).
        """
        ...

    def find(self, text: Outbound, since: datetime) -> Sequence[str]:
        """Ids of texts like this one that were taken since then, oldest first."""
        ...

    def received(self, since: datetime) -> Sequence[Incoming]:
        """What people sent to us since then, oldest first."""
        ...


def carrier_from(settings: Settings, http: httpx2.Client) -> Carrier:
    """Twilio when account, token and number are set, the local inbox when none is.

    Raises ConfigurationError when only some are: texts that go nowhere must not look sent.
    """
    from rooftree.channels.local import LocalInbox
    from rooftree.channels.twilio_api import TwilioCarrier

    token = settings.twilio_auth_token.get_secret_value() if settings.twilio_auth_token else ""
    given = {
        "ROOFTREE_TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "ROOFTREE_TWILIO_AUTH_TOKEN": token,
        "ROOFTREE_TWILIO_NUMBER": settings.twilio_number,
    }
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given):
        return LocalInbox()
    if missing:
        raise ConfigurationError(f"Twilio is set up in part; also set {', '.join(missing)}.")
    return TwilioCarrier(
        http,
        account_sid=settings.twilio_account_sid,
        token=token,
        number=settings.twilio_number,
        base_url=settings.twilio_base_url,
        status_callback=f"{settings.public_url.rstrip('/')}{STATUS_PATH}",
    )


SMS_PATH = "/channels/twilio/sms"
STATUS_PATH = "/channels/twilio/status"
