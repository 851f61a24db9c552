"""The few proposals every part of the maintenance agent makes: a text, a page, a note of what was told."""

from __future__ import annotations

from dataclasses import replace

from rooftree.agents import words
from rooftree.agents.facts import Facts
from rooftree.model.cases import Case, Proposal


def say(facts: Facts, name: str, why: str, *, reply: bool = False, **more: str) -> Proposal:
    """A text of ours to the resident, filled in from the case's own facts."""
    case, household = facts.case, facts.household
    known = {
        "first": household.first_name if household else "",
        "unit": household.unit_number if household else "",
        "office": facts.office,
        "number": case.work_order_number or case.work_order_id or "",
        "title": case.title,
    }
    text = words.to_resident(name, case.language, **(known | more))
    return Proposal(kind="tell_resident", why=why, details={"text": text, "name": name}, reply=reply)


def once(case: Case, name: str) -> Case:
    """The case with `name` among what the resident was told."""
    return case if name in case.told else replace(case, told=(*case.told, name))


def page(facts: Facts, why: str) -> Proposal:
    """A page of the person on call; it never waits."""
    household = facts.household
    where = f"{household.property_name} unit {household.unit_number}" if household else f"from {facts.case.phone}"
    return Proposal(kind="page_person", why=why, details={"what": f"{why}: {where}"}, safety=True)
