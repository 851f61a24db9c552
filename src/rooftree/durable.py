"""Steps and workflows that survive a crash: thin words over DBOS.

DBOS keeps its own tables: beside the SQLite database in a file of its own, or in a schema of the PostgreSQL
database. It is imported on first use only. Three things are ours to set (docs/decisions/0002-dbos.md): our own
SQLite engine (its `unixepoch` for SQLite before 3.42, and BEGIN IMMEDIATE once launched), JSON instead of pickle,
and a fixed application version, so that an upgrade resumes what the version before had begun.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from rooftree.db import Database, sqlite_engine

T = TypeVar("T")
_VERSION = "1"
_PATIENCE_SECONDS = 10


class Executor(Protocol):
    """What workflows need: run a workflow once for its id, and keep the result of each step."""

    def launch(self, workflows: dict[str, Callable[[str], None]]) -> None: ...

    def start(self, name: str, workflow_id: str, argument: str) -> None: ...

    def step(self, name: str, run: Callable[..., T], *arguments: Any) -> T: ...

    def close(self) -> None: ...


class Durable:
    """The durable executor of one process. At most one may be launched at a time in a process."""

    def __init__(self, database: Database, *, executor_id: str) -> None:
        self._url = database.url
        self._is_sqlite = database.is_sqlite
        self._executor_id = executor_id
        self._workflows: dict[str, Callable[[str], None]] = {}
        self._engine: Engine | None = None

    def launch(self, workflows: dict[str, Callable[[str], None]]) -> None:
        """Begin work; workflows that a crash left unfinished go on at once, from their last finished step."""
        from dbos import DBOS, DBOSConfig

        logging.getLogger("dbos").setLevel(logging.WARNING)
        config: DBOSConfig = {
            "name": "rooftree",
            "executor_id": self._executor_id,
            "application_version": _VERSION,
            "serializer": _json_serializer(),
            "log_level": "WARNING",
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": 1.0,
        }
        if self._is_sqlite:
            self._engine = sqlite_engine(_beside(self._url))
            self._engine.update_execution_options(sqlite_begin=None)  # its migrations begin by themselves
            config["system_database_engine"] = self._engine
            config["system_database_url"] = _beside(self._url).render_as_string(hide_password=False)
        else:
            url = self._url.set(drivername="postgresql+psycopg")
            config["system_database_url"] = url.render_as_string(hide_password=False)
        DBOS(config=config)
        self._workflows = {name: DBOS.workflow(name=name)(_plain(run)) for name, run in workflows.items()}
        DBOS.launch()
        if self._engine is not None:
            self._engine.update_execution_options(sqlite_begin="IMMEDIATE")

    def start(self, name: str, workflow_id: str, argument: str) -> None:
        """Run a workflow in the background, once for its id however often it is started."""
        from dbos import DBOS, SetWorkflowID

        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._workflows[name], argument)

    def step(self, name: str, run: Callable[..., T], *arguments: Any) -> T:
        """One step of the running workflow: its result is kept, and a repeated run gets that instead.

        It may run twice when the process dies just before the result is kept, so `run` must be safe to repeat.
        """
        from dbos import DBOS

        return DBOS.run_step({"name": name}, run, *arguments)

    def close(self) -> None:
        """Stop, letting running workflows end for a while; what is left goes on at the next launch."""
        from dbos import DBOS

        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_PATIENCE_SECONDS)
        if self._engine is not None:
            self._engine.dispose()


def _plain(run: Callable[[str], None]) -> Callable[[str], None]:
    """A function of its own: DBOS marks what it registers, and a bound method cannot be marked."""

    def workflow(argument: str) -> None:
        run(argument)

    return workflow


def _beside(url: URL) -> URL:
    database = url.database or ":memory:"
    return url if database == ":memory:" else url.set(database=f"{database.removesuffix('.db')}-workflows.db")


def _json_serializer() -> Any:
    from dbos import Serializer

    class Json(Serializer):
        """Workflow inputs and results as JSON: we pass ids, never payloads, and never pickle."""

        def serialize(self, data: Any) -> str:
            return json.dumps(data, default=_error)

        def deserialize(cls, serialized_data: str) -> Any:
            value = json.loads(serialized_data)
            return RuntimeError(value["__error__"]) if isinstance(value, dict) and "__error__" in value else value

        def name(self) -> str:
            return "rooftree-json"

    return Json()


def _error(value: object) -> dict[str, str]:
    if isinstance(value, BaseException):
        return {"__error__": f"{type(value).__name__}: {value}"}
    raise TypeError(f"A workflow may keep JSON values only, not {type(value).__name__}.")
