"""E-mail as a carrier, for vendors without a phone: one plain message per wish, handed to the operator's mail server.

SMTP (RFC 5321) says who is responsible: before the answer to the end of DATA nothing was taken, after a 250 all was.
Only a connection that dies in between tells nothing, and nothing can be searched: such an e-mail is `unsure`.
"""

from __future__ import annotations

import contextlib
import hashlib
import smtplib
import ssl
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from rooftree.channels.carrier import Outbound
from rooftree.channels.twilio import Incoming
from rooftree.clock import Clock
from rooftree.config import Settings
from rooftree.effects.states import Bounds
from rooftree.errors import ConfigurationError, ConnectorError, RateLimited, Rejected, Unauthorized, Unreachable
from rooftree.model.vocabulary import Channel
from rooftree.store.lookups import mailable

_STEP = 10.0
"""Seconds one answer of the mail server may take, and twice that for the answer to DATA, when spam filters run."""
_BEFORE_DATA = 35.0
_IMPLICIT_TLS = 465
_WIRE = policy.SMTP.clone(cte_type="7bit")
_FACTS: dict[str, Any] = {"record": "message", "verb": "create"}
_HERE = ("127.0.0.1", "::1", "localhost")


class EmailCarrier:
    """Sends by SMTP, with STARTTLS unless switched off (port 465: TLS from the start)."""

    name = "smtp"
    channel = Channel.EMAIL
    searchable = False
    taken = "sent"
    bounds = Bounds(read_lag=0.0, late_commit=0.0, send_timeout=_BEFORE_DATA + 3 * _STEP, margin=1.0)

    def __init__(
        self, clock: Clock, *, host: str, port: int, sender: str, user: str = "", password: str = "", starttls: bool
    ) -> None:
        self.number = sender
        self._clock = clock
        self._host, self._port, self._starttls = host, port, starttls
        self._user, self._password = user, password
        self._domain = sender.rpartition("@")[2]

    def send(self, text: Outbound) -> str:
        """The first line of the text is the subject; returns our Message-ID, the same for each try of a wish."""
        message = self._message(text)
        with _nothing_taken():
            smtp = self._connected()
        with contextlib.closing(smtp):
            with _nothing_taken():
                self._introduce(smtp, text.to)
            _hand_over(smtp, message.as_bytes())
            with contextlib.suppress(OSError):  # It is theirs already; how they say goodbye changes nothing.
                smtp.quit()
        return str(message["Message-ID"])

    def find(self, text: Outbound, since: datetime) -> Sequence[str]:
        """Never anything: a mail server lists nothing (`searchable`)."""
        return []

    def received(self, since: datetime) -> Sequence[Incoming]:
        """Never anything: answers come by the link."""
        return []

    def _message(self, text: Outbound) -> EmailMessage:
        subject, _, body = text.body.partition("\n")
        if mailable(text.to) != text.to:
            raise Rejected("The recipient's e-mail address cannot be used.", field="emails", **_FACTS)
        if not subject.isprintable():
            raise Rejected("The subject holds characters that no subject may hold.", field="text", **_FACTS)
        message = EmailMessage(policy=_WIRE)
        message["From"], message["To"], message["Subject"] = self.number, text.to, subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{hashlib.sha256(text.op_key.encode()).hexdigest()[:32]}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps vacation notices away
        message.set_content(body.strip() + "\n")
        return message

    def _connected(self) -> smtplib.SMTP:
        if self._port != _IMPLICIT_TLS:
            return smtplib.SMTP(self._host, self._port, local_hostname=self._domain, timeout=_STEP)
        return smtplib.SMTP_SSL(
            self._host, self._port, local_hostname=self._domain, timeout=_STEP, context=ssl.create_default_context()
        )

    def _introduce(self, smtp: smtplib.SMTP, to: str) -> None:
        """Everything up to DATA."""
        started = time.monotonic()
        smtp.ehlo_or_helo_if_needed()
        if self._starttls and self._port != _IMPLICIT_TLS:
            smtp.starttls(context=ssl.create_default_context())
        if self._user:
            smtp.login(self._user, self._password)
        for code, _said in (smtp.mail(self.number), smtp.rcpt(to)):
            if not 200 <= code < 300:
                raise _refusal(code)
        if time.monotonic() - started > _BEFORE_DATA:
            raise RateLimited("The mail server is too slow; nothing was sent.", retry_after=60.0, **_FACTS)


def mail_from(settings: Settings, clock: Clock) -> EmailCarrier | None:
    """The mail server of the settings, None when none is named.

    Raises ConfigurationError when it is named in part, when the address is none, or when the password would go over
    a network in the clear.
    """
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    if not (settings.smtp_host or settings.smtp_from or settings.smtp_user or password):
        return None
    if not (settings.smtp_host and mailable(settings.smtp_from)):
        raise ConfigurationError("E-mail needs ROOFTREE_SMTP_HOST and, as name@example.com, ROOFTREE_SMTP_FROM.")
    if bool(settings.smtp_user) != bool(password):
        raise ConfigurationError("E-mail needs both ROOFTREE_SMTP_USER and ROOFTREE_SMTP_PASSWORD, or neither.")
    if not (settings.smtp_user + password).isascii():
        raise ConfigurationError("ROOFTREE_SMTP_USER and ROOFTREE_SMTP_PASSWORD may hold ASCII characters only.")
    encrypted = settings.smtp_starttls or settings.smtp_port == _IMPLICIT_TLS
    if password and not encrypted and settings.smtp_host not in _HERE:
        raise ConfigurationError("ROOFTREE_SMTP_PASSWORD would be sent unencrypted: set ROOFTREE_SMTP_STARTTLS=true.")
    return EmailCarrier(
        clock,
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=password,
        starttls=settings.smtp_starttls,
    )


@contextlib.contextmanager
def _nothing_taken() -> Iterator[None]:
    """Whatever fails in here failed before the e-mail was handed over."""
    try:
        yield
    except ConnectorError:
        raise
    except smtplib.SMTPAuthenticationError as error:
        hint = "check ROOFTREE_SMTP_USER and ROOFTREE_SMTP_PASSWORD"
        said = f"The mail server refused the credentials ({error.smtp_code}): {hint}."
        raise _refusal(error.smtp_code) if error.smtp_code < 500 else Unauthorized(said, **_FACTS) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from None
    except smtplib.SMTPServerDisconnected:
        raise _away("it hung up") from None
    except smtplib.SMTPException:
        said = "The mail server offers no STARTTLS or no way to sign in that we know: check ROOFTREE_SMTP_PORT."
        raise Rejected(said, **_FACTS) from None
    except ssl.SSLCertVerificationError:
        raise Rejected("The mail server's certificate is not trusted: check ROOFTREE_SMTP_HOST.", **_FACTS) from None
    except OSError as error:
        raise _away(type(error).__name__) from None


def _hand_over(smtp: smtplib.SMTP, wire: bytes) -> None:
    if smtp.sock:
        smtp.sock.settimeout(2 * _STEP)
    try:
        code, _said = smtp.data(wire)
    except smtplib.SMTPDataError as error:  # the answer to DATA itself, before a word of the e-mail
        raise _refusal(error.smtp_code) from None
    except OSError as error:
        said = f"The mail server did not say whether it took the e-mail ({type(error).__name__})."
        raise Unreachable(said, **_FACTS) from None
    if code < 200:
        raise Unreachable("The mail server's answer to the e-mail cannot be read.", **_FACTS)
    if code >= 300:
        raise _refusal(code)


def _refusal(code: int) -> ConnectorError:
    """A clear no; the server's own words may name the recipient, so only the code is passed on (RFC 5321, 4.2)."""
    if code >= 500:
        return Rejected(f"The mail server refused the e-mail ({code}).", status=code, **_FACTS)
    return RateLimited(f"The mail server asks us to come back ({code}).", retry_after=60.0, status=code, **_FACTS)


def _away(why: str) -> RateLimited:
    return RateLimited(f"The mail server cannot be reached ({why}); nothing was sent.", retry_after=15.0, **_FACTS)
