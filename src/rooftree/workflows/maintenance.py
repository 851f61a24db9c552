"""The turns of a maintenance case: decide on what happened, then perform what was decided.

A decision (the case as it stands now, its acts, its timers) is one transaction with the event it answers, so a crash
leaves either nothing or all of it. Acts are performed after that, each keyed by its own id.
"""

from __future__ import annotations

import threading
from dataclasses import replace

from rooftree import log
from rooftree.acts import gate
from rooftree.acts.services import Services
from rooftree.agents.facts import Decision, Facts
from rooftree.agents.maintenance import decide
from rooftree.agents.say import page
from rooftree.durable import Executor
from rooftree.effects import crash
from rooftree.model.cases import Case, CaseEvent, CaseState, Proposal
from rooftree.store import acts, cases
from rooftree.workflows.facts import gather

_logger = log.get("workflows.maintenance")
_MOST_TURNS = 50


class Maintenance:
    """The workflow `turn`: everything that is due for one case, one thing after another."""

    def __init__(self, services: Services, durable: Executor, *, worker: str) -> None:
        self.services = services
        self.durable = durable
        self._worker = worker
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def turn(self, case_id: str) -> None:
        """Do what is due for a case, unless another worker is at it; safe to run again after a crash."""
        if not self._claim(case_id):
            return
        try:
            for _ in range(_MOST_TURNS):
                todo = self.durable.step("decide", self._decide_next, case_id)
                if todo is None:
                    return
                for act_id in todo:
                    self.durable.step("perform", self._perform, act_id)
        finally:
            self._release(case_id)

    def act(self, act_id: str) -> None:
        """The workflow `act`: one act by itself (a safety text on receipt, or a wait that is over)."""
        self.durable.step("perform", self._perform, act_id)

    def _perform(self, act_id: str) -> str:
        return gate.perform(self.services, act_id).state

    def _decide_next(self, case_id: str) -> list[str] | None:
        """Decide on the case's next due event; the ids of the acts to perform, None when nothing is due."""
        services = self.services
        with services.database.write() as conn:
            due = cases.next_due(conn, services.keys, case_id, services.clock.now())
            if due is None:
                return None
            case = cases.load(conn, services.keys, case_id)
            facts = gather(conn, services, case, due)
            decision = _decided(facts, due)
            now = services.clock.now()
            cases.save(conn, services.keys, settled(facts, decision))
            for name, due_at in decision.timers.items():
                cases.set_timer(conn, services.keys, case_id, name, due_at, now)
            acts.plan(conn, services.keys, case_id, due.id, decision.proposals, now)
            cases.handled(conn, services.keys, due.id, decision.remark or "Nothing to do.", now)
            todo = acts.open_of_event(conn, due.id)
            crash.point("turn.deciding")
        crash.point("turn.decided")
        return todo

    def _claim(self, case_id: str) -> bool:
        """Among the threads of this process by a set, among processes by a lease in the database.

        The lease is in this worker's name, so that after a restart it goes on where it was cut off.
        """
        with self._lock:
            if case_id in self._busy:
                return False
            self._busy.add(case_id)
        with self.services.database.write() as conn:
            claimed = cases.claim(conn, case_id, self._worker, self.services.clock.now())
        if not claimed:
            self._busy.discard(case_id)
        return claimed

    def _release(self, case_id: str) -> None:
        with self.services.database.write() as conn:
            cases.release(conn, case_id, self._worker)
        self._busy.discard(case_id)


def _decided(facts: Facts, event: CaseEvent) -> Decision:
    """The agent's decision; where the agent has a fault, a person takes the case, so that it never stands still."""
    try:
        return decide(facts, event)
    except Exception as error:  # noqa: BLE001 - kept as the event's remark, and a page goes out
        _logger.error("the agent failed", case=facts.case.id, about=event.kind, error=type(error).__name__)
        why = f"The assistant has a fault ({type(error).__name__}) and cannot go on with this case."
        hand = Proposal(kind="hand_to_person", why=why)
        return Decision(
            case=replace(facts.case, state=CaseState.WITH_PERSON), proposals=(page(facts, why), hand), remark=why
        )


def settled(facts: Facts, decision: Decision) -> Case:
    """The decided case, with the household it was found to belong to."""
    case = replace(decision.case, updated_at=facts.now)
    household = facts.household
    if household is None or case.resident_id or case.state is CaseState.NEEDS_IDENTITY:
        return case
    return replace(
        case,
        resident_id=household.resident_id,
        unit_id=household.unit_id,
        property_id=household.property_id,
    )
