"""Each body we send is the founders' golden body; faults and rows of their payloads mean what the contract says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import pytest
from tests.connectors.golden import canonical, payload

from rooftree import outbound
from rooftree.clock import ManualClock
from rooftree.connectors import soap
from rooftree.connectors.base import Answer, Context, Request
from rooftree.connectors.realpage import answers, client, mapping
from rooftree.connectors.realpage.connector import CONNECTOR
from rooftree.connectors.realpage.manifest import sign
from rooftree.connectors.transport import Line, open_line
from rooftree.errors import InvalidInput, Unauthorized, Unlicensed
from rooftree.model.vocabulary import LeaseStatus
from rooftree.simulators import registry
from rooftree.simulators.kit import Simulator
from rooftree.simulators.transport import InProcess

KEY = "00000000-0000-0000-0000-000000000000"
LOGIN = {"pmcid": "1000001", "siteid": "2000002", "service": "Acme/Main.svc", "licensekey": KEY}
RESIDENTS = soap.node("getresidentlistinfo", soap.node("status", "ALL"), soap.node("headofhousehold", "0"))
CALLS = {
    "getsitelist": client.call("getsitelist"),
    "unitlist": client.call("unitlist", site="2000002"),
    "getresidentlistinfo": client.call("getresidentlistinfo", RESIDENTS, site="2000002"),
}


@pytest.mark.parametrize("name", CALLS)
def test_each_body_is_the_golden_one(name: str) -> None:
    signed = sign(CALLS[name], LOGIN)
    assert signed.content is not None
    assert canonical(signed.content) == canonical(payload("realpage", f"{name}.request"))
    assert signed.headers["soapaction"] == f'"http://tempuri.org/IRPXService/{name}"'


def test_a_method_on_another_service_goes_there_with_its_own_key() -> None:
    elsewhere = {**LOGIN, "methods": "unitlist Acme/Units.svc OTHER-KEY\n"}
    there, here = sign(CALLS["unitlist"], elsewhere), sign(CALLS["getsitelist"], elsewhere)
    assert (there.path, here.path) == ("/Acme/Units.svc", "/Acme/Main.svc")
    assert b"OTHER-KEY" in (there.content or b"")
    assert b"OTHER-KEY" not in (here.content or b"")


def test_a_line_that_names_no_key_is_refused_without_showing_it() -> None:
    with pytest.raises(InvalidInput, match="Line 1") as caught:
        sign(CALLS["unitlist"], {**LOGIN, "methods": "unitlist SECRET-KEY"})
    assert "SECRET-KEY" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [("any.fault-licence.response", "2026.1.0"), ("any.fault-unknown-op.response", "does not have the method")],
)
def test_a_method_that_is_not_ours_to_call_is_told_as_a_refused_key(name: str, said: str) -> None:
    body = payload("realpage", name)
    answer = Answer(status=500, headers={}, body=body, data=soap.decode(body))
    assert answers.kind_of(answer) is Unlicensed
    assert said in (answers.explain(answer) or "")


def test_a_unit_of_the_payload_is_read_and_1900_is_no_date() -> None:
    found = soap.result(soap.decode(payload("realpage", "unitlist.ok.response")))
    unit = mapping.to_unit({**soap.one(found, "UnitList/Unit"), "siteid": "2000002"}, Context(now=datetime.now(UTC)))
    assert (unit.id, unit.number, unit.square_feet, unit.is_vacant) == ("2000002:101", "101", 700, True)
    assert (unit.available_on, unit.made_ready_on) == (date(2026, 2, 15), None)
    assert unit.market_rent is not None
    assert unit.market_rent.amount == Decimal(1500)


def _line(**changed: str) -> Line:
    clock = ManualClock(datetime(2026, 2, 1, 16, 0, tzinfo=UTC))
    simulator = registry.build("realpage", now=clock.now)
    return open_line(
        CONNECTOR,
        base_url=CONNECTOR.manifest.base_urls["production"],
        credentials={**simulator.credentials, **changed},
        clock=clock,
        http=outbound.client(transport=InProcess(simulator)),
    )


def test_a_wrong_key_stops_its_method_and_no_other() -> None:
    line = _line(methods="getresidentlistinfo MadeUp/Residents.svc wrong")
    assert client.units(line, "2000002")
    with pytest.raises(Unauthorized, match="not authorized to call the method"):
        client.people("leaseid")(line, "2000002")


def _lease(**changed: str) -> LeaseStatus:
    row = {"leaseid": "1", "residentmemberid": "2", "hohbit": "TRUE", "leasestatus": "Current", **changed}
    wire = {"siteid": "3", "leaseid": "1", "rows": [row]}
    return mapping.to_lease(wire, Context(now=datetime.now(UTC))).status


def test_notice_and_eviction_stand_beside_a_current_lease() -> None:
    assert _lease() is LeaseStatus.ACTIVE
    assert _lease(noticefordate="2026-05-01") is LeaseStatus.NOTICE
    assert _lease(inevict="Y") is LeaseStatus.EVICTION
    assert _lease(leasestatus="Former", noticefordate="2026-05-01") is LeaseStatus.ENDED
    assert _lease(leasestatus="Zz") is LeaseStatus.UNKNOWN


def test_only_reading_calls_are_made() -> None:
    assert all(isinstance(each, Request) and each.reads for each in CALLS.values())


class Meeting(InProcess):
    """A gateway at which two calls meet, if they are there at the same time."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self.met = 0
        self._both = threading.Barrier(2)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            self._both.wait(timeout=0.3)
            self.met += 1
        except threading.BrokenBarrierError:
            self._both.reset()
        return super().handle_request(request)


@pytest.mark.parametrize(("sites", "met"), [(("2000002", "2000002"), 0), (("2000002", "2000003"), 2)])
def test_a_site_has_one_call_in_flight_and_two_sites_have_two(sites: tuple[str, str], met: int) -> None:
    clock = ManualClock(datetime(2026, 2, 1, 16, 0, tzinfo=UTC))
    simulator = registry.build("realpage", now=clock.now)
    gateway = Meeting(simulator)
    line = open_line(
        CONNECTOR,
        base_url=CONNECTOR.manifest.base_urls["production"],
        credentials=simulator.credentials,
        clock=clock,
        http=outbound.client(transport=gateway),
    )
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda site: client.units(line, site), sites))
    assert all(found)
    assert gateway.met == met
