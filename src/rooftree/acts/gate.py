"""The gate: each effect on people, money or a PMS passes here, whoever proposed it.

A proposal is judged by pure rules (`policy.gate`), carried out by the room it belongs to, and kept in the decision
ledger with the rule that decided. Performing an act again is safe: its sends are keyed by the act.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from rooftree import log
from rooftree.acts import records, texts
from rooftree.acts.outcome import Outcome
from rooftree.acts.services import Services
from rooftree.channels import opt_outs
from rooftree.effects import crash
from rooftree.errors import RooftreeError, Unavailable
from rooftree.model.cases import Case
from rooftree.policy.gate import LIVE_FOR, Standing, Verdict, judge, overtaken
from rooftree.policy.hours import quiet_until
from rooftree.redact import mask
from rooftree.store import acts, cases, connections, going_live, zones
from rooftree.store.acts import Act

_logger = log.get("acts.gate")
_ALWAYS_TOLD = frozenset({"create_work_order"})
_BAD = frozenset({"failed", "needs_human", "unsure", "refused"})
_RETRY = timedelta(seconds=30)
_MOST_ATTEMPTS = 3_000

_DO: dict[str, Callable[[Services, Act, Case], Outcome]] = {
    "tell_resident": texts.tell_resident,
    "page_person": texts.page_person,
    "offer_job": texts.offer_job,
    "withdraw_offers": texts.withdraw_offers,
    "confirm_vendor": texts.confirm_vendor,
    "stand_down_vendor": texts.stand_down_vendor,
    "create_work_order": records.create_work_order,
    "change_work_order": records.change_work_order,
    "close_work_order": records.close_work_order,
    "assign_vendor": records.assign_vendor,
    "add_note": records.add_note,
    "refuse_late_answer": texts.refuse_late_answer,
    "hand_to_person": texts.hand_to_person,
}


def perform(services: Services, act_id: str) -> Outcome:
    """Judge an act and carry it out as far as it gets now; what came of it is durable on return.

    Raises Unavailable when our own database cannot store: then nothing was done, or what was done is found again.
    """
    with services.database.read() as conn:
        act = acts.load(conn, services.keys, act_id)
        case = cases.load(conn, services.keys, act.case_id)
        verdict = judge(act.proposal, _standing(conn, services, act, case))
    if act.state not in acts.OPEN:
        return Outcome(state="done", reason="It was over already.")
    started = time.monotonic()
    crash.point("act.judged")
    outcome = _carry_out(services, act, case, verdict)
    crash.point("act.carried_out")
    _keep(services, act, case, outcome, int((time.monotonic() - started) * 1000))
    crash.point("act.kept")
    return outcome


def _carry_out(services: Services, act: Act, case: Case, verdict: Verdict) -> Outcome:
    if verdict.says == "wait":
        return Outcome(state="waiting", reason=verdict.reason, due_at=verdict.until, rule=verdict.rule)
    if verdict.says == "refuse":
        return Outcome(state="refused", reason=verdict.reason, rule=verdict.rule)
    try:
        return _DO[act.proposal.kind](services, act, case)
    except Unavailable:
        raise
    except RooftreeError as error:
        _logger.warning("act failed", act=act.id, kind=act.proposal.kind, error=type(error).__name__)
        return _failed(services, act, mask(str(error)))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the loop; the act's row says so
        _logger.error("act broke", act=act.id, kind=act.proposal.kind, error=type(error).__name__)
        return _failed(services, act, f"The assistant has a fault here ({type(error).__name__}).")


def _failed(services: Services, act: Act, reason: str) -> Outcome:
    """A failure before anything was sent: tried again for a day, then a person must look."""
    if act.attempts >= _MOST_ATTEMPTS or services.clock.now() - act.planned_at > timedelta(days=1):
        return Outcome(state="failed", reason=reason)
    return Outcome(state="waiting", reason=reason, due_at=services.clock.now() + _RETRY * services.pace)


def _keep(services: Services, act: Act, case: Case, outcome: Outcome, took_ms: int) -> None:
    now = services.clock.now()
    result = {"reason": outcome.reason, **outcome.facts}
    with services.database.write() as conn:
        changed = acts.finish(
            conn, services.keys, act, outcome.state, result, now, due_at=outcome.due_at, took_ms=took_ms
        )
        if not changed:
            return
        if outcome.state != "waiting" or act.attempts == 0:
            acts.record_decision(
                conn, services.keys, act, case.organization, outcome.state, outcome.rule, outcome.reason, now
            )
        if _case_must_know(act, outcome):
            details = {"act": act.proposal.kind, "act_id": act.id, "outcome": outcome.state, "rule": outcome.rule}
            name = {"name": act.proposal.details.get("name", ""), "safety": act.proposal.safety}
            cases.add_event(conn, services.keys, case.id, "act_finished", {**result, **name, **details}, now)


def _case_must_know(act: Act, outcome: Outcome) -> bool:
    if outcome.state == "waiting":
        return act.proposal.kind in _ALWAYS_TOLD and act.attempts == 0
    return outcome.state in _BAD or act.proposal.kind in _ALWAYS_TOLD


def _standing(conn: Connection, services: Services, act: Act, case: Case) -> Standing:
    connection = connections.get(conn, case.connection)
    zone = zones.of_property(conn, case.connection, case.property_id)
    policy, now = services.policy, services.clock.now()
    live = going_live.since(conn, connection, case.property_id, LIVE_FOR.get(act.proposal.kind, ""))
    return Standing(
        live=live is not None,
        older=live is not None and case.opened_at < live and not case.handed_over,
        not_ours=case.not_ours and not case.handed_over,
        writes_enabled=connection.writes_enabled,
        opted_out=opt_outs.is_out(conn, services.keys, case.organization, case.phone),
        quiet_until=quiet_until(now, zone, policy.quiet_from, policy.quiet_to),
        emergency=case.is_emergency,
        pms_tells_vendors=connection.who_notifies_vendors == "pms",
        overtaken=overtaken(act.proposal, case),
    )
