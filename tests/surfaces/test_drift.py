"""Drift as an operator meets it: an audit asked for, its report to send, the rows behind it, one record set right."""

from __future__ import annotations

import threading
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, TypeVar

from tests.surfaces.office import Office

from rooftree.model.base import Record
from rooftree.model.maintenance import WorkOrder
from rooftree.model.names import name_of
from rooftree.model.portfolio import Unit
from rooftree.store import mirroring
from rooftree.surfaces.cli import reconciling
from rooftree.sync.reconcile import Report, Wanted, reconcile
from rooftree.workflows.upkeep import Upkeep

R = TypeVar("R", bound=Record)
WRONG = "What we wrongly believe (made up)"


def got(office: Office, path: str, **params: Any) -> Any:
    answer = office.browser.get(f"/v1/drift{path}", params=params, headers=office.signed)
    assert answer.status_code == 200, answer.text
    return answer.json()


def posted(office: Office, path: str, **given: Any) -> Any:
    answer = office.browser.post(f"/v1/drift{path}", json=given, headers=office.signed)
    assert answer.status_code == 200, answer.text
    return answer.json()


def corrupted(office: Office, kind: type[R], field: str, many: int = 1) -> list[R]:
    """The first records of a kind, of which the mirror holds a field otherwise than the property system."""
    found, services = office.all(kind)[:many], office.services
    change: dict[str, Any] = {field: WRONG}
    wrong = [replace(each, **change) for each in found]
    where = (office.connection.id, name_of(kind))
    with services.database.write() as conn:
        mirroring.put_page(conn, services.keys, *where, wrong, as_of=office.clock.now(), source="poll")
    office.clock.advance(60)
    return found


def audited(office: Office) -> Report:
    return reconcile(office.services.lines.source(office.connection.id), Wanted())


def test_an_audit_reports_repairs_and_leaves_rows_to_look_at(office: Office) -> None:
    (order,) = corrupted(office, WorkOrder, "title")
    report = posted(office, "/reconcile", connection=office.connection.id, full=True)
    assert (report["fields"], report["repairs"], report["kind"]) == (
        {"work_order.title": 1}, {"mirror_took_it": 1}, "full",
    )  # fmt: skip
    assert office.some(WorkOrder, lambda each: each.id == order.id).title == order.title
    (row,) = got(office, "", repaired=True)["items"]
    assert (row["external_id"], row["field"], WRONG in str(row)) == (order.id, "title", False)
    shown = got(office, f"/{row['id']}")
    assert (shown["ours"], shown["theirs"], shown["done"]) == (
        WRONG, order.title, "The mirror took what the property system says.",
    )  # fmt: skip
    assert [each["id"] for each in got(office, "/reports")["items"]] == [report["id"]]


def test_one_record_of_many_that_are_held_is_set_right_alone(office: Office) -> None:
    unit, other, *_ = corrupted(office, Unit, "number", 5)
    report = posted(office, "/reconcile", connection=office.connection.id, full=True)
    assert (report["repairs"], report["needs_a_person"]) == ({"held": 5}, True)
    row = next(each for each in got(office, "", repaired=False)["items"] if each["external_id"] == unit.id)
    assert posted(office, f"/{row['id']}/repair")["repair"] == "mirror_took_it"
    numbers = {each.id: each.number for each in office.all(Unit)}
    assert (numbers[unit.id], numbers[other.id]) == (unit.number, WRONG)


def test_the_report_in_words_says_the_share_the_worst_fields_and_what_was_spent(office: Office) -> None:
    corrupted(office, WorkOrder, "title")
    report = audited(office)
    told = reconciling.text(report)
    share = f"{100 * (report.checked - 1) / report.checked:.2f} %"
    assert f"{share} of {report.checked} records agreed in every field (every record was looked at)." in told
    assert "work_order.title differed in 1" in told
    assert f"{report.calls} calls to the property system." in told
    assert "owner: not judged. It was never read in full" in told
    assert WRONG not in told


class _Sources(HTMLParser):
    """Everything a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href")]
        self.scripts += tag == "script"


def test_the_page_to_send_needs_nothing_else_and_trusts_no_name(office: Office) -> None:
    corrupted(office, WorkOrder, "title")
    report = audited(office)
    report.name = "<script>alert(1)</script> & Sons"
    page, seen = reconciling.page([report]), _Sources()
    seen.feed(page)
    assert (seen.fetched, seen.scripts) == ([], 0)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sons" in page
    assert reconciling.headline(report) in page
    assert WRONG not in page


def test_another_companys_rows_are_not_there(office: Office) -> None:
    corrupted(office, WorkOrder, "title")
    audited(office)
    answer = office.browser.get("/v1/drift/drift_none", headers=office.signed)
    assert answer.status_code == 404
    answer = office.browser.post("/v1/drift/reconcile", json={"connection": "con_none"}, headers=office.signed)
    assert answer.status_code == 404


def test_the_worker_audits_at_night_by_itself(office: Office) -> None:
    corrupted(office, WorkOrder, "title")
    upkeep = Upkeep(office.services, lambda: None)
    try:
        upkeep()
        office.clock.advance(31.5 * 3_600)
        upkeep()
        for thread in threading.enumerate():  # no sleeping: the audit has a thread of its own
            if thread.name == f"upkeep-audit {office.connection.id}":
                thread.join(timeout=60)
    finally:
        upkeep.close()
    (report,) = got(office, "/reports")["items"]
    assert (report["kind"], report["connection"]) == ("sample", office.connection.id)
    assert report["checked"] > 10
