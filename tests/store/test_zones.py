from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from tests.store.conftest import NOON

from rooftree.db import Database
from rooftree.errors import InvalidInput
from rooftree.model.base import Address
from rooftree.model.portfolio import Property
from rooftree.store import zones
from rooftree.store.connections import PmsConnection
from rooftree.store.zones import Guess


@pytest.mark.parametrize(
    ("state", "guess"),
    [
        ("CA", Guess(zone="America/Los_Angeles", unsure=False)),
        (" ohio ", Guess(zone="America/New_York", unsure=False)),
        ("TN", Guess(zone="America/Chicago", unsure=True)),
        ("Atlantis", Guess(zone="America/Denver", unsure=True)),
        (None, Guess(zone="America/Denver", unsure=True)),
    ],
)
def test_the_state_suggests_the_zone(state: str | None, guess: Guess) -> None:
    assert zones.guess(Address(state=state), "America/Denver") == guess


def test_every_zone_in_the_data_exists() -> None:
    table = zones._by_state()
    assert len({guess.zone for guess in table.values() if ZoneInfo(guess.zone)}) > 8
    assert len(table) == 2 * 56


def test_a_person_has_the_last_word(database: Database, pms: PmsConnection) -> None:
    place = Property(id="1", name="Elm", address=Address(state="TX"))
    with database.write() as conn:
        assert zones.guess_all(conn, pms.id, [place], pms.time_zone) == {"1": "America/Chicago"}
        zones.confirm(conn, pms.id, "1", "America/Denver", by="Ann", now=NOON)
        assert zones.guess_all(conn, pms.id, [place], pms.time_zone) == {}
        assert zones.unconfirmed(conn, pms.id) == []
        assert zones.load(conn, pms.id).of("1") == ZoneInfo("America/Denver")


def test_an_unknown_property_has_the_zone_of_its_connection(database: Database, pms: PmsConnection) -> None:
    with database.read() as conn:
        assert zones.load(conn, pms.id).of("9") == ZoneInfo(pms.time_zone)


def test_a_name_that_is_no_zone_is_refused(database: Database, pms: PmsConnection) -> None:
    with database.write() as conn, pytest.raises(InvalidInput, match="America/Chicago"):
        zones.confirm(conn, pms.id, "1", "Texas", by="Ann", now=NOON)
