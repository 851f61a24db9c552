"""Each contract test runs once per registered connector, and once per row of its table that has the verb."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.contract.harness import BORN, Account, open_account
from tests.contract.samples import furnish

from rooftree.connectors import registry
from rooftree.connectors.base import Connector, Gap, Resource
from rooftree.db import Database


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rows(*verbs): run for each row that has all these verbs")
    config.addinivalue_line(
        "markers",
        "needs(what): http, webhooks, signatures, dates, undated, unsigned, published, properties, lists or creates",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    connectors = [registry.load(name) for name in registry.names()]
    for need in metafunc.definition.iter_markers("needs"):
        connectors = [each for each in connectors if _has(each, need.args[0])]
    rows = metafunc.definition.get_closest_marker("rows")
    if rows:
        cases = [(each.name, row.name) for each in connectors for row in each.resources if _offers(row, rows.args)]
        metafunc.parametrize(("pms", "name"), cases, ids=[f"{pms}-{name}" for pms, name in cases])
    elif "pms" in metafunc.fixturenames:
        metafunc.parametrize("pms", [each.name for each in connectors])


def _has(connector: Connector, what: str) -> bool:
    hooks, manifest = connector.webhooks is not None, connector.manifest
    facts = {
        "http": connector.local is None,
        "webhooks": hooks,
        "signatures": hooks and manifest.webhooks_signed,
        "dates": hooks and manifest.webhooks_signed and manifest.webhooks_dated,
        "undated": hooks and not manifest.webhooks_dated,
        "unsigned": hooks and not manifest.webhooks_signed,
        "published": connector.published_keys is not None,
        "properties": any(row.name == "property" and _offers(row, ("list", "get")) for row in connector.resources),
    }
    if what in facts:
        return facts[what]
    return any(_offers(row, (what.removesuffix("s"),)) for row in connector.resources)


def _offers(row: Resource[Any], verbs: tuple[str, ...]) -> bool:
    return all(not isinstance(row.verb(verb), Gap) for verb in verbs)


@pytest.fixture
def account(pms: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Account]:
    """A fresh account with records in it, to change as one likes."""
    if registry.load(pms).local is None:
        yield open_account(pms)
        return
    path = tmp_path / "furnished.db"
    shutil.copy(request.getfixturevalue("furnished")(pms), path)
    database = Database(f"sqlite:///{path}")
    yield open_account(pms, database, now=BORN + timedelta(days=1))
    database.close()


@pytest.fixture(scope="session")
def furnished(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A database in which a PMS inside Rooftree has two of everything, made once per run."""

    @cache
    def path_of(pms: str) -> Path:
        path = tmp_path_factory.mktemp(pms) / "furnished.db"
        shutil.copy(_sqlite_template, path)
        database = Database(f"sqlite:///{path}")
        furnish(open_account(pms, database))
        with database.engine.connect() as conn:
            conn.exec_driver_sql("ROLLBACK")
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return path

    return path_of


@pytest.fixture
def connector(pms: str) -> Connector:
    return registry.load(pms)
