"""Spreadsheets as people send them, and what the report says about what was wrong in them."""

from __future__ import annotations

import pytest

from rooftree.clock import ManualClock
from rooftree.db import Database
from rooftree.embedded.books import Books
from rooftree.embedded.csv_columns import COLUMNS, KINDS, Kind, template
from rooftree.embedded.csv_import import Report, import_csv
from rooftree.errors import InvalidInput
from rooftree.sealed import RootKey


@pytest.fixture
def books(database: Database, root_key: RootKey, clock: ManualClock) -> Books:
    return Books(database, root_key, clock, "con_1")


@pytest.fixture
def house(books: Books) -> Books:
    """Books with one property and its unit 4B."""
    take(books, "properties", "Name,City\nLantern Court,Austin\n")
    take(books, "units", "Property,Unit #\nLantern Court,4B\n")
    return books


def take(books: Books, kind: Kind, text: str | bytes, dry_run: bool = False) -> Report:
    content = text if isinstance(text, bytes) else text.encode()
    return import_csv(kind, content, books, who="test", dry_run=dry_run)


def problems(report: Report) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.problem) for each in report.rejected]


def test_broken_rows_never_stop_good_rows(house: Books) -> None:
    report = take(
        house,
        "residents",
        "Property,apt,Tenant Name,Phone,Lease From\n"
        "Lantern Court,4B,Nora Sample,512-555-0101,1/5/2026\n"
        "Lantern Court,9Z,Luis Muestra,512-555-0102,1/5/2026\n"
        "Nowhere,4B,Mei Beispiel,,\n"
        "Lantern Court,4B,Omar E,12,\n"
        "Lantern Court,4B,Zoë Núñez,,31/31/2026\n"
        "Lantern Court,4B,Nora Sample,512-555-0101,1/5/2026\n"
        "Lantern Court,4B,Ines Exemplo,(512) 555-0103 x7,\n",
    )
    assert (report.created, report.updated) == (2, 0)
    assert problems(report) == [
        (3, "apt", "The property has no unit of this number."),
        (4, "Property", "There is no property of this name."),
        (5, "Phone", "This is no US phone number."),
        (6, "Lease From", "This is no date."),
        (7, "", "The row says the same as row 2."),
    ]
    assert all(each.advice for each in report.rejected)


def test_a_rejected_row_leaves_nothing_behind(house: Books) -> None:
    take(house, "residents", "Property,Unit,Name,Lease Start,Rent\nLantern Court,4B,Nora Sample,1/5/2026,a lot\n")
    assert house.page("resident")[0] == []
    assert house.page("lease")[0] == []


def test_roommates_share_one_lease(house: Books) -> None:
    take(
        house,
        "residents",
        "Property,Unit,Name,Lease Start,Lease End,Rent\n"
        'Lantern Court,4B,"Sample, Nora",1/5/2026,1/4/2027,"$1,450.00"\n'
        "lantern court,4b,Luis Muestra,2026-01-05,,\n",
    )
    (lease,) = house.page("lease")[0]
    residents = house.page("resident")[0]
    assert lease["resident_ids"] == [each["id"] for each in residents]
    assert lease["rent"]["amount"] == "1450.00"
    assert [each["first_name"] for each in residents] == ["Nora", "Luis"]


def test_importing_the_same_file_again_changes_nothing(house: Books) -> None:
    text = "Property,Unit,Name,Phone,Lease Start\nLantern Court,4B,Nora Sample,5125550101,1/5/2026\n"
    take(house, "residents", text)
    before = house.changes()
    report = take(house, "residents", text)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert house.changes() == before


def test_an_empty_cell_changes_nothing_and_a_new_word_does(house: Books) -> None:
    take(house, "properties", "Name,Year Built\nLantern Court,1987\n")
    report = take(house, "properties", "Name,Year Built,City\nLantern Court,,Dallas\n")
    (place,) = house.page("property")[0]
    assert report.updated == 1
    assert (place["year_built"], place["address"]["city"]) == (1987, "Dallas")


def test_a_dry_run_tells_the_same_and_keeps_nothing(books: Books) -> None:
    text = "Name,Year Built\nLantern Court,1987\nHeron Flats,old\n"
    trial = take(books, "properties", text, dry_run=True)
    assert books.page("property")[0] == []
    real = take(books, "properties", text)
    assert (trial.created, trial.rejected) == (real.created, real.rejected)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffProperty Name;City\r\nLantern Court;Montréal\r\n".encode(),
        "Property Name,City\nLantern Court,Montréal\n".encode("cp1252"),
        "Property Name\tCity\nLantern Court\tMontréal\n".encode("utf-16"),
        "sep=;\nProperty Name;City\nLantern Court;Montréal\n".encode(),
        "Property list as of 1/1/2026\n\n PROPERTY  NAME ,City,Favourite colour\nLantern Court,Montréal,red\n".encode(),
    ],
    ids=["bom and semicolons", "windows", "utf-16 tabs", "sep line", "title above"],
)
def test_every_way_of_saving_reads_the_same(books: Books, content: bytes) -> None:
    assert take(books, "properties", content).created == 1
    (place,) = books.page("property")[0]
    assert (place["name"], place["address"]["city"]) == ("Lantern Court", "Montréal")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1/31/2026", "2026-01-31"),
        ("01/31/26", "2026-01-31"),
        ("1-31-2026", "2026-01-31"),
        ("2026-01-31", "2026-01-31"),
        ('"Jan 31, 2026"', "2026-01-31"),
        ("31-Jan-26", "2026-01-31"),
        ("1/31/2026 12:00:00 AM", "2026-01-31"),
        ("46053", "2026-01-31"),
    ],
)
def test_dates_are_read_as_americans_write_them(books: Books, written: str, read: str) -> None:
    take(books, "vendors", f"Vendor,Insurance Exp\nSample Plumbing,{written}\n")
    assert books.page("vendor")[0][0]["insurance_expires_on"] == read


def test_a_vendor_is_read_with_trades_and_phone(books: Books) -> None:
    take(
        books,
        "vendors",
        "Company,Category,Emergency,Cell,E-mail\n"
        "Sample Air,Heating & Air; Plumbing,Yes,512.555.0101 ext 7,a@example.com\n",
    )
    (vendor,) = books.page("vendor")[0]
    assert vendor["trades"] == ["hvac", "plumbing"]
    assert vendor["takes_emergencies"] is True
    assert vendor["phones"] == [{"number": "+15125550101", "kind": "other", "extension": "7"}]


def test_owners_are_tied_to_their_properties(house: Books) -> None:
    take(house, "owners", "Owner Name,Properties\nSample Holdings LLC,Lantern Court\n")
    (owner,), (place,) = house.page("owner")[0], house.page("property")[0]
    assert place["owner_ids"] == [owner["id"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "Save as > CSV"),
        (b"Colour,Size\nred,9\n", "needs a column for property"),
        (b"Unit\n4B\n", "needs a column for property"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(books: Books, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        take(books, "units", content)


def test_a_problem_never_quotes_the_cell(house: Books) -> None:
    report = take(house, "residents", "Property,Unit,Name,Phone\nLantern Court,4B,Nora Sample,078-05-1120-1\n")
    assert "078" not in repr(report)


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_names_every_column_we_read(kind: Kind) -> None:
    assert len(template(kind).split(",")) == len(COLUMNS[kind])
