"""`python -m bench [GROUP ...]` (see GROUPS): measure against peers, print, and write docs/performance.md."""

from __future__ import annotations

import sys

from bench import backfill, budgets, figures, hooks, loop, people, triage

GROUPS = {
    "backfill": backfill.measure,
    "budgets": budgets.measure,
    "one_by_one": budgets.measure_one_by_one,
    "triage": triage.measure,
    "hooks": hooks.measure,
    "loop": loop.measure,
    "people": people.measure,
}


def main(names: list[str]) -> None:
    """Run the named groups, or all; each group's figures replace its earlier ones."""
    if unknown := set(names) - GROUPS.keys():
        raise SystemExit(f"There is no measure {', '.join(sorted(unknown))}. There are: {', '.join(GROUPS)}.")
    for name in names or GROUPS:
        run = figures.run_facts()
        found = GROUPS[name]()
        figures.keep(name, run, found)
        print("\n".join(one.line() for one in found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
