"""What keeps cases moving: takes up what came in, starts due turns and acts, repeats pages, syncs, recovers.

One runner per process; several processes may run against one database. It is woken at once by whatever commits
something in this process, and looks by itself every second for the rest (timers, other processes, what a crash left).
"""

from __future__ import annotations

import threading
from datetime import timedelta

from rooftree import log
from rooftree.acts.services import Services
from rooftree.acts.texts import next_page
from rooftree.durable import Durable, Executor
from rooftree.errors import RooftreeError
from rooftree.redact import mask
from rooftree.store import acts, cases, offers
from rooftree.workflows import inbox
from rooftree.workflows.maintenance import Maintenance
from rooftree.workflows.seat import Seat
from rooftree.workflows.upkeep import Upkeep

_logger = log.get("workflows.runner")
_LATE = timedelta(seconds=15)
_AGAIN_SECONDS = 15
"""A turn that found its case taken is started again after so long, under a new workflow id."""


class Runner:
    """Start it with `start()`, wake it with `wake()`, end it with `close()`; or call `tick()` by hand in tests."""

    def __init__(self, services: Services, chores: tuple[Upkeep, ...] = (), *, durable: Executor | None = None) -> None:
        self.services = services
        self.seat = Seat(services.settings.home, services.settings.worker)
        self.durable = durable or Durable(services.database, executor_id=self.seat.name)
        self.maintenance = Maintenance(services, self.durable, worker=self.seat.name)
        self.chores = chores
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self.durable.launch({"turn": self.maintenance.turn, "act": self.maintenance.act})
        self._thread = threading.Thread(target=self._loop, name="rooftree-runner", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was committed that may be due now."""
        self._wake.set()

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=30)
        self.durable.close()
        for chore in self.chores:
            chore.close()
        self.seat.leave()

    def tick(self) -> None:
        """Everything that is due at this moment, once."""
        inbox.take_in(self.services, self._start_act)
        self._turns()
        self._late_acts()
        self._pages()
        for chore in self.chores:
            chore()

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                self.tick()
            except RooftreeError as error:
                _logger.error("tick failed; tried again", error=mask(str(error)))
            except Exception as error:  # noqa: BLE001 - the loop is what answers a gas leak: it logs and goes on
                _logger.error("tick broke; tried again", error=type(error).__name__)
            self._wake.wait(self.services.pace)
            self._wake.clear()

    def _turns(self) -> None:
        now = self.services.clock.now()
        with self.services.database.read() as conn:
            ready = cases.ready(conn, now)
        for event_id, case_id in ready:
            self.durable.start("turn", f"{event_id}:{int(now.timestamp()) // _AGAIN_SECONDS}", case_id)

    def _start_act(self, act_id: str) -> None:
        self.durable.start("act", act_id, act_id)

    def _late_acts(self) -> None:
        """Acts whose wait is over, and those a crash left behind."""
        now = self.services.clock.now()
        with self.services.database.read() as conn:
            due = acts.due(conn, now, now - _LATE)
        for act_id, attempts in due:
            self.durable.start("act", f"{act_id}:{attempts}:{int(now.timestamp()) // _AGAIN_SECONDS}", act_id)

    def _pages(self) -> None:
        """Pages nobody took in time go to the next person."""
        services = self.services
        with services.database.read() as conn:
            due = offers.pages_due(conn, services.keys, services.clock.now())
            waiting = [(page, cases.load(conn, services.keys, page.case_id)) for page in due]
        for page, case in waiting:
            next_page(services, page.id, case, page)
