"""The machine against a server that loses, delays, doubles and garbles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.effects.toy import LATE, ToyServer, until_quiet

from rooftree.clock import ManualClock
from rooftree.effects.ledger import Ledger
from rooftree.effects.machine import perform, recover, settle_now
from rooftree.effects.states import Bounds, Effect, Fenced, Intent, Kind, State, Way
from rooftree.effects.sweep import sweep
from rooftree.errors import InvalidInput, Refused

BOUNDS = Bounds(read_lag=5, late_commit=60, send_timeout=30)
DAY = 86_400.0


def intent(clock: ManualClock, op_key: str = "op-1", **facts: object) -> Intent:
    defaults: dict[str, object] = {
        "organization_id": "org", "connection_id": "con", "target": "work_order", "label": "create",
        "natural_key": "unit 12 kitchen leak", "body": b"leak #rt-1", "marker": "#rt-1", "since": clock.now(),
    }  # fmt: skip
    return Intent(op_key=op_key, **(defaults | facts))  # type: ignore[arg-type]


def way(toy: ToyServer, **callables: Callable[..., object]) -> Way:
    defaults: dict[str, Callable[..., object]] = {
        "send": lambda: toy.create("leak #rt-1"),
        "find": lambda _since: toy.search("#rt-1"),
    }
    return Way(**(defaults | callables))  # type: ignore[arg-type]


def run(ledger: Ledger, toy: ToyServer, clock: ManualClock, **facts: object) -> Effect:
    wanted = intent(clock, **facts)  # type: ignore[arg-type]
    return settle_now(lambda: perform(ledger, wanted, way(toy), BOUNDS, clock), clock)


@pytest.mark.parametrize(
    "fate", ["fine", "lost_before", "lost_after", "late", "garbled", "throttled", "bug", "conflict"]
)
def test_whatever_happens_to_the_call_there_is_exactly_one_row(ledger: Ledger, clock: ManualClock, fate: str) -> None:
    toy = ToyServer(clock, fate, read_lag=4)
    effect = run(ledger, toy, clock)
    assert effect.state is State.CONFIRMED
    assert [row.id for row in toy.rows] == [effect.external_id]


def test_a_call_that_was_lost_is_sent_again_only_after_three_empty_searches(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "lost_before")
    start = clock.now()
    effect = run(ledger, toy, clock)
    assert effect.sends == 2
    assert toy.searches == 4  # one early look that proves nothing, three that do
    assert clock.now() - start > timedelta(seconds=BOUNDS.settle)


def test_a_row_that_shows_early_is_adopted_without_waiting_for_the_late_commit(
    ledger: Ledger, clock: ManualClock
) -> None:
    toy = ToyServer(clock, "lost_after")
    start = clock.now()
    assert run(ledger, toy, clock).sends == 1
    assert clock.now() - start <= timedelta(seconds=BOUNDS.read_lag + BOUNDS.margin)


def test_a_commit_as_late_as_declared_is_still_one_row(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "late")
    effect = run(ledger, toy, clock)
    assert BOUNDS.late_commit > LATE
    assert (effect.sends, len(toy.rows)) == (1, 1)


def test_a_refusal_is_final_and_not_sent_again(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "refused")
    assert run(ledger, toy, clock).state is State.REJECTED
    assert run(ledger, toy, clock).reason == "no such unit"
    assert toy.calls == 1


def test_a_refusal_of_a_repeated_send_goes_to_a_human(ledger: Ledger, clock: ManualClock) -> None:
    effect = run(ledger, ToyServer(clock, "lost_before", "refused"), clock)
    assert effect.state is State.NEEDS_HUMAN


def test_being_throttled_does_not_use_up_a_send(ledger: Ledger, clock: ManualClock) -> None:
    effect = run(ledger, ToyServer(clock, *["throttled"] * 5), clock)
    assert (effect.state, effect.sends) == (State.CONFIRMED, 1)


def test_what_is_never_seen_goes_to_a_human_after_three_sends(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, *["lost_before"] * 9)
    effect = run(ledger, toy, clock)
    assert (effect.state, toy.calls) == (State.NEEDS_HUMAN, 3)


def test_two_rows_found_are_both_recorded_and_the_second_is_taken_back(ledger: Ledger, clock: ManualClock) -> None:
    toy, cancelled = ToyServer(clock, "twice_unheard"), list[str]()
    wanted = intent(clock)
    effect = settle_now(lambda: perform(ledger, wanted, way(toy, cancel=cancelled.append), BOUNDS, clock), clock)
    assert (effect.state, effect.external_id, cancelled) == (State.NEEDS_HUMAN, "1", ["2"])
    assert [row["cancelled"] for row in ledger.incidents_of("op-1")] == [True]


def test_something_similar_without_our_marker_goes_to_a_human(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "similar")
    effect = run(ledger, toy, clock)
    assert (effect.state, toy.calls) == (State.NEEDS_HUMAN, 1)


def test_while_the_server_cannot_be_read_nothing_is_sent_again(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "lost_after")
    toy.down = True
    wanted = intent(clock)
    until_quiet(lambda: perform(ledger, wanted, way(toy), BOUNDS, clock), clock, 3_600)
    assert (ledger.get("op-1").state, toy.calls) == (State.UNKNOWN, 1)
    toy.down = False
    assert run(ledger, toy, clock).external_id == "1"


def test_a_server_that_stays_unreadable_for_a_day_goes_to_a_human(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "lost_after")
    toy.down = True
    assert run(ledger, toy, clock).state is State.NEEDS_HUMAN


def test_asking_again_under_the_same_key_sends_nothing(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock)
    assert run(ledger, toy, clock) == run(ledger, toy, clock)
    assert toy.calls == 1


def test_one_key_for_two_bodies_is_an_error_of_the_caller(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock)
    run(ledger, toy, clock)
    with pytest.raises(InvalidInput):
        run(ledger, toy, clock, body=b"another leak")


def test_a_second_write_about_the_same_thing_waits_for_the_first(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "late")
    first, second = intent(clock), intent(clock, "op-2")
    perform(ledger, first, way(toy), BOUNDS, clock)
    clock.advance(BOUNDS.lease)
    waiting = perform(ledger, second, way(toy), BOUNDS, clock)
    assert (waiting.state, toy.calls) == (State.PREPARED, 1)
    assert waiting.due_at is not None


def test_the_kill_switch_stops_a_write_before_it_is_sent(ledger: Ledger, clock: ManualClock) -> None:
    def off() -> None:
        raise Refused("Writes are off.")

    toy = ToyServer(clock)
    effect = perform(ledger, intent(clock), way(toy, allowed=off), BOUNDS, clock)
    assert (effect.state, effect.reason, toy.calls) == (State.REJECTED, "Writes are off.", 0)


class Died(BaseException):
    """Stands for a process that ends in the middle of a call."""


def test_a_death_while_sending_is_recovered_without_a_second_row(ledger: Ledger, clock: ManualClock) -> None:
    toy, wanted = ToyServer(clock), intent(clock)

    def send_and_die() -> str:
        toy.create("leak #rt-1")
        raise Died

    with pytest.raises(Died):
        perform(ledger, wanted, way(toy, send=send_and_die), BOUNDS, clock)
    until_quiet(
        lambda: recover(ledger, lambda _effect: perform(ledger, wanted, way(toy), BOUNDS, clock), clock), clock, 600
    )
    assert (ledger.get("op-1").state, ledger.get("op-1").external_id, toy.calls) == (State.CONFIRMED, "1", 1)


def test_a_living_worker_is_not_disturbed_by_recovery(ledger: Ledger, clock: ManualClock) -> None:
    toy, wanted, met = ToyServer(clock), intent(clock), list[Effect]()

    def send_slowly() -> str | None:
        clock.advance(BOUNDS.send_timeout)
        met.extend(recover(ledger, lambda effect: effect, clock))
        met.append(perform(ledger, wanted, way(toy), BOUNDS, clock))
        return toy.create("leak #rt-1")

    assert perform(ledger, wanted, way(toy, send=send_slowly), BOUNDS, clock).state is State.CONFIRMED
    assert [effect.state for effect in met] == [State.SENT]
    assert toy.calls == 1


def test_a_worker_overtaken_before_sending_sends_nothing(ledger: Ledger, clock: ManualClock) -> None:
    toy, wanted = ToyServer(clock), intent(clock)

    def pause() -> None:
        clock.advance(BOUNDS.lease + 1)
        perform(ledger, wanted, way(toy), BOUNDS, clock)

    with pytest.raises(Fenced):
        perform(ledger, wanted, way(toy, allowed=pause), BOUNDS, clock)
    assert toy.calls == 1


def test_a_duplicate_delivered_behind_our_back_is_found_by_the_sweep(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "twice")
    assert run(ledger, toy, clock).external_id == "2"
    clock.advance(601)
    (found,) = sweep(ledger, lambda _effect: way(toy), clock)
    assert found.state is State.NEEDS_HUMAN
    assert [row["external_id"] for row in ledger.incidents_of("op-1")] == ["1"]


def test_a_commit_later_than_declared_is_an_incident_within_the_day(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "much_too_late")
    run(ledger, toy, clock)
    until_quiet(lambda: sweep(ledger, lambda _effect: way(toy), clock), clock, DAY + 10, every=300)
    assert [row["kind"] for row in ledger.incidents_of("op-1")] == ["row too many"]
    assert ledger.get("op-1").sweep_at is None


def test_a_sweep_that_cannot_search_is_repeated(ledger: Ledger, clock: ManualClock) -> None:
    toy = ToyServer(clock, "twice")
    run(ledger, toy, clock)
    toy.down = True
    until_quiet(lambda: sweep(ledger, lambda _effect: way(toy), clock), clock, DAY + 10, every=300)
    toy.down = False
    clock.advance(601)
    assert len(sweep(ledger, lambda _effect: way(toy), clock)) == 1


@pytest.mark.parametrize(
    ("kind", "calls", "state"),
    [(Kind.TEXT_AT_LEAST_ONCE, 2, State.CONFIRMED), (Kind.TEXT_AT_MOST_ONCE, 1, State.NEEDS_HUMAN)],
)
def test_a_message_without_read_back_follows_its_kind(
    ledger: Ledger, clock: ManualClock, kind: Kind, calls: int, state: State
) -> None:
    toy, wanted = ToyServer(clock, "lost_before"), intent(clock, kind=kind, marker="")
    effect = settle_now(lambda: perform(ledger, wanted, Way(send=way(toy).send), BOUNDS, clock), clock)
    assert (effect.state, toy.calls) == (state, calls)
    assert effect.is_over


def test_a_message_found_at_the_carrier_is_not_sent_again(ledger: Ledger, clock: ManualClock) -> None:
    effect = run(ledger, toy := ToyServer(clock, "lost_after"), clock, kind=Kind.TEXT_AT_MOST_ONCE)
    assert (effect.state, toy.calls) == (State.CONFIRMED, 1)
