"""Twilio's signature against Twilio's own library, and its forms."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from rooftree.channels import segments, twilio
from rooftree.errors import Unreadable, WebhookRefused

TOKEN = "0123456789abcdef0123456789abcdef"
URL = "https://pm.example.com/channels/twilio/sms"
FORM = [("MessageSid", "SM1"), ("From", "+15550101234"), ("To", "+15550100000"), ("Body", "no heat & ñ ☃")]


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=8), st.sampled_from([URL, URL + "?a=1&b=x%20y"]))
def test_the_signature_is_the_one_twilio_s_library_computes(form: dict[str, str], url: str) -> None:
    ours = twilio.signature(TOKEN, url, list(form.items()))
    assert ours == RequestValidator(TOKEN).compute_signature(url, form)


@pytest.mark.parametrize("signed_for", [URL, URL.replace(".com/", ".com:443/")])
@pytest.mark.parametrize("known_as", [URL, URL.replace(".com/", ".com:443/")])
def test_with_or_without_the_port_is_the_same_address(signed_for: str, known_as: str) -> None:
    given_ = RequestValidator(TOKEN).compute_signature(signed_for, dict(FORM))
    twilio.verify([TOKEN], known_as, FORM, given_)
    assert RequestValidator(TOKEN).validate(known_as, dict(FORM), given_)


@pytest.mark.parametrize("url", [URL + "/", URL.replace("https", "http"), URL + "?x=1", URL.replace("pm.", "pn.")])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        twilio.verify([TOKEN], url, FORM, twilio.signature(TOKEN, URL, FORM))


def test_every_flipped_bit_of_the_body_is_refused() -> None:
    body = bytearray(urlencode(FORM).encode())
    signed = twilio.signature(TOKEN, URL, twilio.fields(bytes(body)))
    for place in range(len(body) * 8):
        forged = bytearray(body)
        forged[place // 8] ^= 1 << place % 8
        form = _readable(bytes(forged))
        if form is not None and sorted(form) != sorted(FORM):
            with pytest.raises(WebhookRefused):
                twilio.verify([TOKEN], URL, form, signed)


def _readable(body: bytes) -> list[tuple[str, str]] | None:
    try:
        return twilio.fields(body)
    except WebhookRefused:
        return None


def test_every_flipped_bit_of_the_signature_is_refused() -> None:
    signed = twilio.signature(TOKEN, URL, FORM)
    for place in range(len(signed) * 8):
        forged = bytearray(signed.encode())
        forged[place // 8] ^= 1 << place % 8
        with pytest.raises(WebhookRefused):
            twilio.verify([TOKEN], URL, FORM, forged.decode("latin-1"))


@pytest.mark.parametrize("given_", ["", "é", "x" * 10_000])
def test_a_signature_that_is_none_is_refused(given_: str) -> None:
    with pytest.raises(WebhookRefused):
        twilio.verify([TOKEN], URL, FORM, given_)


def test_two_tokens_hold_while_one_is_rotated_and_an_empty_one_never() -> None:
    twilio.verify(["new", TOKEN], URL, FORM, twilio.signature(TOKEN, URL, FORM))
    with pytest.raises(WebhookRefused):
        twilio.verify([""], URL, FORM, twilio.signature("", URL, FORM))


def test_pictures_are_listed_with_their_types() -> None:
    form = [*FORM, ("NumMedia", "2"), ("MediaUrl0", "https://a/0"), ("MediaContentType0", "image/jpeg")]
    heard = twilio.incoming([*form, ("MediaUrl1", "https://a/1")])
    assert heard.media == (
        {"url": "https://a/0", "content_type": "image/jpeg"},
        {"url": "https://a/1", "content_type": ""},
    )


@pytest.mark.parametrize("count", ["", "-1", "x", "99999999999"])
def test_a_wrong_media_count_loses_no_text(count: str) -> None:
    assert twilio.incoming([*FORM, ("NumMedia", count)]).text == "no heat & ñ ☃"


def test_a_webhook_without_a_message_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        twilio.incoming([("From", "+15550101234")])


@pytest.mark.parametrize(
    ("word", "state"),
    [("queued", "sent"), ("delivered", "delivered"), ("read", "delivered"), ("undelivered", "undelivered"),
     ("failed", "failed"), ("a new word", "sent")],
)  # fmt: skip
def test_status_words_in_ours(word: str, state: str) -> None:
    form = [("MessageSid", "SM1"), ("MessageStatus", word), ("ErrorCode", "30003")]
    assert twilio.status(form) == twilio.Status(sid="SM1", state=state, error="30003")


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("é" * 160, 1), ("[" * 80, 1),
     ("[" * 81, 2), ("á" * 70, 1), ("á" * 71, 2), ("🔥" * 35, 1), ("🔥" * 36, 2), ("a" * 152 + "[" + "a" * 150, 2),
     ("a" * 152 + "[" + "a" * 152, 3)],
)  # fmt: skip
def test_segments(text: str, count: int) -> None:
    assert segments.count(text) == count
