"""What an account's services say of themselves when it is connected, and that bodies go in the order they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from tests.connectors.golden import canonical, payload
from tests.connectors.realpage.account import LOGIN, SITE, golden

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import soap
from rooftree.connectors import soap_order as order
from rooftree.connectors.realpage import client, discovery
from rooftree.connectors.realpage.connector import CONNECTOR, identify
from rooftree.connectors.realpage.discovery import learn
from rooftree.connectors.realpage.manifest import sign
from rooftree.connectors.transport import Line, open_line
from rooftree.errors import InvalidInput, Unauthorized
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

BASE = CONNECTOR.manifest.base_urls["production"]
CLOCK = ManualClock(datetime(2026, 2, 1, 16, 0, tzinfo=UTC))
RESIDENTS = soap.node("getresidentlistinfo", soap.node("STATUS", "ALL"), soap.node("headofhousehold", "0"))


def _line(
    simulator: Simulator,
    learned: dict[str, str] | None = None,
    *,
    transport: httpx2.BaseTransport | None = None,
    changed: Mapping[str, str] | None = None,
) -> Line:
    return open_line(
        CONNECTOR,
        base_url=BASE,
        credentials={**simulator.credentials, **(changed or {})},
        options=learned,
        clock=CLOCK,
        http=outbound.client(transport=transport or InProcess(simulator)),
    )


def _company(**how: Any) -> Simulator:
    return registry.build("realpage", now=CLOCK.now, **how)


class Silent(InProcess):
    """A gateway that shows no description."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(404, headers={"content-type": "text/html"}, content=b"<html/>")
        return super().handle_request(request)


def test_every_service_is_asked_and_its_methods_and_fields_are_learned_in_order() -> None:
    learned = learn(_line(_company()))
    assert {"getsitelist", "getresidentlistinfo", "getunitlist"} <= set(learned[discovery.METHODS].split())
    body = soap.decode(payload("realpage", "described.wsdl"))
    assert order.described(body) == {
        "getfancy": {
            "Auth": {"licensekey": {}, "pmcid": {}},
            "wanted": {"Base": {}, "alpha": {}, "list": {"Item": {"value": {}, "name": {}}}},
        }
    }


def test_fields_go_in_the_order_and_the_letters_of_the_description() -> None:
    fields: dict[str, Any] = {
        "auth": {"siteid": {}, "pmcid": {}},
        "getresidentlistinfo": {"headofhousehold": {}, "status": {}},
    }
    learned = {order.FACT: order.written({"getresidentlistinfo": fields})}
    call = client.call("getresidentlistinfo", RESIDENTS, site=SITE, learned=learned)
    assert canonical(sign(call, LOGIN).content or b"") == golden("getresidentlistinfo.turned")


def test_a_service_in_another_order_is_read_by_what_it_says_and_refuses_the_fallback() -> None:
    company = _company(alphabetical=True)
    with pytest.raises(Unauthorized):
        client.sites(_line(company))
    learned = dict(learn(_line(company)))
    line = _line(company, learned)
    assert identify(line).name == "Made-up Management"
    assert client.people("leaseid")(line, SITE)


def test_a_field_that_the_description_lacks_is_a_warning_and_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    company = _company()
    learned = dict(learn(_line(company)))
    strange = soap.node("getresidentlistinfo", soap.node("status", "ALL"), soap.node("color", "red"))
    call = client.call("getresidentlistinfo", strange, site=SITE, learned=learned)
    assert b"color" not in (sign(call, LOGIN).content or b"")
    assert "field=color" in capsys.readouterr().out


def test_without_a_description_the_order_of_working_clients_serves_and_that_is_said() -> None:
    company = _company()
    learned = dict(learn(_line(company, transport=Silent(company))))
    assert "the order that working clients were seen to use" in learned[order.NOTE]
    assert client.units(_line(company, learned), SITE)


def test_a_service_without_the_list_of_sites_is_refused_with_what_it_has() -> None:
    company = _company()
    alone = {"service": "MadeUp/Residents.svc", "methods": ""}
    learned = dict(learn(_line(company, changed=alone)))
    assert "getsitelist (sites)" in learned[order.NOTE]
    with pytest.raises(InvalidInput, match=r"no getsitelist .*only getresidentlistinfo"):
        identify(_line(company, learned, changed=alone))


@pytest.mark.parametrize("service", ["https://evil.example/x.svc", "../../x.svc", "x.svc?y", "x"])
def test_a_service_that_is_no_path_is_refused(service: str) -> None:
    with pytest.raises(InvalidInput, match="is no service"):
        client.sites(_line(_company(), changed={"service": service}))


@pytest.mark.parametrize("host", ["rpx.realpage.com.evil.example", "evilrpx.realpage.com", "realpage.com"])
def test_a_key_goes_to_no_other_domain(host: str) -> None:
    with pytest.raises(InvalidInput, match=r"answers at rpx\.realpage\.com only"):
        open_line(CONNECTOR, base_url=f"https://{host}/partner", credentials={}, clock=CLOCK)
