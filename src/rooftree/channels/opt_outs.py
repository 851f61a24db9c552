"""Who wants no texts, and what follows from what they say.

Twilio blocks a number pair on one of its words alone and frees it on START, YES or UNSTOP. We follow that list to the
letter, whatever we had asked: after "END" nothing of ours would arrive anyway. A wish in plain words is a revocation
too (47 CFR 64.1200(a)(10): any reasonable means); only START or UNSTOP undoes it, for a "yes" may be the answer to
an earlier question. An opt-out ends texts, never the case.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from rooftree.channels.opt_out_words import Choice, read
from rooftree.db import Database
from rooftree.store import opt_outs
from rooftree.store.keys import Keys


def is_out(conn: Connection, keys: Keys, organization_id: str, number: str) -> bool:
    """Whether the person behind this number wants no texts from this organization."""
    return opt_outs.how(conn, keys, organization_id, number) is not None


def heed(
    database: Database, conn: Connection, keys: Keys, organization_id: str, number: str, text: str,
    message_id: str, now: datetime,
) -> Choice | None:  # fmt: skip
    """Record what a text of this number says about texts; what changed, None for nothing."""
    said = read(text)
    if said is None:
        return None
    choice, how = said
    if choice == "out":
        opt_outs.add(database, conn, keys, organization_id, number, how, message_id, now)
        return "out"
    standing = opt_outs.how(conn, keys, organization_id, number)
    if standing is None or (how == "yes" and standing == "words"):
        return None
    opt_outs.undo(conn, keys, organization_id, number, now)
    return "in"
