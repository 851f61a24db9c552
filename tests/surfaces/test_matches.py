"""People kept twice: found, merged by a person, undone; nobody is merged by the program."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.surfaces.office import Office

from rooftree.model.leasing import Resident
from rooftree.store import mirroring, records


def add(office: Office, *people: Resident) -> None:
    """Records that a poll brings."""
    where = (office.connection.id, "resident")
    with office.services.database.write() as conn:
        mirroring.put_page(conn, office.services.keys, *where, people, as_of=office.clock.now(), source="poll")


def kept_twice(office: Office, **other: Any) -> tuple[Resident, Resident]:
    """A resident kept once, and the same one again under another id; those the simulator keeps twice are dismissed."""
    ask(office, "find")
    twice = {pair["name"] for pair in shown(office)}
    for pair in shown(office):
        ask(office, "dismiss", pair["id"])
    one = office.some(Resident, lambda person: bool(person.phones) and person.name not in twice)
    again = replace(one, id="999001", **other)
    add(office, again)
    return one, again


def ask(office: Office, verb: str, id: str = "", **given: Any) -> Any:
    path = f"/v1/matches/{id}/{verb}" if id else f"/v1/matches/{verb}"
    return office.browser.post(path, headers=office.signed, json=given)


def shown(office: Office, state: str = "proposed") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.browser.get(
        "/v1/matches", headers=office.signed, params={"state": state}
    ).json()["items"]
    return found


def behind(office: Office, person: Resident) -> list[str]:
    with office.services.database.read() as conn:
        organization = office.connection.organization_id
        found = records.find_by_phone(conn, office.services.keys, organization, person.phones[0].number)
    return sorted(one.record.id for one in found)


def test_one_person_under_two_ids_is_found_and_nothing_is_merged_by_itself(office: Office) -> None:
    one, again = kept_twice(office)
    assert ask(office, "find").json() == {"found": 1}
    (pair,) = shown(office)
    assert (pair["name"], pair["other_name"], pair["state"]) == (one.name, one.name, "proposed")
    assert "same telephone" in pair["why"]
    assert behind(office, one) == sorted((one.id, again.id))
    assert ask(office, "find").json() == {"found": 0}


def test_a_relative_on_the_same_telephone_is_not_proposed(office: Office) -> None:
    kept_twice(office, first_name="Zebulon")
    assert ask(office, "find").json() == {"found": 0}


def test_a_merge_finds_the_person_once_and_undoing_it_brings_the_other_back(office: Office) -> None:
    one, again = kept_twice(office)
    ask(office, "find")
    (pair,) = shown(office)
    merged = ask(office, "merge", pair["id"], keep=pair["other"]).json()
    assert (merged["state"], merged["kept"]) == ("merged", pair["other"])
    (left,) = behind(office, one)
    with office.services.database.read() as conn:
        assert records.get(conn, office.services.keys, pair["other"]).record.id == left
    assert [each["id"] for each in shown(office, "merged")] == [pair["id"]]
    ask(office, "undo", pair["id"])
    assert behind(office, one) == sorted((one.id, again.id))


def test_two_people_are_dismissed_once_and_for_all(office: Office) -> None:
    kept_twice(office)
    ask(office, "find")
    (pair,) = shown(office)
    ask(office, "dismiss", pair["id"])
    assert ask(office, "find").json() == {"found": 0}
    assert shown(office) == []


def test_a_record_of_neither_cannot_be_kept(office: Office) -> None:
    kept_twice(office)
    ask(office, "find")
    (pair,) = shown(office)
    refused = ask(office, "merge", pair["id"], keep="mir_other")
    assert (refused.status_code, refused.json()["field"]) == (422, "keep")


def test_a_record_merged_away_is_not_merged_again(office: Office) -> None:
    one, _again = kept_twice(office)
    add(office, replace(one, id="999002"))
    assert ask(office, "find").json() == {"found": 3}
    pairs = shown(office)
    assert ask(office, "merge", pairs[0]["id"]).status_code == 200
    gone = pairs[0]["other"]
    (next_pair, *_) = [each for each in pairs[1:] if gone in (each["kept"], each["other"])]
    assert ask(office, "merge", next_pair["id"]).status_code == 422


def test_another_companys_pair_is_not_there(office: Office) -> None:
    assert ask(office, "merge", "mat_other").status_code == 404
