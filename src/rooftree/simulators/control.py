"""The simulator's own door for other processes, on loopback only and no part of any PMS's wire.

POST /_simulator/faults {"kind","method","path","times","after","seconds"} arms a fault; DELETE clears all.
GET /_simulator/truth/{collection}; GET /_simulator/calls; POST /_simulator/advance {"seconds"}.
POST /_simulator/enter {"place","fields"}; POST /_simulator/edit {"collection","id","fields"};
POST /_simulator/remove {"collection","id"}: staff at work.
POST /_simulator/subscribe {"url","secret"}: what an administrator sets up in the PMS's pages.
A simulator may add its own (`Simulator.controls`): Twilio's phones are driven so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from rooftree.simulators.wire import Request, Response, json_response

if TYPE_CHECKING:
    from rooftree.simulators.kit import Simulator

PREFIX = "/_simulator/"
_LOOPBACK = ("", "127.0.0.1", "::1", "testclient")
Action: TypeAlias = Callable[["Simulator", dict[str, Any], str], Any]
"""What a control request does with its JSON body and the rest of its path."""


def answer(simulator: Simulator, request: Request) -> Response:
    """Do what the control request asks; 404 for a stranger or an unknown collection, 400 for what cannot be read."""
    if request.client not in _LOOPBACK:
        return json_response({"error": "the simulator's control answers on loopback only"}, 404)
    name, _, rest = request.path.removeprefix(PREFIX).partition("/")
    wanted = (request.method, name)
    action = ORDERS.get(wanted) or simulator.controls.get(wanted)
    if action is None:
        return json_response({"error": f"no such control: {request.method} {request.path}"}, 404)
    try:
        body = json.loads(request.body) if request.body else {}
        return json_response(action(simulator, body, rest))
    except KeyError as missing:
        return json_response({"error": f"not found: {missing}"}, 404)
    except (TypeError, ValueError, NotImplementedError) as problem:
        return json_response({"error": str(problem)}, 400)


def _arm(simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
    return asdict(simulator.faults.arm(**body))


def _clear(simulator: Simulator, _body: dict[str, Any], _rest: str) -> Any:
    simulator.faults.clear()
    return {"armed": []}


def _truth(simulator: Simulator, _body: dict[str, Any], collection: str) -> Any:
    return simulator.truth(collection)


def _calls(simulator: Simulator, _body: dict[str, Any], _rest: str) -> Any:
    return [{**asdict(call), "at": call.at.isoformat()} for call in simulator.calls]


def _advance(simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
    simulator.advance(float(body["seconds"]))
    return {"now": simulator.now().isoformat()}


def _edit(simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
    return simulator.edit(body["collection"], int(body["id"]), **body["fields"])


def _enter(simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
    return simulator.enter(body["place"], body["fields"])


def _remove(simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
    simulator.remove(body["collection"], int(body["id"]))
    return {"removed": body["id"]}


def _subscribe(simulator: Simulator, body: dict[str, Any], _rest: str) -> Any:
    return {"url": simulator.subscribe(body["url"], body["secret"]).url}


ORDERS: dict[tuple[str, str], Action] = {
    ("POST", "faults"): _arm,
    ("DELETE", "faults"): _clear,
    ("GET", "truth"): _truth,
    ("GET", "calls"): _calls,
    ("POST", "advance"): _advance,
    ("POST", "edit"): _edit,
    ("POST", "enter"): _enter,
    ("POST", "remove"): _remove,
    ("POST", "subscribe"): _subscribe,
}
