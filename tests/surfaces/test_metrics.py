"""A monitor sees how much waits and how old the mirror is, and nothing about people."""

from __future__ import annotations

from tests.surfaces.office import KEY, Office


def test_counts_follow_what_happened_and_name_nobody(office: Office) -> None:
    office.texted("The kitchen sink is dripping")
    shown = office.browser.get("/metrics", headers={"authorization": f"Bearer {KEY}"})
    assert shown.status_code == 200
    assert 'rooftree_cases{state="finding_vendor"} 1.0' in shown.text
    assert 'rooftree_lag_seconds{connection="' in shown.text
    assert "sink" not in shown.text
    assert "+1" not in shown.text


def test_without_the_key_nothing_is_counted_out(office: Office) -> None:
    assert office.browser.get("/metrics").status_code == 401
