"""E-mails of ours: once, or flagged; what the mail server says decides whether one may be tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.channels.mail_server import MailServer, running

from rooftree.channels.carrier import Outbound
from rooftree.channels.email import mail_from
from rooftree.channels.send import Sent, send_text
from rooftree.clock import ManualClock
from rooftree.config import Settings
from rooftree.db import Database
from rooftree.errors import ConfigurationError, Rejected
from rooftree.store import messages
from rooftree.store.keys import Keys

VENDOR = "desk@pipes.example.com"
BODY = "Elm Court: job 4711\n\nOpen https://pm.example.com/o/abc\n.\nA line of one dot stands before this one."


@dataclass
class Desk:
    """Our side over one mail server."""

    database: Database
    keys: Keys
    clock: ManualClock
    server: MailServer

    def send(self, user: str = "", password: str = "", **changes: Any) -> Sent:
        wish = {"op_key": "wish", "to": VENDOR, "klass": "text", "body": BODY} | changes
        return send_text(
            self.database, self.keys, self.clock, self.server.carrier(self.clock, user=user, password=password),
            organization_id="org_1", connection_id="con_1", **wish,
        )  # fmt: skip

    def send_through(self, **changes: Any) -> Sent:
        sent = self.send(**changes)
        while sent.state == "waiting":
            assert sent.due_at
            self.clock.advance(max((sent.due_at - self.clock.now()).total_seconds(), 0.0))
            sent = self.send(**changes)
        return sent


@pytest.fixture
def desk(database: Database, keys: Keys, clock: ManualClock) -> Iterator[Desk]:
    with running() as server:
        yield Desk(database, keys, clock, server)


def test_an_email_arrives_once_with_its_first_line_as_subject(desk: Desk) -> None:
    assert [desk.send().state, desk.send().state] == ["sent", "sent"]
    (mail,) = desk.server.taken
    assert (mail["To"], mail["From"], mail["Subject"]) == (VENDOR, "office@example.com", "Elm Court: job 4711")
    assert mail.get_content().replace("\r\n", "\n").strip() == BODY.partition("\n")[2].strip()


def test_an_email_is_kept_as_one_under_our_own_message_id(desk: Desk) -> None:
    desk.send()
    with desk.database.read() as conn:
        (kept,) = messages.recent(conn, desk.keys, "org_1")
    assert (kept.channel, kept.recipient, kept.state) == ("email", VENDOR, "sent")
    assert kept.sid == desk.server.taken[0]["Message-ID"]


def test_letters_beyond_ascii_arrive(desk: Desk) -> None:
    desk.send(body="Peña & Söhne: job 1\n\nNiño, 2º piso")
    (mail,) = desk.server.taken
    assert (mail["Subject"], mail.get_content().strip()) == ("Peña & Söhne: job 1", "Niño, 2º piso")


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_a_clear_no_is_final_and_names_nobody(desk: Desk, verb: str) -> None:
    desk.server.answers[verb] = f"550 no such user {VENDOR}"
    refused = desk.send_through()
    assert (refused.state, "550" in refused.reason, VENDOR in refused.reason) == ("failed", True, False)
    assert desk.server.taken == []


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_asks_for_patience_is_asked_again(desk: Desk, verb: str) -> None:
    desk.server.answers |= {verb: "451 later"} | ({"HELO": "451 later"} if verb == "EHLO" else {})
    assert desk.send().state == "waiting"
    desk.server.answers.clear()
    assert (desk.send_through().state, len(desk.server.taken)) == ("sent", 1)


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT"])
def test_a_connection_that_dies_before_the_email_is_tried_again(desk: Desk, verb: str) -> None:
    desk.server.answers[verb] = "die"
    assert desk.send().state == "waiting"
    desk.server.answers.clear()
    assert (desk.send_through().state, len(desk.server.taken)) == ("sent", 1)


@pytest.mark.parametrize("answer", ["die", "nonsense"])
def test_an_email_nobody_answered_for_is_unsure_and_never_sent_twice(desk: Desk, answer: str) -> None:
    desk.server.answers["END"] = answer
    assert [desk.send_through().state, desk.send_through().state] == ["unsure", "unsure"]
    assert desk.server.handed_over() == 1


def test_a_bad_goodbye_changes_nothing(desk: Desk) -> None:
    desk.server.answers["QUIT"] = "die"
    assert (desk.send().state, len(desk.server.taken)) == ("sent", 1)


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: x@y.example", "a@b.example\nRCPT TO:<x@y.example>", "a@b.example, x@y.example", "a@b",
     "Ann <a@b.example>", "a b@c.example", "niño@b.example", "", "@b.example"],
)  # fmt: skip
def test_an_address_that_is_no_plain_one_is_refused(desk: Desk, address: str) -> None:
    failed = desk.send(to=address)
    assert (failed.state, "e-mail address" in failed.reason, desk.server.heard) == ("failed", True, [])
    with pytest.raises(Rejected):
        desk.server.carrier(desk.clock).send(Outbound(op_key="wish", to=address, body=BODY))


@pytest.mark.parametrize("subject", ["Job 1\rBcc: x@y.example", "Job 1\x00", "Job 1\u2028Bcc: x@y.example"])
def test_a_subject_cannot_bring_a_header(desk: Desk, subject: str) -> None:
    failed = desk.send(body=f"{subject}\nGo")
    assert (failed.state, "subject" in failed.reason, desk.server.heard) == ("failed", True, [])


def test_a_server_without_starttls_gets_nothing_in_the_clear(desk: Desk) -> None:
    with pytest.raises(Rejected, match="STARTTLS"):
        desk.server.carrier(desk.clock, starttls=True).send(Outbound(op_key="wish", to=VENDOR, body=BODY))
    assert "MAIL" not in desk.server.heard


@pytest.mark.parametrize(("answer", "state"), [("235 welcome", "sent"), ("535 no", "failed"), ("454 later", "waiting")])
def test_signing_in_decides(desk: Desk, answer: str, state: str) -> None:
    desk.server.answers |= {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": answer}
    sent = desk.send(user="office", password="secret of the test")
    assert (sent.state, len(desk.server.taken)) == (state, int(state == "sent"))
    assert ("ROOFTREE_SMTP_PASSWORD" in sent.reason, "secret" in sent.reason) == (state == "failed", False)


@pytest.mark.parametrize(
    ("given", "named"),
    [({"smtp_host": "mail.example.com"}, "ROOFTREE_SMTP_FROM"), ({"smtp_from": "a@b.example"}, "ROOFTREE_SMTP_HOST"),
     ({"smtp_host": "m", "smtp_from": "a@b.example\nBcc: x@y.example"}, "ROOFTREE_SMTP_FROM"),
     ({"smtp_host": "m", "smtp_from": "a@b.example", "smtp_user": "u"}, "ROOFTREE_SMTP_PASSWORD"),
     ({"smtp_host": "m", "smtp_from": "a@b.example", "smtp_user": "u", "smtp_password": "p", "smtp_starttls": False},
      "ROOFTREE_SMTP_STARTTLS")],
)  # fmt: skip
def test_a_mail_server_named_in_part_stops_the_start(clock: ManualClock, given: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        mail_from(Settings(**given, _env_file=None), clock)


def test_no_mail_server_is_fine(clock: ManualClock) -> None:
    assert mail_from(Settings(_env_file=None), clock) is None
