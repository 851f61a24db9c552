"""When an audit is due by itself: each night a sample, each week everything, in the hours when nobody works."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from rooftree.log import get
from rooftree.store import drift
from rooftree.store.connections import PmsConnection
from rooftree.sync.pull import Progress
from rooftree.sync.reconcile import NIGHTLY, Report, Wanted, reconcile
from rooftree.sync.source import Source

KEEP = timedelta(days=400)
"""How long reports and repaired rows are kept: a year can be compared with the one before."""
_NIGHT = range(1, 5)
_A_NIGHT = timedelta(hours=20)
_MISSED = timedelta(hours=47)
"""After so long without an audit it is made at any hour: the machine sleeps at night."""
_A_WEEK = timedelta(days=7) - timedelta(hours=4)
_logger = get("sync.nightly")


def due(conn: Connection, connection: PmsConnection, now: datetime) -> Literal["sample", "full"] | None:
    """What to audit now, by the hour at the connection's place and what was audited last."""
    if connection.state != "ok":
        return None
    last = drift.last_audit(conn, connection.id, ("sample", "full")) or connection.created_at
    full = drift.last_audit(conn, connection.id, ("full",)) or connection.created_at
    at_night = now.astimezone(ZoneInfo(connection.time_zone)).hour in _NIGHT
    if now - last < (_A_NIGHT if at_night else _MISSED):
        return None
    return "full" if now - full >= _A_WEEK else "sample"


def audit(source: Source, kind: Literal["sample", "full"], go_on: Progress) -> Report:
    """Make it, as background calls within the connection's budget; `go_on` may raise to stop it between two reads."""
    wanted = Wanted(sample=NIGHTLY if kind == "sample" else None, progress=go_on, go_on=lambda: go_on("", 0, None))
    report = reconcile(source, wanted)
    if report.needs_a_person:
        _logger.warning("audit leaves something to a person", connection=source.connection.id, audit=report.id)
    return report
