"""REST: every operation of the registry under /v1, described by OpenAPI 3.1."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rooftree.acts.services import Services
from rooftree.errors import InvalidInput, RooftreeError
from rooftree.operations.registry import Caller, Operation, all_operations, validated
from rooftree.surfaces.cli.output import to_json
from rooftree.surfaces.home import local_caller
from rooftree.surfaces.rest import once
from rooftree.surfaces.rest.problems import of_error, problem

_MOST_BYTES = 1_000_000
_METHODS = {"list": "GET", "get": "GET", "show": "GET", "create": "POST", "update": "PATCH"}
_LOOKING = frozenset({"readiness", "morning", "reports", "mapping.show"})
"""Verbs with a path of their own that only look, and take nothing a query cannot say."""
_bearer = HTTPBearer(auto_error=False, description="The API key that `rooftree serve` printed or ROOFTREE_API_KEY.")


class Key:
    """Checks the API key in constant time; holds nothing else."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    @property
    def ticket(self) -> str:
        """What a signed-in browser holds: follows from the key, and does not give it away."""
        return hashlib.sha256(b"rooftree console\0" + self._key).hexdigest()

    def fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._key)


def build(services: Services, key: Key, wake: Callable[[], None]) -> FastAPI:
    """The REST application; `wake` is called after whatever may have made something due."""
    api = FastAPI(
        title="Rooftree",
        version="1",
        description="One model over property management systems. Every answer says `as_of` and where it is from.",
        docs_url=None,
        redoc_url=None,
    )

    def caller(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
        if given is None or not key.fits(given.credentials):
            raise HTTPException(401, "Send the API key as `Authorization: Bearer ...`.", {"www-authenticate": "Bearer"})
        return local_caller(services, "the REST API")

    for operation in all_operations():
        _add(api, operation, caller, wake)
    api.add_exception_handler(RooftreeError, of_error)
    api.add_exception_handler(HTTPException, _http_problem)
    api.add_exception_handler(RequestValidationError, _validation_problem)
    return api


def route_of(operation: Operation) -> tuple[str, str]:
    """(method, path): `work_orders.create` is POST /v1/work-orders."""
    has_id = "id" in operation.input.model_fields
    base = f"/v1/{operation.noun}" + ("/{id}" if has_id else "")
    if operation.verb in _METHODS:
        return _METHODS[operation.verb], base
    return "GET" if operation.verb in _LOOKING else "POST", f"{base}/{operation.verb.replace('.', '/')}"


def _add(api: FastAPI, operation: Operation, caller: Callable[..., Caller], wake: Callable[[], None]) -> None:
    method, path = route_of(operation)
    has_id = "{id}" in path

    async def from_body(request: Request, who: Caller = Depends(caller)) -> Response:
        given = await _body(request) | dict(request.path_params)
        key = once.key_of(operation, request.headers, given)
        once.match_of(operation, request.headers, given)
        return await run_in_threadpool(_write, operation, who, given, key, wake)

    async def from_query(request: Request, who: Caller = Depends(caller)) -> Response:
        given = dict(request.query_params) | dict(request.path_params)
        return await run_in_threadpool(_answer, operation, who, given)

    api.add_api_route(
        path,
        from_query if method == "GET" else from_body,
        methods=[method],
        name=operation.name,
        operation_id=operation.name.replace(".", "_"),
        summary=operation.summary,
        description=operation.description or None,
        tags=[operation.noun],
        openapi_extra=_described(operation, method, has_id),
        response_class=Response,
    )


def _write(
    operation: Operation, who: Caller, given: dict[str, Any], key: str | None, wake: Callable[[], None]
) -> Response:
    try:
        if key is None:
            return _answer(operation, who, given)
        asked = json.dumps([operation.name, given], sort_keys=True).encode()
        return once.once(who, key, asked, lambda: _answer(operation, who, given))
    finally:
        wake()


def _answer(operation: Operation, who: Caller, given: dict[str, Any]) -> Response:
    """What the operation says; 202 with the job's address for what is not over."""
    result = operation.run(who, validated(operation.input, given))
    headers = {"cache-control": "no-store"}
    if etag := result.get("etag"):
        headers["etag"] = etag
    job = result.get("job") if operation.kind == "act" else None
    if job:
        headers["location"] = f"/v1/jobs/{job}"
    return Response(to_json(result), 202 if job else 200, headers, media_type="application/json")


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object in the body, read within a size."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _MOST_BYTES:
            raise HTTPException(413, f"The body is larger than {_MOST_BYTES} bytes.")
    try:
        given = json.loads(bytes(raw) or b"{}")
    except (ValueError, RecursionError):
        raise InvalidInput("The body is not JSON.", path="body") from None
    if not isinstance(given, dict):
        raise InvalidInput("The body must be a JSON object.", path="body")
    return given


def _described(operation: Operation, method: str, has_id: bool) -> dict[str, Any]:
    """What OpenAPI should say of the input, from its model."""
    schema = operation.input.model_json_schema(ref_template="#/components/schemas/{model}")
    fields = schema.get("properties", {})
    required = set(schema.get("required", ()))
    places = [("id", "path")] if has_id else []
    if method == "GET":
        places += [(name, "query") for name in fields if name != "id" or not has_id]
        return {"parameters": [_parameter(name, place, fields, required) for name, place in places]}
    inline = operation.input.model_json_schema(mode="validation")
    body = {k: v for k, v in inline.items() if k != "title"}
    if has_id:
        body = {**body, "properties": {k: v for k, v in body["properties"].items() if k != "id"}}
        body["required"] = [name for name in body.get("required", []) if name != "id"]
    extra: dict[str, Any] = {"requestBody": {"content": {"application/json": {"schema": body}}}}
    if places:
        extra["parameters"] = [_parameter(name, place, fields, required) for name, place in places]
    return extra


def _parameter(name: str, place: str, fields: dict[str, Any], required: set[str]) -> dict[str, Any]:
    field = fields[name]
    schema = {key: value for key, value in field.items() if key not in ("description", "title")}
    needed = place == "path" or name in required
    return {
        "name": name,
        "in": place,
        "required": needed,
        "description": field.get("description", ""),
        "schema": schema,
    }


def _http_problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    titles = {
        400: "Idempotency-Key missing or wrong",
        401: "Key missing or wrong",
        404: "Not found",
        405: "Method not allowed",
        413: "Too large",
        428: "If-Match is missing",
    }
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    return problem(status, titles.get(status, "Not possible"), detail, headers=headers)


def _validation_problem(_request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"msg": "", "loc": ()}
    return problem(422, "The input cannot be used", str(first["msg"]), field=".".join(map(str, first["loc"])))
