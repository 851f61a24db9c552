"""The "What works" table of a connector's page, written from its table of verbs so that the page cannot lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rooftree.connectors.base import VERBS, Connector, Gap, Resource, Write

BEGIN, END = "<!-- generated:what-works -->", "<!-- /generated -->"
_MARKS = {"not_offered": "not offered", "not_permitted": "not permitted", "not_built": "not built"}
_STATES = (("cannot be held", "omits"), ("can be read, not written", "read_only"), ("is set once", "fixed"))


def what_works(connector: Connector) -> str:
    """Markdown: one row per record, then every gap in verbs and fields with its reason and what one gets instead."""
    head = ["| record | " + " | ".join(VERBS) + " | changes seen by |", "|---|" + "---|" * (len(VERBS) + 1)]
    rows = [_row(resource) for resource in connector.resources]
    verbs = [line for resource in connector.resources for line in _verb_gaps(resource)]
    fields = list(_field_gaps([resource for resource in connector.resources if _is_there(resource)]))
    title = connector.manifest.title
    return "\n".join(
        [
            *head,
            *rows,
            *_section(f"What {title} does not do, and what you get instead", verbs),
            *_section(f"Fields {title} cannot hold or change", fields),
        ]
    )


def written(page: str, connector: Connector) -> str:
    """`page` with what stands between the markers replaced by a fresh table; raises ValueError without markers."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{what_works(connector)}\n{END}{after}"


def _is_there(resource: Resource[Any]) -> bool:
    return any(not isinstance(resource.verb(verb), Gap) for verb in VERBS)


def _row(resource: Resource[Any]) -> str:
    cells = [_cell(resource.verb(verb)) for verb in VERBS]
    seen = {"since": "updated-since filter", "full": "reading all"}[resource.changes_by] if _is_there(resource) else "-"
    return f"| {_words(resource.name)} | " + " | ".join(cells) + f" | {seen} |"


def _cell(verb: object) -> str:
    if isinstance(verb, Gap):
        return _MARKS[verb.kind]
    return "off until turned on" if isinstance(verb, Write) and verb.experimental else "yes"


def _verb_gaps(resource: Resource[Any]) -> Iterator[str]:
    gaps: dict[Gap, list[str]] = {}
    for verb in VERBS:
        if isinstance(found := resource.verb(verb), Gap):
            gaps.setdefault(found, []).append(verb)
    for gap, verbs in gaps.items():
        yield f"- **{_words(resource.name)}: {', '.join(verbs)}.** {_reason(gap)}"


def _field_gaps(resources: Sequence[Resource[Any]]) -> Iterator[str]:
    """A line per reason; a reason that many records share names them all."""
    lines: dict[tuple[str, tuple[str, ...], Gap], list[str]] = {}
    for resource in resources:
        for state, attribute in _STATES:
            gaps: dict[Gap, list[str]] = {}
            for field, gap in getattr(resource, attribute).items():
                gaps.setdefault(gap, []).append(field)
            for gap, names in gaps.items():
                lines.setdefault((state, tuple(names), gap), []).append(_words(resource.name))
    for (state, fields, gap), records in lines.items():
        whose = "every record" if len(records) == len(resources) else ", ".join(records)
        told = ", ".join(f"`{field}`" for field in fields)
        yield f"- **{whose}**: {told} {_agreeing(state, fields)}. {_reason(gap)}"


def _agreeing(state: str, names: Sequence[str]) -> str:
    return state if len(names) == 1 else state.replace("is set", "are set")


def _reason(gap: Gap) -> str:
    return f"{gap.reason} Instead: {gap.instead}" if gap.instead else gap.reason


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"### {title}", "", *lines] if lines else []


def _words(name: str) -> str:
    return name.replace("_", " ")
