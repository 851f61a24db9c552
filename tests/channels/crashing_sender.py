"""A process that sends one text and may be told to die on the way; see test_crashes.py."""

from __future__ import annotations

import sys

import httpx2

from rooftree.channels.send import send_text
from rooftree.channels.twilio_api import TwilioCarrier
from rooftree.clock import ManualClock, parse_iso
from rooftree.db import Database
from rooftree.sealed import RootKey
from rooftree.store.keys import Keys


def main(
    database_url: str, base_url: str, account: str, token: str, number: str, now: str, to: str, klass: str
) -> None:
    carrier = TwilioCarrier(httpx2.Client(), account_sid=account, token=token, number=number, base_url=base_url)
    send_text(
        Database(database_url),
        Keys(RootKey(b"rooftree test key: 32 bytes long")),
        ManualClock(parse_iso(now)),
        carrier,
        op_key="wish",
        organization_id="org_1",
        connection_id="con_1",
        to=to,
        body="Hello",
        klass="safety" if klass == "safety" else "text",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
