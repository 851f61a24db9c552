"""Opens zeep, an independent SOAP client, on a SOAP simulator served on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
import zeep

from rooftree.simulators import serve


@contextmanager
def opened(app: Any, wsdl: str) -> Iterator[zeep.Client]:
    """A client made from the WSDL at a path of the application."""
    listener = serve._listen(0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    client = zeep.Client(f"{serve._url(listener)}{wsdl}")  # type: ignore[no-untyped-call]
    try:
        yield client
    finally:
        client.transport.session.close()
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
