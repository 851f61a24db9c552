"""A vendor without a phone is told by e-mail, and answers by the link."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.channels.mail_server import MailServer, running
from tests.workflows.town import Town

from rooftree.model.cases import CaseState
from rooftree.store import offers
from rooftree.sync import pull

LEAK = "water is dripping under my kitchen sink"
PHONELESS = "20000"
"""The vendor who is asked first about a leak."""
ADDRESS = "desk@pipes.example.com"


def without_phone(town: Town) -> Town:
    town.pms.edit("vendors", int(PHONELESS), PhoneNumbers=[], PrimaryEmail=ADDRESS)
    pull.full(town.services.lines.source(town.connection_id), ("vendor",))
    return town


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as server:
        yield server


@pytest.fixture
def mailed(town_at: Callable[..., Town], server: MailServer) -> Town:
    return without_phone(town_at(mail=server.carrier))


def words_of(server: MailServer) -> list[str]:
    return [" ".join(mail.get_content().split()) for mail in server.taken]


def test_a_job_is_offered_accepted_and_confirmed_by_email(mailed: Town, server: MailServer) -> None:
    mailed.text(mailed.resident, LEAK)
    (offer,) = mailed.offers()
    link = mailed.services.link("o", offers.link_secret(mailed.services.keys, offer.id))
    (asked,) = words_of(server)
    assert (offer.vendor_id, link in asked, offer.code in asked, "text A" in asked) == (PHONELESS, True, True, False)
    assert (server.taken[0]["To"], server.taken[0]["Subject"]) == (ADDRESS, f"Elm Court Homes: job {offer.code}")
    assert mailed.tap(offer, "accept")
    assert (mailed.case().state, mailed.case().vendor_id) == (CaseState.DISPATCHED, PHONELESS)
    assert ("is yours" in words_of(server)[-1], mailed.resident in words_of(server)[-1]) == (True, True)


def test_a_vendor_who_does_not_answer_is_told_that_the_job_is_gone(mailed: Town, server: MailServer) -> None:
    mailed.text(mailed.resident, LEAK)
    mailed.go(minutes=35)
    mailed.answer("A")
    assert "no longer open" in words_of(server)[-1]
    assert len(server.taken) == 2


def test_a_refused_recipient_leads_to_the_next_vendor(mailed: Town, server: MailServer) -> None:
    server.answers["RCPT"] = "550 no such user"
    mailed.text(mailed.resident, LEAK)
    assert mailed.vendors_asked()[0] == PHONELESS
    assert mailed.inbox(mailed.phone_of(mailed.vendors_asked()[1]))
    assert "refused the e-mail (550)" in mailed.remarks()


def test_an_email_that_may_have_arrived_leads_to_the_next_and_is_not_sent_again(
    mailed: Town, server: MailServer
) -> None:
    server.answers["END"] = "die"
    mailed.text(mailed.resident, LEAK)
    mailed.go(minutes=2)
    assert server.handed_over() == 1
    assert mailed.inbox(mailed.phone_of(mailed.vendors_asked()[1]))
    assert mailed.done("offer_job")[0].state == "unsure"


def test_a_mail_server_that_is_down_for_a_moment_delays_the_offer(town_at: Callable[..., Town]) -> None:
    with running() as gone:
        port, carrier = gone.port, gone.carrier
    town = without_phone(town_at(mail=carrier))
    town.text(town.resident, LEAK)
    with running(port) as back:
        town.go(minutes=1)
        assert (len(back.taken), town.vendors_asked()) == (1, [PHONELESS])


def test_a_mail_server_that_stays_down_leads_to_the_next_and_sends_no_stale_offer(town_at: Callable[..., Town]) -> None:
    with running() as gone:
        port, carrier = gone.port, gone.carrier
    town = without_phone(town_at(mail=carrier))
    town.text(town.resident, LEAK)
    town.go(minutes=35)
    assert town.inbox(town.phone_of(town.vendors_asked()[1]))
    with running(port) as back:
        town.go(minutes=5)
        assert not any("Accept" in text for text in words_of(back))
    assert (town.done("offer_job")[0].state, len(town.vendors_asked())) == ("refused", 2)


def test_without_a_mail_server_the_reason_is_plain_and_the_next_is_asked(town: Town) -> None:
    without_phone(town)
    town.text(town.resident, LEAK)
    assert (PHONELESS in town.vendors_asked(), len(town.vendors_asked())) == (False, 1)
    assert "only an e-mail address and no mail server is set up" in town.remarks()
