"""The table of docs/sync.md: what the planner makes of 10,000 units, by its arithmetic and nobody's measurement."""

from __future__ import annotations

from datetime import UTC, datetime

from rooftree.connectors import registry
from rooftree.sync import freshness
from rooftree.sync.freshness import Planned, span

BEGIN, END = "<!-- generated:freshness -->", "<!-- /generated -->"
SHOWN = ("buildium", "appfolio", "yardi_voyager", "embedded")
COUNTS = {
    "property": 100,
    "building": 300,
    "floorplan": 400,
    "unit": 10_000,
    "amenity": 1_000,
    "listing": 500,
    "owner": 60,
    "staff": 80,
    "resident": 16_000,
    "lease": 14_000,
    "vendor": 400,
    "charge": 240_000,
    "payment": 200_000,
    "balance": 10_000,
    "work_order": 12_000,
    "appointment": 8_000,
    "lead": 3_000,
    "guest_card": 3_000,
    "showing": 2_000,
    "application": 2_000,
    "applicant": 2_500,
    "note": 20_000,
    "attachment": 15_000,
    "phone_log": 5_000,
}
_NOW = datetime(2026, 1, 15, tzinfo=UTC)


def written(page: str) -> str:
    """`page` with a fresh table between its markers."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{_table()}\n{END}{rest.partition(END)[2]}"


def _table() -> str:
    plans = {name: _plan(name) for name in SHOWN}
    titles = [registry.load(name).manifest.title for name in SHOWN]
    budgets = [f"{freshness.rate(registry.load(name).manifest.budget) * 60:,.0f}" for name in SHOWN]
    records = [name for name in COUNTS if any(name in plan for plan in plans.values())]
    lines = [
        "| record (how many) | target | " + " | ".join(titles) + " |",
        "|---|---|" + "---|" * len(SHOWN),
        "| calls a minute for reading | | " + " | ".join(budgets) + " |",
    ]
    for record in sorted(records, key=lambda name: (freshness.targets("")[name], list(COUNTS).index(name))):
        cells = [_cell(plans[name].get(record)) for name in SHOWN]
        target = span(freshness.targets("")[record])
        lines.append(f"| {record.replace('_', ' ')} ({COUNTS[record]:,}) | {target} | " + " | ".join(cells) + " |")
    misses = [
        f"- {registry.load(name).manifest.title}: {each.why}"
        for name, plan in plans.items()
        for each in plan.values()
        if each.why
    ]
    return "\n".join([*lines, "", *misses])


def _plan(name: str) -> dict[str, Planned]:
    connector = registry.load(name)
    needs = freshness.needs(connector, freshness.targets(""), COUNTS, {}, _NOW)
    return {each.record: each for each in freshness.plan(needs, freshness.rate(connector.manifest.budget))}


def _cell(planned: Planned | None) -> str:
    if planned is None:
        return "-"
    words = f"{span(planned.lag)}, {planned.calls:,} call{'s' if planned.calls > 1 else ''}"
    return words if planned.met else f"**missed**: {words}"
