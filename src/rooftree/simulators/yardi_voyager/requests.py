"""Service requests: search, create or edit, pick lists and attachments (contract 3.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from lxml import etree

from rooftree.simulators.soap import Element, leaves, said, tree
from rooftree.simulators.wire import Record
from rooftree.simulators.yardi_voyager.account import Account
from rooftree.simulators.yardi_voyager.words import ATTACHMENT_TYPES, DONE, Told, refused, stamp

ORDER = (
    "ServiceRequestId PropertyCode UnitCode TenantCode VendorCode ServiceRequestBriefDescription "
    "ServiceRequestFullDescription Priority Category SubCategory HasPermissionToEnter AccessNotes "
    "ProblemDescriptionNotes TechnicianNotes TenantCaused RequestorName RequestorPhoneNumber RequestorEmail "
    "AuthorizedBy ServiceRequestDate CreatedBy UpdateDate UpdatedBy CurrentStatus"
).split()
_OURS = ("ServiceRequestId", "CreatedBy", "UpdateDate", "UpdatedBy", "Origin")
_BRIEF = 35


def search(account: Account, code: str, wrapper: Element) -> Element:
    rows = [(id, row) for id, row in account.of(account.orders, code) if _asked(account, id, row, code, wrapper)]
    return _listed(account, rows)


def by_id(account: Account, code: str, wrapper: Element) -> Element:
    wanted = {(each.text or "").strip() for each in wrapper.iterfind("ServiceRequestIdArray/long")}
    return _listed(
        account, [pair for pair in account.of(account.orders, code) if pair[1]["ServiceRequestId"] in wanted]
    )


def _listed(account: Account, rows: Sequence[tuple[int, Record]]) -> Element:
    if not rows:
        raise _failed({}, "There are no service requests found for these input values.")
    return tree("ServiceRequests", *(_shown(account, id, row) for id, row in rows))


def _asked(account: Account, id: int, row: Record, code: str, wrapper: Element) -> bool:
    """From and to are about the day of the last change; what is empty asks nothing."""
    changed = account.changed_on(account.orders, id, code)
    first, last = said(wrapper, "FromDate"), said(wrapper, "ToDate")
    if (first and changed < _us(first)) or (last and changed > _us(last)):
        return False
    wanted = said(wrapper, "OpenOrClosed")
    if wanted and (wanted == "Closed") != (row["CurrentStatus"] in DONE):
        return False
    same = {"UnitCode": "UnitCode", "ResidentCode": "TenantCode", "Status": "CurrentStatus"}
    return all(said(wrapper, theirs) in ("", row.get(ours, "")) for theirs, ours in same.items())


def _us(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()


def _shown(account: Account, id: int, row: Record) -> Element:
    """The elements as Yardi puts them out: nearly in order, capitals in True, the day of change without a time."""
    day = account.changed_on(account.orders, id, row["PropertyCode"]).isoformat()
    values = {name: row.get(name, "") for name in ORDER} | {"UpdateDate": day, "UpdatedBy": "ws_user"}
    history = (tree("Status", Type=status, TimeStamp=at) for status, at in row["History"])
    made = tree("ServiceRequest", *leaves(**values, Origin=row.get("Origin", "")), tree("StatusHistory", *history))
    made.extend(leaves(Resolution=row.get("Resolution")))
    return made


def create_or_edit(account: Account, _code: str, wrapper: Element) -> Element:
    rows = wrapper.findall("ServiceRequestXml/ServiceRequests/ServiceRequest")
    return tree("ServiceRequests", *(_taken(account, row) for row in rows))


def _taken(account: Account, sent: Element) -> Element:
    given = {str(each.tag): (each.text or "").strip() for each in sent if each.tag != "StatusHistory"}
    _check(account, given)
    id, code = given.get("ServiceRequestId", ""), given["PropertyCode"]
    at = account.now(code)
    if id:
        number = int(id) if id.isdigit() else 0
        row = account.orders.get(number)
        if row is None or row["PropertyCode"] != code:
            raise _failed(given, f"Could not find Service Request:{id}.")
        row = {**row, **{name: value for name, value in given.items() if name not in _OURS}}
    else:
        blank = {"CurrentStatus": "Call", "Priority": account.lists.priorities[1], "History": []}
        made = {**blank, **given, "CreatedBy": "ws_user", "Origin": account.entity}
        row = {"ServiceRequestDate": at.date().isoformat(), **made}
        number = account.orders.add(row)
        row = {**row, "ServiceRequestId": str(number)}
    row = {**row, "HasPermissionToEnter": str(row.get("HasPermissionToEnter") or "false").capitalize()}
    if not row["History"] or row["History"][-1][0] != row["CurrentStatus"]:
        row = {**row, "History": [*row["History"], [row["CurrentStatus"], stamp(at)]]}
    account.orders.put(number, row)
    return _shown(account, number, row)


def _check(account: Account, given: Record) -> None:
    code, lists = given.get("PropertyCode", ""), account.lists
    if code not in [row["Code"] for _id, row in account.properties.rows()]:
        raise _failed({**given, "ServiceRequestId": "0"}, f"Could not find Property:{code}.")
    if code not in account.codes("service_requests"):
        text = f"Interface '{account.entity}' is not Configured for property '{code}'"
        shown = tree("ServiceRequest", *leaves(PropertyCode=code, ErrorMessage=text))
        raise Told(tree("ServiceRequests", shown))
    if len(given.get("ServiceRequestBriefDescription", "")) > _BRIEF:
        raise _failed(given, "ServiceRequestBriefDescription is longer than 35 characters.")
    if not re.fullmatch(r"\d*", given.get("RequestorPhoneNumber", "")):
        raise _failed(given, "RequestorPhoneNumber is not a number.")
    known = {"Priority": lists.priorities, "Category": lists.categories, "CurrentStatus": lists.statuses}
    for name, words in known.items():
        if given.get(name) and given[name] not in words:
            raise _failed(given, f"{name} '{given[name]}' is not configured.")
    unit = given.get("UnitCode")
    if unit and unit not in [row["UnitCode"] for _id, row in account.of(account.units, code)]:
        raise _failed(given, f"Could not find Unit:{unit}.")
    vendor = given.get("VendorCode")
    if vendor and vendor not in [row["VendorId"] for _id, row in account.vendors.rows()]:
        raise _failed(given, f"Could not find Vendor:{vendor}.")


def _failed(given: Record, text: str) -> Told:
    error = tree("ErrorMessages", tree("Error", text))
    named = {name: given[name] for name in ("ServiceRequestId", "PropertyCode", "UnitCode") if given.get(name)}
    return Told(tree("ServiceRequests", tree("ServiceRequest", *leaves(**named), error)))


def custom_values(account: Account) -> Element:
    lists = account.lists
    kinds = (
        tree("Category", tree("Name", name), *(tree("SubCategory", each) for each in subs))
        for name, subs in lists.categories.items()
    )
    statuses = tree("Status", *(tree("Status", each) for each in lists.statuses), Type="Standard")
    values = tree(
        "CustomValues",
        tree("Categories", *kinds),
        tree("Priorities", *(tree("Priority", each) for each in lists.priorities)),
        tree("Statuses", statuses),
        tree("Resolutions", tree("Resolution", "Repaired")),
    )
    return tree("ServiceRequests", values)


def attach(account: Account, wrapper: Element) -> Element:
    id, code = said(wrapper, "WorkOrderId"), said(wrapper, "PropertyCode")
    row = account.orders.get(int(id)) if id.isdigit() else None
    if row is None or row["PropertyCode"] != code:
        raise refused(f"Could not find Service Request:{id}.")
    if said(wrapper, "AttachmentType") not in ATTACHMENT_TYPES:
        raise refused("Attachment Type is not configured.")
    name = f"{said(wrapper, 'Description')}.{said(wrapper, 'Extension')}"
    held = {"ServiceRequestId": id, "PropertyCode": code, "Name": name, "Type": said(wrapper, "AttachmentType")}
    account.files.add({**held, "Description": said(wrapper, "Description"), "Content": said(wrapper, "Attachment")})
    made = etree.Element("Messages")
    made.append(tree("Message", "Attachment imported.", messageType="FYI"))
    return made


def attachment_types() -> Element:
    return tree("AttachmentTypes", *(tree("AttachmentType", each) for each in ATTACHMENT_TYPES))


def attachments(account: Account, wrapper: Element) -> Element:
    """What is on a service request; with a name, that one with its content."""
    id, name = said(wrapper, "ServiceRequestId"), said(wrapper, "AttachmentName")
    rows = [row for _id, row in account.of(account.files, said(wrapper, "PropertyID")) if row["ServiceRequestId"] == id]
    shown = [row for row in rows if name in ("", row["Name"])]
    if not shown:
        raise refused("No attachments found.")
    return tree("Attachments", *(_attachment(row, whole=bool(name)) for row in shown))


def _attachment(row: Record, *, whole: bool) -> Element:
    head = leaves(AttachmentName=row["Name"], AttachmentType=row["Type"], Description=row["Description"])
    return tree("Attachment", *head, *leaves(Attachment=row["Content"] if whole else None))
