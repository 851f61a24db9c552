"""The manifest and the table of verbs say what they must, and nothing that is not so."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, get_args

import pytest
from tests.contract.samples import fields_of

from rooftree.connectors import levels
from rooftree.connectors.base import VERBS, Connector, Gap, Write
from rooftree.connectors.gap import GapKind
from rooftree.model.names import RECORDS
from rooftree.simulators import registry as simulators

OUTSIDE = {"message"}
"""Rooftree's own record: no PMS holds it, it is logged there as a note."""


def _gaps(connector: Connector) -> list[tuple[str, Gap]]:
    verbs = [(f"{row.name}.{verb}", row.verb(verb)) for row in connector.resources for verb in VERBS]
    fields = [
        (f"{row.name}.{field}", gap)
        for row in connector.resources
        for declared in (row.omits, row.read_only, row.fixed)
        for field, gap in declared.items()
    ]
    return [(where, found) for where, found in [*verbs, *fields] if isinstance(found, Gap)]


WORDS_OF_THEIRS = {"realpage": ("OneSite", "method")}
"""Words beside the title that a PMS's limits are told by."""
NEEDED = ("work_order", "guest_card", "lead", "showing", "note", "vendor")
"""What somebody who answers residents and prospects cannot do without: where it is missing, something stands in."""


def _verbs(connector: Connector) -> list[Gap | None]:
    """Each verb's gap, None where it is built."""
    found = (row.verb(verb) for row in connector.resources for verb in VERBS)
    return [each if isinstance(each, Gap) else None for each in found]


def _gaps_of_verbs(connector: Connector) -> list[tuple[str, str, Gap]]:
    found = [(row.name, verb, row.verb(verb)) for row in connector.resources for verb in VERBS]
    return [(name, verb, gap) for name, verb, gap in found if isinstance(gap, Gap)]


def test_what_a_pms_does_not_offer_is_said_of_that_pms(connector: Connector) -> None:
    """A reason that names nobody ("cannot be deleted") is no fact that anybody could look up."""
    manifest = connector.manifest
    if manifest.native:
        return
    words = (*manifest.title.split(), *WORDS_OF_THEIRS.get(manifest.name, ()))
    gaps = {gap.reason for _name, _verb, gap in _gaps_of_verbs(connector) if gap.kind == "not_offered"}
    assert [reason for reason in gaps if not any(word in reason for word in words)] == []


def test_nothing_that_a_contract_describes_is_left_unbuilt(connector: Connector) -> None:
    """Of a connector of which something is built; one just begun says `not_built` of everything."""
    if all(gap and gap.kind == "not_built" for gap in _verbs(connector)):
        return
    assert [where for where, gap in _gaps(connector) if gap.kind == "not_built"] == []


def test_what_users_need_has_something_in_its_place(connector: Connector) -> None:
    gaps = _gaps_of_verbs(connector)
    lasting = [(name, verb, gap) for name, verb, gap in gaps if gap.kind != "not_built"]
    assert [f"{name}.{verb}" for name, verb, gap in lasting if name in NEEDED and not gap.instead] == []


def test_where_no_vendor_can_be_sent_it_is_said_how_one_is(connector: Connector) -> None:
    row = connector.resource(RECORDS["work_order"])
    assert row is not None
    gaps = [declared[field] for declared in (row.omits, row.read_only) for field in declared if field == "vendor_id"]
    assert [gap.reason for gap in gaps if not gap.instead] == []


def test_the_manifest_is_filled_in(connector: Connector) -> None:
    manifest = connector.manifest
    assert manifest.title
    assert manifest.wire
    assert manifest.native or manifest.base_urls
    assert manifest.native or all(url.startswith("https://") for url in manifest.base_urls.values())
    assert min(manifest.budget.calls, manifest.budget.seconds, manifest.budget.concurrent, manifest.page_size) > 0
    assert min(manifest.read_timeout, manifest.write_timeout) > 0
    assert min(manifest.read_lag, manifest.late_commit, manifest.overlap) >= 0


def test_what_its_simulator_prints_is_what_connect_takes(connector: Connector) -> None:
    if connector.name not in simulators.NAMES:
        return
    known = {credential.name for credential in connector.manifest.credentials}
    assert set(simulators.build(connector.name).credentials) - known == set()


def test_a_user_is_told_what_each_credential_is_and_where_to_find_it(connector: Connector) -> None:
    for credential in connector.manifest.credentials:
        assert credential.label
        assert credential.help
    assert connector.manifest.native or (connector.manifest.credentials and connector.manifest.key_help)


def test_every_record_type_has_one_row(connector: Connector) -> None:
    names = [row.name for row in connector.resources]
    assert len(names) == len(set(names))
    assert set(names) | OUTSIDE == set(RECORDS) | OUTSIDE


def test_each_verb_is_a_callable_or_a_gap(connector: Connector) -> None:
    for row in connector.resources:
        for verb in ("list", "get"):
            assert isinstance(row.verb(verb), Gap) or callable(row.verb(verb)), f"{row.name}.{verb}"
        for verb in ("create", "update", "close"):
            assert isinstance(row.verb(verb), Gap | Write), f"{row.name}.{verb}"


def test_each_gap_has_a_kind_and_a_reason_a_person_can_read(connector: Connector) -> None:
    for where, gap in _gaps(connector):
        assert gap.kind in get_args(GapKind), where
        assert len(gap.reason.split()) >= 3, f"{where}: {gap.reason!r}"
        assert gap.reason.rstrip().endswith((".", "!", "?")), f"{where}: {gap.reason!r}"
        assert not gap.instead or gap.instead.endswith("."), f"{where}: {gap.instead!r}"


def test_declared_fields_are_real_and_declared_once(connector: Connector) -> None:
    for row in connector.resources:
        declared = [*row.omits, *row.read_only, *row.fixed]
        assert set(declared) <= {field.name for field in dataclasses.fields(row.record)}, row.name
        assert len(declared) == len(set(declared)), f"{row.name} declares a field twice"


def test_a_marker_goes_into_a_field_that_can_be_written(connector: Connector) -> None:
    for row in connector.resources:
        for verb in ("create", "update", "close"):
            write = row.verb(verb)
            if isinstance(write, Write) and write.marker_field:
                assert write.marker_field in fields_of(row.record), f"{row.name}.{verb}"


def _parameters(function: Any) -> int:
    return len(inspect.signature(function).parameters)


def test_each_verb_takes_what_the_contract_hands_it(connector: Connector) -> None:
    for row in connector.resources:
        assert _parameters(row.read) == 2, f"{row.name}.read"
        for verb, count in (("list", 3), ("get", 2)):
            assert isinstance(row.verb(verb), Gap) or _parameters(row.verb(verb)) == count, f"{row.name}.{verb}"
        for verb in ("create", "update", "close"):
            write = row.verb(verb)
            assert isinstance(write, Gap) or _parameters(write.step) == 3, f"{row.name}.{verb}"


def test_a_parent_is_a_record_that_can_be_listed(connector: Connector) -> None:
    for row in connector.resources:
        if row.parent:
            parent = connector.resource(RECORDS[row.parent])
            assert parent is not None, row.name
            assert not isinstance(parent.list, Gap), row.name


def test_the_level_is_what_the_verbs_add_up_to(connector: Connector) -> None:
    told = levels.describe(connector)
    orders = told["verbs"].get("work_order", {})
    assert told["level"] <= 3 or connector.manifest.native
    if told["level"] >= 3:
        assert all(orders[verb] for verb in ("list", "create", "update", "close"))
    assert {(gap["record"], gap["verb"]) for gap in told["gaps"]} == {
        (row.name, verb) for row in connector.resources for verb in VERBS if isinstance(row.verb(verb), Gap)
    }


def test_a_connector_cannot_be_changed_by_who_holds_it(connector: Connector) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        connector.manifest.name = "another"  # type: ignore[misc]
