"""Takes up what others left for cases: texts that came in, and changes the mirror saw in a PMS."""

from __future__ import annotations

from collections.abc import Callable

from rooftree import log
from rooftree.acts.services import Services
from rooftree.effects import crash
from rooftree.errors import RooftreeError
from rooftree.store import connections, events, messages
from rooftree.store.messages import Text
from rooftree.workflows import router

_logger = log.get("workflows.inbox")
_READER = "cases"
_CHANGES = ("work_order.updated", "work_order.deleted")


def take_in(services: Services, start_act: Callable[[str], None]) -> None:
    """Route everything that waits; safety acts are started as soon as their case is durable."""
    with services.database.read() as conn:
        connected = {found.organization_id for found in connections.listed(conn)}
        waiting = [text for text in messages.waiting(conn, services.keys) if text.organization_id in connected]
    for text in waiting:
        for act_id in _taken(services, text):
            start_act(act_id)
    _take_changes(services)


def _taken(services: Services, text: Text) -> tuple[str, ...]:
    """Route one text; a fault of ours in it brings a person, and never holds up the texts behind it."""
    try:
        return _take_text(services, text)
    except RooftreeError:
        raise
    except Exception as error:  # noqa: BLE001 - logged, and a page goes out
        _logger.error("a text could not be routed; a person is paged", text=text.id, error=type(error).__name__)
    with services.database.write() as conn:
        return router.hand_over(conn, services, text) if messages.routed(conn, text.id, services.clock.now()) else ()


def _take_text(services: Services, text: Text) -> tuple[str, ...]:
    with services.database.write() as conn:
        if not messages.routed(conn, text.id, services.clock.now()):
            return ()
        if text.says_more:
            safety_acts = router.text_received(conn, services, text).safety_acts
        else:
            router.stopped(conn, services, text)
            safety_acts = ()
        crash.point("text.routing")
    crash.point("text.routed")
    return safety_acts


def _take_changes(services: Services) -> None:
    """Changes made in the PMS by others; what our own writes brought back is no news."""
    with services.database.write() as conn:
        changed = events.claim(conn, _READER, now=services.clock.now(), names=_CHANGES)
        for event in changed:
            if event.data.get("source") != "push" and event.connection_id and event.external_id:
                fields = event.data.get("fields", [])
                router.work_order_changed(conn, services, event.connection_id, event.external_id, fields)
            events.done(conn, _READER, event.id, services.clock.now())
