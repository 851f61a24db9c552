"""The webhook doors in a process of their own, to be killed: each line on stdin starts it anew in a fork.

It tells first the path and the database, then for each start the port and the process id, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from rooftree.config import Settings
from rooftree.connectors import registry
from rooftree.store import connections
from rooftree.surfaces import hooks
from rooftree.surfaces.home import local_caller, services

SECRET = "a secret made up for tests"


def main(home: Path) -> None:
    settings = Settings(home=home, log_level="ERROR")
    registry.load("buildium")
    asyncio.run(asyncio.sleep(0))
    with services(settings) as ready:
        caller = local_caller(ready)
        with ready.database.write() as conn:
            made = connections.create(
                conn, ready.keys, organization_id=caller.organization_id, name="Made up", pms="buildium",
                base_url="https://api.buildium.com", credentials={}, now=ready.clock.now(), webhook_secrets=[SECRET],
            )  # fmt: skip
    _say(path=f"/webhooks/pms/{made.webhook_path}", database=str(home / "rooftree.db"))
    for _ in sys.stdin:
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        child = os.fork()
        if not child:
            _serve(settings, listener)
        _say(port=listener.getsockname()[1], pid=child)
        listener.close()
        os.waitpid(child, 0)


def _serve(settings: Settings, listener: socket.socket) -> None:
    signal.alarm(90)  # never left behind by a test that died
    with services(settings) as ready:
        application = Starlette(routes=hooks.routes(ready, lambda: None))
        uvicorn.Server(uvicorn.Config(application, log_level="error", access_log=False)).run(sockets=[listener])
    os._exit(0)


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
