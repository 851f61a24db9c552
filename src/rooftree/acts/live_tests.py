"""The test text and the test page that show, before a connection goes live, that texts arrive and people answer."""

from __future__ import annotations

from rooftree.acts.services import Services
from rooftree.agents import words
from rooftree.channels.send import Sent, send_text
from rooftree.errors import InvalidInput
from rooftree.store import going_live, messages
from rooftree.store.connections import PmsConnection
from rooftree.store.going_live import LiveTest
from rooftree.store.messages import Klass
from rooftree.store.offers import link_secret

_SENT_BY_CARRIER = "the carrier's report"


def send_test_text(services: Services, connection: PmsConnection, to: str) -> tuple[LiveTest, Sent]:
    """Send a test text; raises InvalidInput for a number that cannot be texted."""
    with services.database.write() as conn:
        test = going_live.begin_test(conn, services.keys, connection, "text", services.clock.now())
    body = words.to_vendor("test_text", office=services.settings.office_name)
    return test, _send(services, test, to, body, "text")


def send_test_page(services: Services, connection: PmsConnection) -> tuple[LiveTest, list[Sent]]:
    """Page everybody on call once; raises InvalidInput when nobody is."""
    numbers = services.settings.page_numbers
    if not numbers:
        raise InvalidInput("Nobody is on call: set ROOFTREE_PAGE_NUMBERS first.", path="page_numbers")
    with services.database.write() as conn:
        test = going_live.begin_test(conn, services.keys, connection, "page", services.clock.now())
    link = services.link("p", link_secret(services.keys, test.id))
    body = words.to_vendor("test_page", office=services.settings.office_name, code=test.code, link=link)
    return test, [_send(services, test, number, body, "safety", f":{number}") for number in numbers]


def has_passed(services: Services, test: LiveTest) -> bool:
    """Whether it did what it was to show; a text by the carrier's report of it, which is noted."""
    if test.passed_at or test.kind == "page":
        return test.passed_at is not None
    with services.database.read() as conn:
        text = messages.of_op_key(conn, services.keys, test.op_key)
    if text is None or text.state != "delivered":
        return False
    with services.database.write() as conn:
        going_live.passed(conn, test.id, _SENT_BY_CARRIER, text.updated_at)
    return True


def _send(services: Services, test: LiveTest, to: str, body: str, klass: Klass, suffix: str = "") -> Sent:
    sent = send_text(
        services.database,
        services.keys,
        services.clock,
        services.carrier,
        op_key=test.op_key + suffix,
        organization_id=test.organization_id,
        connection_id=test.connection_id,
        to=to,
        body=body,
        klass=klass,
    )
    if sent.state in ("failed", "refused") and test.kind == "text":
        raise InvalidInput(f"The test text was not sent: {sent.reason}", path="to")
    return sent
