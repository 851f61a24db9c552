"""Takes up what others left for cases: texts that came in, and changes the mirror saw in a PMS."""

from __future__ import annotations

from collections.abc import Callable

from rooftree.acts.services import Services
from rooftree.store import cases, events, messages
from rooftree.store.messages import Text
from rooftree.workflows import router

_READER = "cases"
_CHANGES = ("work_order.updated", "work_order.deleted")


def take_in(services: Services, start_act: Callable[[str], None]) -> None:
    """Route everything that waits; safety acts are started as soon as their case is durable."""
    with services.database.read() as conn:
        waiting = messages.waiting(conn, services.keys)
    for text in waiting:
        for act_id in _take_text(services, text):
            start_act(act_id)
    _take_changes(services)


def _take_text(services: Services, text: Text) -> tuple[str, ...]:
    with services.database.write() as conn:
        if not messages.routed(conn, text.id, services.clock.now()):
            return ()
        if text.says_more:
            return router.text_received(conn, services, text).safety_acts
        for case in cases.open_of_phone(conn, services.keys, text.organization_id, text.sender)[:1]:
            messages.set_case(conn, text.id, case.id)
        return ()


def _take_changes(services: Services) -> None:
    """Changes made in the PMS by others; what our own writes brought back is no news."""
    with services.database.write() as conn:
        changed = events.claim(conn, _READER, now=services.clock.now(), names=_CHANGES)
        for event in changed:
            if event.data.get("source") != "push" and event.connection_id and event.external_id:
                fields = event.data.get("fields", [])
                router.work_order_changed(conn, services, event.connection_id, event.external_id, fields)
            events.done(conn, _READER, event.id, services.clock.now())
