"""Webhooks to the customer's own systems: endpoints, their secrets, and each message with how far it got."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import httpx2
from pydantic import BeforeValidator, Field

from rooftree import outbound
from rooftree.errors import InvalidInput, RooftreeError
from rooftree.operations.registry import Caller, Input, operation
from rooftree.store import endpoints, outbox
from rooftree.store.endpoints import Endpoint

_EVENT = re.compile(r"\*|[a-z_]+\.(\*|[a-z_]+)")


def _split(given: Any) -> Any:
    """A terminal gives one word: names with commas between."""
    return [each.strip() for each in given.split(",") if each.strip()] if isinstance(given, str) else given


class NewEndpoint(Input):
    """An address and what it wants to be told of."""

    url: str = Field(max_length=2_000, description="https address of your system; it must be on the public internet.")
    events: Annotated[list[str], BeforeValidator(_split)] = Field(
        default=["*"],
        min_length=1,
        description="Event names such as work_order.updated or write.verified, work_order.* for all of a kind, "
        "* for all; on the command line with commas between.",
    )


class Nothing(Input):
    """No input."""


class OneEndpoint(Input):
    """One endpoint."""

    id: str = Field(description="The endpoint's id.")


class MessagesInput(Input):
    """Which messages; pages follow each other by `before`."""

    endpoint: str | None = Field(default=None, description="Only to this endpoint.")
    state: Literal["pending", "delivered", "dead"] | None = Field(
        default=None, description="Only pending, delivered or dead (given up) ones."
    )
    before: str | None = Field(default=None, description="The `next` of the page before.")
    limit: int = Field(default=50, ge=1, le=500)


class OneMessage(Input):
    """One message."""

    id: str = Field(description="The message's id, as in the webhook-id header.")


@operation("webhooks.list", "read", examples=("rooftree webhooks list",))
def list_endpoints(caller: Caller, given: Nothing) -> dict[str, Any]:
    """Every endpoint: address, event names, and how it fares."""
    with caller.services.database.read() as conn:
        return {"items": [_shown(each) for each in endpoints.listed(conn, caller.organization_id)]}


@operation("webhooks.get", "read", examples=("rooftree webhooks get end_...",))
def get_endpoint(caller: Caller, given: OneEndpoint) -> dict[str, Any]:
    """One endpoint: address, event names, and how it fares."""
    with caller.services.database.read() as conn:
        return _shown(endpoints.get(conn, given.id, caller.organization_id))


@operation(
    "webhooks.create",
    "write",
    examples=("rooftree webhooks create https://example.com/rooftree --events work_order.*,write.*",),
)
def create_endpoint(caller: Caller, given: NewEndpoint) -> dict[str, Any]:
    """Tell one of your systems what happens from now on. The answer shows the signing secret, this once."""
    _check_url(caller, given.url)
    for name in given.events:
        if not _EVENT.fullmatch(name):
            raise InvalidInput(
                f"{name!r} is no event name: write work_order.updated, work_order.* or *.", path="events"
            )
    services = caller.services
    with services.database.write() as conn:
        made, secret = endpoints.create(
            conn,
            services.keys,
            organization_id=caller.organization_id,
            url=given.url,
            events_wanted=given.events,
            now=services.clock.now(),
        )
    return {**_shown(made), "secret": secret}


@operation("webhooks.remove", "write", examples=("rooftree webhooks remove end_...",))
def remove_endpoint(caller: Caller, given: OneEndpoint) -> dict[str, Any]:
    """Tell this endpoint nothing more, and forget its messages and secrets."""
    services = caller.services
    with services.database.write() as conn:
        endpoints.get(conn, given.id, caller.organization_id)
        endpoints.remove(conn, services.keys, given.id, services.clock.now())
    return {"id": given.id, "removed": True}


@operation("webhooks.enable", "write", examples=("rooftree webhooks enable end_...",))
def enable_endpoint(caller: Caller, given: OneEndpoint) -> dict[str, Any]:
    """Send to an endpoint again that was disabled; what waits for it goes at once."""
    with caller.services.database.write() as conn:
        endpoints.get(conn, given.id, caller.organization_id)
        endpoints.enable(conn, given.id)
        return _shown(endpoints.get(conn, given.id))


@operation("webhooks.rotate_secret", "write", examples=("rooftree webhooks rotate-secret end_...",))
def rotate_secret(caller: Caller, given: OneEndpoint) -> dict[str, Any]:
    """A new signing secret, shown this once; for 24 hours messages are signed with the old one too."""
    services, now = caller.services, caller.services.clock.now()
    with services.database.write() as conn:
        found = endpoints.get(conn, given.id, caller.organization_id)
        secret = endpoints.rotate(conn, services.keys, given.id, now)
    return {**_shown(found), "secret": secret, "old_secret_until": now + endpoints.OVERLAP}


@operation("webhooks.test", "write", examples=("rooftree webhooks test end_...",))
def test_endpoint(caller: Caller, given: OneEndpoint) -> dict[str, Any]:
    """Send an event `webhook.test` to see that it arrives; look at it with webhook-messages."""
    now = caller.services.clock.now()
    with caller.services.database.write() as conn:
        endpoints.get(conn, given.id, caller.organization_id)
        made = outbox.add(conn, given.id, "webhook.test", {}, at=now, now=now)
        return _message(outbox.get(conn, made, caller.organization_id))


@operation("webhooks.replay", "write", examples=("rooftree webhooks replay end_...",))
def replay_endpoint(caller: Caller, given: OneEndpoint) -> dict[str, Any]:
    """Send everything again that was given up for this endpoint, under the same ids."""
    with caller.services.database.write() as conn:
        endpoints.get(conn, given.id, caller.organization_id)
        return {"replayed": outbox.replay(conn, caller.services.clock.now(), endpoint_id=given.id)}


@operation("webhook_messages.list", "read", examples=("rooftree webhook-messages list --state dead",))
def list_messages(caller: Caller, given: MessagesInput) -> dict[str, Any]:
    """Messages to your systems, the newest first: when, how often tried, what was answered."""
    with caller.services.database.read() as conn:
        page = outbox.listed(
            conn,
            caller.organization_id,
            endpoint_id=given.endpoint,
            state=given.state,
            before=given.before,
            limit=given.limit,
        )
    return {"items": [_message(row) for row in page], "next": page[-1].id if len(page) == given.limit else None}


@operation("webhook_messages.get", "read", examples=("rooftree webhook-messages get msg_...",))
def get_message(caller: Caller, given: OneMessage) -> dict[str, Any]:
    """One message with the body that was sent."""
    with caller.services.database.read() as conn:
        row = outbox.get(conn, given.id, caller.organization_id)
    return {**_message(row), "body": row.body}


@operation("webhook_messages.replay", "write", examples=("rooftree webhook-messages replay msg_...",))
def replay_message(caller: Caller, given: OneMessage) -> dict[str, Any]:
    """Send one message again under the same id, whether it was given up or accepted."""
    with caller.services.database.write() as conn:
        outbox.get(conn, given.id, caller.organization_id)
        outbox.replay(conn, caller.services.clock.now(), id=given.id)
        return _message(outbox.get(conn, given.id, caller.organization_id))


def _check_url(caller: Caller, url: str) -> None:
    try:
        outbound.check_url(httpx2.URL(url), caller.services.settings.loopback_origins)
    except httpx2.InvalidURL:
        raise InvalidInput("That is no address; write https://...", path="url") from None
    except RooftreeError as error:
        raise InvalidInput(f"This address is not called: {error}", path="url") from None


def _shown(found: Endpoint) -> dict[str, Any]:
    return {
        "id": found.id,
        "url": found.url,
        "events": list(found.events),
        "state": found.state,
        "state_why": found.state_why,
        "failing_since": found.failing_since,
        "created_at": found.created_at,
    }


_MESSAGE = (
    "id", "endpoint_id", "sequence", "name", "state", "attempts", "status", "error", "made_at", "due_at", "done_at",
)  # fmt: skip


def _message(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _MESSAGE}
