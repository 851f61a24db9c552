"""Writing service requests and their files: one `CreateOrEdit` per change, never two in one (contract 3.5)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from rooftree.connectors import soap
from rooftree.connectors.base import Answer, Context, Found, Request, Send, Wire
from rooftree.connectors.changes import marked, need, overlay
from rooftree.connectors.values import mark
from rooftree.connectors.yardi_voyager import client, pack
from rooftree.connectors.yardi_voyager.documents import service_request
from rooftree.connectors.yardi_voyager.mapping_maintenance import BREAK, BRIEF
from rooftree.connectors.yardi_voyager.wire import join, own, split
from rooftree.errors import InvalidInput
from rooftree.model.maintenance import WorkOrder
from rooftree.model.messages import Attachment
from rooftree.model.vocabulary import EntryPermission, Priority, WorkOrderStatus

_PLACED = "service_requests"
_FILE_LOGIN = ("UserName", "Password", "ServerName", "DataBase", "Platform")
_NOTES = 2_000
_FILE_NAME = 60
_NEXT_BEST = {
    WorkOrderStatus.CLOSED: (WorkOrderStatus.COMPLETED,),
    WorkOrderStatus.COMPLETED: (WorkOrderStatus.CLOSED,),
    WorkOrderStatus.ASSIGNED: (WorkOrderStatus.SCHEDULED, WorkOrderStatus.IN_PROGRESS),
    WorkOrderStatus.SCHEDULED: (WorkOrderStatus.IN_PROGRESS,),
    WorkOrderStatus.ON_HOLD: (WorkOrderStatus.IN_PROGRESS,),
}
"""The word to use where a client has none for ours."""


def write_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Makes a service request, or changes what differs and leaves out the rest."""
    if current is None:
        return _create(desired, ctx)
    return _change(current, _values(overlay(current, desired), current, ctx), ctx, "change service request")


def close_work_order(current: WorkOrder | None, desired: WorkOrder, ctx: Context) -> Send | None:
    """Sets the client's word for done or cancelled; closing words are added to the technician's notes."""
    if current is None or not current.status.is_open:
        return None
    target = WorkOrderStatus.COMPLETED if desired.status.is_open else desired.status
    wanted = {"CurrentStatus": _status(target, current, ctx)}
    if desired.completion_notes:
        parts = (current.vendor_notes, desired.completion_notes)
        wanted["TechnicianNotes"] = "\n".join(part for part in parts if part)[-_NOTES:]
    return _change(current, wanted, ctx, "close service request")


def _create(desired: WorkOrder, ctx: Context) -> Send:
    place = need(desired.property_id or _place_of(desired.unit_id), "property_id", "Yardi needs the property.")
    values: dict[str, str | None] = {name: text for name, text in _values(desired, None, ctx).items() if text}
    values |= {"PropertyCode": place, "UnitCode": own(desired.unit_id), "TenantCode": _tenant(desired)}
    values |= {"RequestorName": desired.requested_by}
    values["ProblemDescriptionNotes"] = ctx.marker or None
    values["ServiceRequestDate"] = ctx.now.astimezone(ctx.zone_of(place)).date().isoformat()
    return Send(
        label="create service request",
        request=_edit(place, values, ctx),
        id_of=_made,
        find=_find_order(place, ctx.marker),
    )


def _change(current: WorkOrder, wanted: Mapping[str, str | None], ctx: Context, label: str) -> Send | None:
    """Number and property always, then only what differs: what Yardi does with the rest is not sure (contract 3.5)."""
    place, number = split(current.id)
    held = {
        "ServiceRequestBriefDescription": current.title[:BRIEF].strip(),
        "ServiceRequestFullDescription": _full(current),
        **{name: soap.text(current.raw, name) for name in wanted if "Description" not in name},
    }
    if "HasPermissionToEnter" in held:
        held["HasPermissionToEnter"] = _ENTRY[current.entry_permission]
    changed = {name: text for name, text in wanted.items() if text is not None and text != (held.get(name) or "")}
    if not changed:
        return None
    request = _edit(place, {"ServiceRequestId": number, "PropertyCode": place, **changed}, ctx)
    return Send(label=label, request=request, idempotent=True)


def _edit(place: str, values: Mapping[str, str | None], ctx: Context) -> Request:
    document, learned = soap.node("ServiceRequestXml", service_request(values)), ctx.options
    return client.call(_PLACED, "CreateOrEditServiceRequests", document, code=place, reads=False, learned=learned)


def _made(answer: Answer) -> str | None:
    """The new number, which the answer echoes with the request."""
    row = next(iter(client.numbered(soap.result_of(answer))), {})
    number, place = soap.text(row, "ServiceRequestId"), soap.text(row, "PropertyCode")
    return join(place, number) if number and number != "0" and place else None


def _find_order(place: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    def find(wire: Wire, since: datetime) -> Sequence[Found]:
        return marked(
            client.orders(wire, place, since),
            marker,
            lambda row: soap.text(row, "ProblemDescriptionNotes"),
            lambda row: join(place, soap.text(row, "ServiceRequestId")),
        )

    return find


_ENTRY = {EntryPermission.YES: "true", EntryPermission.NO: "false", EntryPermission.UNKNOWN: None}


def _values(order: WorkOrder, current: WorkOrder | None, ctx: Context) -> dict[str, str | None]:
    """What can be written at first and later; None is left out."""
    return {
        "VendorCode": order.vendor_id,
        "ServiceRequestBriefDescription": order.title[:BRIEF].strip(),
        "ServiceRequestFullDescription": _full(order),
        "Priority": _priority(order, current, ctx),
        "Category": _category(order, ctx),
        "SubCategory": order.subcategory,
        "HasPermissionToEnter": _ENTRY[order.entry_permission],
        "AccessNotes": order.entry_notes,
        "TechnicianNotes": order.vendor_notes,
        "CurrentStatus": _status(order.status, current, ctx),
    }


def _full(order: WorkOrder) -> str:
    """The description; a title that Yardi would cut stands whole before it."""
    long = order.title if len(order.title) > BRIEF else ""
    return BREAK.join(part for part in (long, order.description) if part)


def _status(status: WorkOrderStatus, current: WorkOrder | None, ctx: Context) -> str | None:
    if status is WorkOrderStatus.UNKNOWN:
        return None
    held = current.status_raw if current else None
    return pack.word_for("statuses", (status, *_NEXT_BEST.get(status, ())), held, ctx)


def _priority(order: WorkOrder, current: WorkOrder | None, ctx: Context) -> str | None:
    held = current.priority_raw if current else order.priority_raw
    return None if order.priority is Priority.UNKNOWN else pack.word_for("priorities", (order.priority,), held, ctx)


def _category(order: WorkOrder, ctx: Context) -> str | None:
    """The category named, in the client's own spelling; else the one that means the trade."""
    known = ctx.picks.get("categories", {})
    if order.category:
        found = next((word for word in known if word.lower() == order.category.strip().lower()), None)
        if known and found is None:
            raise InvalidInput(
                f"Your Voyager has no category {order.category!r}; it has: {', '.join(known)}.", path="category"
            )
        return found or order.category
    return pack.word_for("categories", (order.trade,), None, ctx)


def _tenant(order: WorkOrder) -> str | None:
    """The household's t-code: with it Voyager bills the tenant's side, so common-area work goes without one."""
    codes = (own(order.lease_id), own(order.resident_id))
    return next((code for code in codes if code and code.startswith("t")), None)


def _place_of(id: str | None) -> str | None:
    return split(id)[0] if id else None


def add_attachment(current: Attachment | None, desired: Attachment, ctx: Context) -> Send | None:
    """A file on a service request; its name carries our marker, as Yardi echoes nothing else."""
    if current is not None:
        return None
    if desired.about != "work_order":
        raise InvalidInput(f"Yardi takes files on service requests only, not on a {desired.about}.", path="about")
    place, number = split(desired.about_id)
    name = PurePosixPath(desired.file_name)
    content = base64.b64encode(need(desired.content, "content", "A file needs its content.")).decode()
    fields = (
        soap.node("WorkOrderId", number),
        soap.node("PropertyCode", place),
        soap.node("AttachmentType", _kind(desired, ctx)),
        soap.node("Description", mark(name.stem, ctx.marker, _FILE_NAME) or "file"),
        soap.node("Attachment", content),
        soap.node("Extension", name.suffix.lstrip(".") or "txt"),
    )
    request = client.call(
        _PLACED, "ImportWorkOrderDocumentExt", *fields, login=_FILE_LOGIN, reads=False, learned=ctx.options
    )
    return Send(
        label="attach file",
        request=request,
        find=_find_file(desired.about_id, ctx.marker),
    )


def _kind(desired: Attachment, ctx: Context) -> str:
    """One of the client's attachment types: the one named, else `Other`, else the first."""
    known = list(ctx.picks.get("attachment_types", {}))
    if desired.category and known and desired.category not in known:
        said = f"Your Voyager has no attachment type {desired.category!r}; it has: {', '.join(known)}."
        raise InvalidInput(said, path="category")
    return desired.category or next((each for each in known if each == "Other"), next(iter(known), "Other"))


def _find_file(order: str, marker: str) -> Callable[[Wire, datetime], Sequence[Found]]:
    def find(wire: Wire, _since: datetime) -> Sequence[Found]:
        def name(row: Mapping[str, object]) -> str | None:
            return soap.text(row, "AttachmentName", "#text")

        return marked(client.attachments(wire, order), marker, name, lambda row: join(order, name(row)))

    return find
