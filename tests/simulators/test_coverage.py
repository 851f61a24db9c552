"""Each simulator speaks what its contract describes and nothing that the PMS's own document lacks.

What a contract describes and no simulator speaks stands here with its reason, so that none is forgotten: a connector
that begins to call it finds it missing here first.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.contract.harness import Account, open_account
from tests.contract.samples import full
from tests.simulators.schema import document, shared

from rooftree.connectors import entrata
from rooftree.connectors.base import Gap, Write
from rooftree.simulators import registry
from rooftree.simulators.entrata.simulator import METHODS, VERSIONS
from rooftree.simulators.propertyware.simulator import BASE, Propertyware
from rooftree.simulators.wire import Request

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
_ASKED_OF_ITSELF = {"appinfo/getAccessibleServices"}
"""Answered out of the table of methods itself."""
ENTRATA_LEFT = {
    "what getUnitsAvailabilityAndPricing, getPropertyUnits and getFloorPlans say already": "propertyunits/getUnitTypes",
    "what getLeases, getCustomers and getLeaseArTransactions say already": (
        "leases/getLeaseDetails leases/getExpiringLeases customers/searchCustomers leads/getLeadEvents"
    ),
    "a paper is listed and read in Entrata": "leases/getLeaseDocuments",
    "its nested request is not in the document": "leases/updateLease",
    "a tour made there could not be found again, so none is": "properties/getCalendarAvailability",
    "a vendor is made only with bank numbers": "vendors/sendVendors vendors/getVendorPickLists",
    "a vendor's own branches are no record of ours": "vendors/getVendorLocations",
    "no record of ours: inspections, quotes, rent to come, Entrata's own call centre, consents to advertising": (
        "maintenance/getInspections leads/getQuotes leads/generateQuotes leases/sendScheduledCharges "
        "leasingcenter/getCallLogs communications/getMarketingPreferences"
    ),
}
"""Reason -> methods that the contract describes and Rooftree has no use for."""
PROPERTYWARE_LEFT = {
    "our record is made and changed by another call, or says it itself": (
        "GET /buildings/{}/managers GET /leases/{}/contacts GET /leases/{}/workorders GET /workorders/{}/tasks/{} "
        "GET /leases/statuses GET /prospects/statuses GET /contacts/categories POST /workorders/bulk "
        "POST /prospects/bulk"
    ),
    "a comment on a task is shown by no call": "POST /workorders/{}/tasks/{}/comments",
    "deleting takes the history along": "DELETE /workorders/{}",
    "a portfolio is where a building is put, and no record of ours": "POST /portfolios",
    "books beyond charges and payments, inspections, campaigns and late fee rules are no records of ours": (
        "GET /leases/refunds GET /leases/adjustments GET /leases/autocharges GET /leases/journalentries "
        "GET /accounting/glaccounts GET /accounting/generalledger GET /bills POST /bills GET /inspections "
        "GET /inspections/{} GET /prospects/{}/campaign GET /leases/{}/latefeerule"
    ),
}
"""Reason -> calls that the contract describes and Rooftree has no use for; a number stands in each {}."""


def constants(package: object) -> set[str]:
    """Every text that stands in a connector's code."""
    files = Path(package.__path__[0]).glob("*.py")  # type: ignore[attr-defined]
    nodes = itertools.chain.from_iterable(ast.walk(ast.parse(file.read_text())) for file in files)
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def described(name: str, pattern: str) -> list[tuple[str, ...]]:
    """What a contract names by `pattern`; skips where the contracts are absent."""
    path = shared() / "contracts" / name
    if not path.is_file():
        pytest.skip(f"{path} is absent: set ROOFTREE_SHARED to the folder that holds contracts/{name}")
    return re.findall(pattern, path.read_text(), re.M)


def of_entrata() -> dict[str, set[str]]:
    """Method -> versions, as Entrata's own document has them."""
    known: dict[str, set[str]] = {}
    for each in document("entrata.json")["x-methods"]:
        known.setdefault(f"{each['resource']}/{each['method']}", set()).add(each["version"])
    return known


def test_entrata_speaks_only_what_its_document_has_in_that_version() -> None:
    known = of_entrata()
    assert {
        name: VERSIONS.get(name, "r1") for name in METHODS if VERSIONS.get(name, "r1") not in known.get(name, ())
    } == {}


def test_entrata_speaks_each_method_that_the_connector_names() -> None:
    said = constants(entrata)
    named = {name for name in of_entrata() if name in said or name.partition("/")[2] in said}
    assert named - METHODS.keys() == set()
    assert len(named) > 25


def test_each_method_of_entratas_contract_is_spoken_or_left_with_a_reason() -> None:
    names = {f"{service}/{name}" for service, name in described("pms-entrata.md", r"^### (\w+) / (\w+) r\d")}
    left = {name for names in ENTRATA_LEFT.values() for name in names.split()}
    assert names - METHODS.keys() - _ASKED_OF_ITSELF == left


def _blank(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def _spoken(pms: Propertyware, method: str, path: str) -> bool:
    """Whether the simulator knows the call at all: what it does not know gets a page of HTML, or nothing."""
    told = pms.answer(Request(method=method, path=BASE + path.format("1", "1"), headers=_keys(pms)))
    return bool(told.body) and told.headers.get("content-type") != "text/html"


def _keys(pms: Propertyware) -> dict[str, str]:
    return {f"x-propertyware-{name.replace('_', '-')}": value for name, value in pms.credentials.items()}


@pytest.fixture
def pms() -> Propertyware:
    behaviour = registry.build("propertyware", now=lambda: START).behaviour
    assert isinstance(behaviour, Propertyware)
    behaviour.budget = None
    return behaviour


def operations() -> set[tuple[str, str]]:
    """Method and path of each call of Propertyware's API description, {} for a number."""
    paths = document("propertyware-wire.json")["paths"]
    return {(method.upper(), _blank(path)) for path, methods in paths.items() for method in methods}


def alternatives(pattern: str) -> Iterator[str]:
    """The paths that a route's pattern stands for."""
    parts = re.split(r"\(\?:([^)]*)\)", pattern)
    for chosen in itertools.product(*(part.split("|") if odd % 2 else [part] for odd, part in enumerate(parts))):
        yield "".join(chosen).replace(r"(\d+)", "{}").replace(r"\w+", "{}")


def test_propertyware_speaks_only_what_its_api_description_has(pms: Propertyware) -> None:
    spoken = {(method, path) for method, pattern, _run in pms.routes for path in alternatives(pattern)}
    assert spoken - operations() == set()


def test_each_call_of_propertywares_contract_is_spoken_or_left_with_a_reason(pms: Propertyware) -> None:
    calls = described("pms-propertyware.md", r"^- `(GET|POST|PUT|DELETE) ([^`]+)`")
    silent = {f"{method} {_blank(path)}" for method, path in calls if not _spoken(pms, method, _blank(path))}
    words = " ".join(PROPERTYWARE_LEFT.values()).split()
    assert silent == {f"{method} {path}" for method, path in zip(words[::2], words[1::2], strict=True)}


def _exercise(account: Account) -> None:
    """Each verb of each record, so that every call of the connector is made."""
    for row in account.connector.resources:
        for record in [] if isinstance(row.list, Gap) else account.seen(row.name)[:1]:
            account.get(row.name, record.id)
        if isinstance(row.create, Write):
            made = account.write(row.name, "create", full(account, row.name))
            for verb in ("update", "close"):
                if isinstance(row.verb(verb), Write):
                    fixed = {field: getattr(made, field) for field in row.fixed}
                    made = account.write(row.name, verb, replace(full(account, row.name, 1), id=made.id, **fixed), made)


def test_propertyware_is_asked_only_what_its_api_description_has() -> None:
    account = open_account("propertyware")
    _exercise(account)
    asked = {(call.method, re.sub(r"/\d+", "/{}", call.path.removeprefix(BASE))) for call in account.pms.calls}
    assert asked - operations() == set()
    assert len(asked) > 30
    assert {call.status for call in account.pms.calls} <= {200, 201}
