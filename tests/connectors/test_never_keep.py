"""What is never kept is cut wherever it stands, in whatever holds it."""

from __future__ import annotations

from types import MappingProxyType

from rooftree.connectors.never_keep import cut

PATHS = ("TaxId", "Bank.Account")


def test_a_name_is_cut_at_every_depth_and_however_it_is_written() -> None:
    wire = {"Id": 1, "taxid": "canary", "Owners": [{"TaxID": "canary", "Name": "Ann"}, ("plain", {"TAXID": "canary"})]}
    assert cut(wire, PATHS) == {"Id": 1, "Owners": [{"Name": "Ann"}, ["plain", {}]]}


def test_a_path_is_cut_only_under_its_parent() -> None:
    wire = {"Account": "kept", "Bank": {"Account": "canary", "Name": "First"}}
    assert cut(wire, PATHS) == {"Account": "kept", "Bank": {"Name": "First"}}


def test_a_mapping_of_another_make_is_looked_through_as_well() -> None:
    assert cut({"Owner": MappingProxyType({"TaxId": "canary", "Id": 2})}, PATHS) == {"Owner": {"Id": 2}}


def test_what_is_cut_from_is_left_as_it_was() -> None:
    wire = {"Owner": {"TaxId": "canary"}}
    cut(wire, PATHS)
    assert wire == {"Owner": {"TaxId": "canary"}}
