"""What a monitor may scrape: how much waits, how fresh the mirror is. Counts only; nothing personal, no names."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from rooftree.acts.services import Services
from rooftree.connectors import registry
from rooftree.store import connections, cursors
from rooftree.store.tables.cases import act, case_event, cases, page
from rooftree.store.tables.messages import message
from rooftree.sync import schedule


def text(services: Services) -> bytes:
    """The metrics as Prometheus reads them, counted now."""
    registry = CollectorRegistry()
    registry.register(_Counted(services))
    return generate_latest(registry)


class _Counted(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._services.database.read() as conn:
            yield _grouped(conn, "rooftree_cases", "Cases by state.", cases.c.state)
            yield _grouped(conn, "rooftree_acts", "Acts by state.", act.c.state)
            yield _grouped(conn, "rooftree_texts", "Texts by state.", message.c.state)
            yield _grouped(conn, "rooftree_pages", "Pages to people on call by state.", page.c.state)
            due = (case_event.c.handled_at.is_(None)) & (case_event.c.due_at <= self._services.clock.now())
            waiting = conn.scalar(select(func.count()).select_from(case_event).where(due)) or 0
            yield _single("rooftree_events_due", "Events of cases that are due and not handled.", waiting)
            yield self._lag(conn)
            yield from self._targets(conn)

    def _lag(self, conn: Connection) -> GaugeMetricFamily:
        """Seconds since each record type of each connection was last known to be true."""
        now = self._services.clock.now()
        family = GaugeMetricFamily("rooftree_lag_seconds", "Age of the mirror.", labels=("connection", "record"))
        for found in connections.listed(conn):
            for cursor in cursors.listed(conn, found.id):
                if cursor.fresh_at:
                    family.add_metric((found.id, cursor.record), (now - cursor.fresh_at).total_seconds())
        return family

    def _targets(self, conn: Connection) -> Iterator[GaugeMetricFamily]:
        """What each kind of record is to be, and which are older now, with the reason."""
        labels = ("connection", "record")
        target = GaugeMetricFamily("rooftree_freshness_target_seconds", "How old it may be.", labels=labels)
        missed = GaugeMetricFamily("rooftree_freshness_missed", "1: older than that.", labels=(*labels, "reason"))
        for found in connections.listed(conn):
            for each in schedule.standing(conn, found, registry.load(found.pms), self._services.clock.now()):
                target.add_metric((found.id, each.record), each.target)
                if not each.met:
                    missed.add_metric((found.id, each.record, each.reason), 1)
        yield from (target, missed)


def _grouped(conn: Connection, name: str, said: str, column: object) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, said, labels=("state",))
    for state, count in conn.execute(select(column, func.count()).group_by(column)):  # type: ignore[call-overload]
        family.add_metric((str(state),), count)
    return family


def _single(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, said, value=value)
