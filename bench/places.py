"""Where things run: simulators and servers in processes of their own on core 1 or 0, as far as there are cores."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PROGRAM_CORE, OTHER_CORE = 0, 1


def pin(core: int) -> None:
    """Keep this process, and the threads it starts, on one core."""
    if hasattr(os, "sched_setaffinity") and core in range(os.cpu_count() or 1):
        os.sched_setaffinity(0, {core})


@contextmanager
def process(core: int, module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run `python -m module` on a core; what its first line of output says, as JSON. Ended on leaving."""
    running = subprocess.Popen([sys.executable, "-m", module, str(core), *arguments], stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        yield json.loads(running.stdout.readline())
    finally:
        running.terminate()
        running.wait(timeout=20)


@contextmanager
def simulator(name: str, **options: Any) -> Iterator[dict[str, Any]]:
    """A simulator on loopback: its `base_url` and `credentials`."""
    with process(OTHER_CORE, "bench.places", name, json.dumps(options)) as told:
        yield told


def _serve(core: str, name: str, options: str) -> None:
    from rooftree.simulators import registry, serve

    pin(int(core))
    serve.run(registry.build(name, **json.loads(options)))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
