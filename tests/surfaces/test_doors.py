"""Links in texts, webhooks and the console: what strangers, scanners and hostile texts meet."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.surfaces.office import KEY, ON_CALL, PUBLIC, TWILIO_TOKEN, Office

from rooftree.channels.carrier import SMS_PATH
from rooftree.store import messages, offers
from rooftree.store.offers import Offer, Page

SMS = {"MessageSid": "SM" + "0" * 32, "From": "+15550101234", "To": "+15550100000", "Body": "my door squeaks"}


def offer_of(office: Office, case: str) -> Offer:
    with office.services.database.read() as conn:
        return offers.offers_of_case(conn, case)[-1]


def page_of(office: Office, case: str) -> Page:
    with office.services.database.read() as conn:
        return offers.pages_of_case(conn, office.services.keys, case)[-1]


def link(office: Office, kind: str, row_id: str) -> str:
    return f"/{kind}/{offers.link_secret(office.services.keys, row_id)}"


def signed(params: dict[str, str], url: str = PUBLIC + SMS_PATH, token: str = TWILIO_TOKEN) -> str:
    said = url + "".join(key + params[key] for key in sorted(params))
    return b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def text_in(office: Office, signature: str, params: dict[str, str] = SMS) -> Any:
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    return office.browser.post(SMS_PATH, content=urlencode(params), headers=headers)


def kept(office: Office) -> int:
    with office.services.database.read() as conn:
        return len(messages.recent(conn, office.services.keys, office.connection.organization_id))


def test_looking_at_an_offer_decides_nothing_however_often(office: Office) -> None:
    offer = offer_of(office, office.texted("The kitchen sink is dripping"))
    for _ in range(3):
        shown = office.browser.get(link(office, "o", offer.id))
        assert (shown.status_code, "Accept this job" in shown.text) == (200, True)
    assert offer_of(office, offer.case_id).state == "open"


def test_a_tapped_yes_counts_once_and_then_the_job_can_be_reported_done(office: Office) -> None:
    offer = offer_of(office, office.texted("The kitchen sink is dripping"))
    address = link(office, "o", offer.id)
    assert "You have accepted this job." in office.browser.post(address, data={"answer": "accept"}).text
    again = office.browser.post(address, data={"answer": "decline"})
    assert "You have accepted this job." in again.text
    office.settle()
    assert "Reported as done" in office.browser.post(address, data={"answer": "done"}).text


def test_a_link_too_late_withdrawn_or_unknown_says_so(office: Office) -> None:
    case = office.texted("The kitchen sink is dripping")
    offer = offer_of(office, case)
    office.clock.advance(24 * 3600)
    late = office.browser.post(link(office, "o", offer.id), data={"answer": "accept"})
    assert "The time to answer is over" in late.text
    with office.services.database.write() as conn:
        offers.answer(conn, offer.id, "open", "withdrawn", "a test", office.clock.now())
    assert "no longer open" in office.browser.get(link(office, "o", offer.id)).text
    assert office.browser.get("/o/nothing").status_code == 404
    assert office.browser.post("/p/nothing", data={"answer": "take"}).status_code == 404


def test_an_answer_nobody_offered_changes_nothing(office: Office) -> None:
    offer = offer_of(office, office.texted("The kitchen sink is dripping"))
    office.browser.post(link(office, "o", offer.id), data={"answer": "free beer"})
    assert offer_of(office, offer.case_id).state == "open"


def test_a_page_is_taken_by_the_first_who_taps(office: Office) -> None:
    case = office.texted("I smell gas in the kitchen")
    address = link(office, "p", page_of(office, case).id)
    assert "I take it" in office.browser.get(address).text
    assert page_of(office, case).state == "open"
    assert "Taken by" in office.browser.post(address, data={"answer": "take"}).text
    assert page_of(office, case).state == "taken"
    assert ON_CALL not in office.browser.get(address).text


def test_a_signed_text_is_kept_once_however_often_it_comes(office: Office) -> None:
    before = kept(office)
    assert [text_in(office, signed(SMS)).status_code for _ in range(3)] == [200, 200, 200]
    assert kept(office) == before + 1


@pytest.mark.parametrize("signature", ["", "nonsense", signed({**SMS, "Body": "x"}), signed(SMS, token="other")])
def test_a_forged_text_is_refused_and_not_kept(office: Office, signature: str) -> None:
    before = kept(office)
    refused = text_in(office, signature)
    assert (refused.status_code, refused.text) == (401, "")
    assert kept(office) == before


def test_a_forged_or_strange_pms_webhook_is_refused(office: Office) -> None:
    path = f"/webhooks/pms/{office.connection.webhook_path}"
    body = json.dumps({"Events": []})
    assert office.browser.post(path, content=body).status_code == 401
    assert office.browser.post(path, content=body, headers={"buildium-webhook-signature": "x"}).status_code == 401
    assert office.browser.post("/webhooks/pms/nobody", content=body).status_code == 401


def test_the_console_lets_nobody_in_without_the_key(office: Office) -> None:
    assert office.browser.get("/", follow_redirects=False).headers["location"] == "/sign-in"
    assert office.browser.get("/cases/live").status_code == 401
    assert office.browser.post("/cases/x/take-over").status_code == 401
    wrong = office.browser.post("/sign-in", data={"key": "wrong é"})
    assert (wrong.status_code, "That is not the key." in wrong.text) == (401, True)
    assert office.browser.get("/cases/live", headers={b"cookie": b"rooftree=\xe9"}).status_code == 401


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(office: Office) -> None:
    answer = office.browser.post("/sign-in", data={"key": KEY}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "secure"))
    assert KEY not in cookie


def test_a_case_tells_who_did_what_and_a_hostile_text_stays_text(office: Office) -> None:
    office.sign_in()
    case = office.texted("<script>alert(1)</script> The kitchen sink is dripping")
    for address in ("/", "/cases/live", f"/cases/{case}", link(office, "o", offer_of(office, case).id)):
        page = office.browser.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    told = office.browser.get(f"/cases/{case}").text
    assert "&lt;script&gt;" in told
    assert "Create the work order" in told
    assert re.search(r"[AP]M (EST|CST|MST|PST)", told)
    assert office.browser.get("/cases/cas_nothing").status_code == 404


def test_taking_over_withdraws_offers_and_shows_a_person_has_it(office: Office) -> None:
    office.sign_in()
    case = office.texted("The kitchen sink is dripping")
    page = office.browser.post(f"/cases/{case}/take-over")
    assert "a person has it" in page.text
    office.settle()
    assert offer_of(office, case).state == "withdrawn"
    assert office.browser.post("/cases/cas_nothing/take-over").status_code == 404


def test_every_page_forbids_scripts_and_styles_of_its_own(office: Office) -> None:
    office.sign_in()
    case = office.texted("The kitchen sink is dripping")
    for address in ("/", f"/cases/{case}", "/sign-in", "/o/nothing", "/v1/nothing"):
        page = office.browser.get(address, headers=office.signed)
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]* src=)|<style|style=|javascript:| on\w+=", page.text)


@pytest.mark.parametrize("name", ["htmx.min.js", "pico.min.css", "rooftree.css"])
def test_static_files_are_served_from_our_own_wheel(office: Office, name: str) -> None:
    assert office.browser.get(f"/static/{name}").status_code == 200
    assert office.browser.get("/static/../server.py").status_code == 404
