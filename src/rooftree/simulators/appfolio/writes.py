"""What may be written: bodies as section 7 to 9 of the contract list them, PATCH changing only what it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rooftree.simulators.appfolio import words
from rooftree.simulators.appfolio.account import Account
from rooftree.simulators.appfolio.errors import Refusal, invalid
from rooftree.simulators.appfolio.shapes import (
    ADDRESSES,
    EMAILS,
    PHONES,
    Shape,
    amount,
    anything,
    checked,
    day,
    flag,
    many,
    moment,
    nested,
    number,
    one_of,
    or_null,
    text,
    uuid,
    whole,
)  # fmt: skip
from rooftree.simulators.appfolio.words import number_of, uid
from rooftree.simulators.wire import Record

_ADDRESS = dict.fromkeys(("Address1", "Address2", "City", "State", "Zip"), or_null(text(255)))
_PERSON = dict.fromkeys(("FirstName", "LastName", "CompanyName"), or_null(text(255)))
_ORDER: Shape = {
    "JobDescription": text(),
    "Description": text(),
    "Priority": one_of(words.PRIORITIES),
    "Status": one_of(words.STATUSES),
    "VendorId": or_null(uuid),
    "ManagementCompanyAsVendor": flag,
    "VendorTrade": one_of((*words.TRADES, "")),
    "AssignedUsers": or_null(many(uuid)),
    "PermissionToEnter": flag,
    "ScheduledStart": or_null(moment),
    "ScheduledEnd": or_null(moment),
    **dict.fromkeys(("CanceledOn", "CompletedOn", "WorkCompletedOn"), or_null(day)),
    "Estimates": many(nested({**dict.fromkeys(("VendorId", "Status", "InternalNotes"), anything), "Amount": number})),
    "BillableItems": many(anything),
    "LaborItems": many(anything),
}
_NEW_ORDER: Shape = {
    **_ORDER,
    **dict.fromkeys(("PropertyId", "UnitId", "OccupancyId", "ServiceRequestId", "InspectionId"), uuid),
    "UnitTurnCategory": text(),
}
_BARRED = (
    "Description", "InspectionId", "OccupancyId", "PermissionToEnter", "Priority", "PropertyId", "UnitId",
    "UnitTurnCategory",
)  # fmt: skip
_LEAD: Shape = {
    **dict.fromkeys(("FirstName", "LastName", "Email", "PhoneNumber", "Source", "MiddleInitial"), text(255)),
    **dict.fromkeys(("Bathrooms", "CreditScore", "MaxRent", "MonthlyIncome"), text(40)),
    **dict.fromkeys(("AdditionalOccupants", "Bedrooms"), whole),
    **dict.fromkeys(("HasCats", "HasDogs", "HasOtherPet"), flag),
    "DesiredMoveIn": day,
    "AssignedUserId": or_null(uuid),
    "Status": one_of(words.LEAD_STATUSES),
    "UnitIds": many(uuid),
}
_SHOWING: Shape = {"AssignedUserId": or_null(uuid), "StartAt": moment, "EndAt": moment, "Notes": text()}
_VENDOR: Shape = {
    **_PERSON,
    **_ADDRESS,
    "IsCompany": flag,
    "UseCompanyNameAsTaxpayerName": flag,
    "Emails": EMAILS,
    "PhoneNumbers": PHONES,
    "CompanyURL": text(255),
    "LiabilityInsuranceExpiration": day,
    "WorkersCompExpiration": day,
    "CompliantStatus": text(),
    "Tags": many(text()),
    "DefaultAutoAcceptWorkOrders": flag,
}
_OWNER: Shape = {**_PERSON, "Emails": EMAILS, "PhoneNumbers": PHONES, "Addresses": ADDRESSES, "Tags": many(text())}
_UNIT: Shape = {
    **_ADDRESS,
    **dict.fromkeys(("Name", "Bathrooms", "Description", "MaintenanceNotes", "MarketingTitle", "MarketingDescription"),
                    text()),
    **dict.fromkeys(("ListedMarketRent", "ListedRent", "MarketRent", "Deposit", "ApplicationFee"), amount),
    **dict.fromkeys(("NonRevenue", "RentReady", "PostedToInternet", "PostedToWebsite"), flag),
    **dict.fromkeys(("LastInspectedDate", "AvailableOn", "ReadyForShowingOn"), day),
    "Bedrooms": whole,
    "SquareFeet": whole,
    "CatsAllowed": one_of(("Yes", "No", None)),
    "DogsAllowed": one_of(words.DOGS),
    "CustomFields": anything,
}  # fmt: skip
_PROPERTY: Shape = {
    **_ADDRESS,
    **dict.fromkeys(("PostedToInternet", "PostedToWebsite", "UnitEntryPreAuthorized"), flag),
    "CustomFields": anything,
    "YearBuilt": whole,
    "MaintenanceNotes": text(),
    "SiteManager": nested(dict.fromkeys(("Salutation", "FirstName", "LastName", "PhoneNumber"), text())),
}
_CHARGE: Shape = {"AmountDue": amount, "ChargedOn": day, "Description": text(), "GlAccountId": uuid,
                  "OccupancyId": uuid}  # fmt: skip
_TENANT: Shape = {
    "Id": uuid,
    **dict.fromkeys(("FirstName", "LastName", "TenantType"), text(255)),
    "MoveInOn": day,
    "MoveOutOn": day,
    "PrimaryTenant": flag,
    "Addresses": ADDRESSES,
    "PhoneNumbers": PHONES,
    "Emails": EMAILS,
    "Tags": many(text()),
}
_LINKS = {"PropertyId": "properties", "UnitId": "units", "VendorId": "vendors", "LeadId": "leads",
          "AssignedUserId": "users"}  # fmt: skip
_UNSEEN = {
    "leads": ("Messages", "Bathrooms", "Bedrooms", "MaxRent", "CreditScore", "MonthlyIncome", "MiddleInitial",
              "AdditionalOccupants", "HasCats", "HasDogs", "HasOtherPet"),
    "units": ("Description", "MaintenanceNotes", "Deposit", "ApplicationFee", "CatsAllowed", "DogsAllowed",
              "ListedMarketRent", "ReadyForShowingOn"),
    "properties": ("YearBuilt", "MaintenanceNotes", "SiteManager", "PostedToInternet", "PostedToWebsite",
                   "UnitEntryPreAuthorized"),
    "vendors": ("UseCompanyNameAsTaxpayerName", "CompanyURL", "Tags", "DefaultAutoAcceptWorkOrders"),
    "owners": ("Tags",),
    "work_orders": ("Estimates", "BillableItems", "LaborItems", "ManagementCompanyAsVendor"),
    "rental_applications": ("StatusReason",),
    "tenants": ("TenantType", "Tags"),
}  # fmt: skip
"""What AppFolio takes and no client has seen it show again."""


@dataclass(frozen=True, slots=True)
class Written:
    """What POST and PATCH of one collection take; an empty shape is a verb AppFolio lacks."""

    new: Shape
    change: Shape
    required: Sequence[str] = ()
    blank: Mapping[str, Any] = ()  # type: ignore[assignment]
    check: Callable[[Account, Record, Record], Record] = lambda _account, body, _held: body


def _order(account: Account, body: Record, held: Record) -> Record:
    """The fields a work order comes to hold; raises Refusal for what does not go together."""
    if "ServiceRequestId" in body:
        barred = [name for name in _BARRED if name in body]
        if barred:
            raise invalid(f"{', '.join(barred)} cannot be given together with ServiceRequestId")
        body = {**_of_request(account, body["ServiceRequestId"]), **body}
    if body.get("VendorId") and body.get("ManagementCompanyAsVendor"):
        raise invalid("VendorId cannot be given together with ManagementCompanyAsVendor")
    if not held and not body.get("PropertyId") and not body.get("UnitId") and not body.get("OccupancyId"):
        raise invalid("PropertyId, UnitId or OccupancyId is required")
    _visit(body)
    users = body.get("AssignedUsers")
    named = {} if users is None else {"AssignedUsers": [_technician(account, id) for id in users]}
    rest = {name: value for name, value in body.items() if name != "AssignedUsers"}
    if rest.get("VendorTrade") == "":
        rest["VendorTrade"] = None
    return {**_placed(account, rest, held), **named}


def _of_request(account: Account, id: str) -> Record:
    """Place and requester of a service request, from the first work order that came of it."""
    rows = (row for _number, row in account.tables["work_orders"].rows() if row["ServiceRequestId"] == id)
    first = next(rows, None)
    if first is None:
        raise invalid("ServiceRequestId not found")
    names = ("PropertyId", "UnitId", "OccupancyId", "RequestingTenantId", "TenantRemarks", "Priority")
    return {name: first[name] for name in names}


def _visit(body: Record) -> None:
    start, end = body.get("ScheduledStart"), body.get("ScheduledEnd")
    if end and not start:
        raise invalid("ScheduledEnd needs ScheduledStart")
    if start and end:
        length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
        if not timedelta() <= length <= timedelta(hours=12):
            raise invalid("ScheduledEnd must be within 12 hours of ScheduledStart")


def _technician(account: Account, id: str) -> Record:
    number = number_of("users", id)
    row = account.tables["users"].get(number) if number is not None else None
    if row is None or row["UserRole"] != words.TECHNICIAN:
        raise invalid("User not found")
    return {"Id": id, "Name": f"{row['FirstName']} {row['LastName']}"}


def _placed(account: Account, body: Record, held: Record) -> Record:
    """A unit tells its property."""
    unit = number_of("units", body.get("UnitId"))
    row = account.tables["units"].get(unit) if unit is not None else None
    return {"PropertyId": row["PropertyId"], **body} if row and not held else body


def _lead(_account: Account, body: Record, held: Record) -> Record:
    if body.get("Status") == "inactive" and held and not body.get("InactiveReason"):
        raise invalid("InactiveReason can't be blank")
    return body if body.get("Status", "inactive") == "inactive" else {**body, "InactiveReason": None}


def _application(_account: Account, body: Record, _held: Record) -> Record:
    if body.get("Status") == "denied" and not body.get("StatusReason"):
        raise invalid("StatusReason can't be blank")
    return body


def _vendor(_account: Account, body: Record, held: Record) -> Record:
    after = {**held, **body}
    if not (after.get("CompanyName") if after.get("IsCompany") else after.get("FirstName") and after.get("LastName")):
        raise invalid("CompanyName can't be blank" if after.get("IsCompany") else "FirstName can't be blank")
    given = [name for name in ("Address1", "City", "State", "Zip") if body.get(name)]
    if given and len(given) < 4:
        raise invalid("Address1, City, State and Zip must be given together")
    return body


def _unit(account: Account, body: Record, _held: Record) -> Record:
    on = body.get("AvailableOn")
    if on and datetime.fromisoformat(on).date() > account.now().date() + timedelta(days=3 * 366):
        raise invalid("AvailableOn cannot be more than three years ahead")
    # Bedrooms are written as a number and shown as text.
    return {**body, "Bedrooms": str(body["Bedrooms"])} if "Bedrooms" in body else body


def _charge(_account: Account, body: Record, _held: Record) -> Record:
    if number_of("occupancies", body["OccupancyId"]) is None:
        raise invalid("OccupancyId not found")
    return {**body, "IsBehind": False}


_ORDER_BLANK = dict.fromkeys(
    ("UnitId", "OccupancyId", "RequestingTenantId", "VendorId", "VendorTrade", "Description", "WorkOrderIssue",
     "TenantRemarks", "EntryInstructions", "PreferredTimes", "TenantAvailability", "VendorInstructions",
     "SmartMaintenanceUrgency", "UnitTurnCategory", "ServiceRequestId", "ScheduledStart", "ScheduledEnd",
     "WorkCompletedOn", "CompletedOn", "CanceledOn", "PermissionToEnter")
)  # fmt: skip
WRITES: dict[str, Written] = {
    "work_orders": Written(
        _NEW_ORDER, _ORDER, ["JobDescription"],
        {**_ORDER_BLANK, "Status": "New", "Priority": "Normal", "Type": "Internal", "Recurring": False,
         "AssignedUsers": []},
        _order,
    ),
    "leads": Written(
        {**_LEAD, "PropertyId": uuid, "CreatedAt": moment, "Messages": many(anything)},
        {**_LEAD, "InactiveReason": one_of(words.INACTIVE_REASONS)},
        ["FirstName", "LastName", "PropertyId"],
        {"Email": None, "PhoneNumber": None, "Source": None, "UnitIds": [], "Status": "active", "InactiveReason": None,
         "RentalApplicationId": None, "RentalApplicationGroupId": None, "AssignedUserId": None, "DesiredMoveIn": None},
        _lead,
    ),
    "showings": Written(
        {**_SHOWING, "LeadId": uuid, "UnitId": uuid}, {**_SHOWING, "Status": one_of(words.SHOWING_STATUSES)},
        ["LeadId", "UnitId", "StartAt", "EndAt"], {"AssignedUserId": None, "Notes": None, "Status": "scheduled"},
    ),
    "vendors": Written(
        _VENDOR, {**_VENDOR, "CustomFields": anything}, ["IsCompany", "UseCompanyNameAsTaxpayerName"],
        {**dict.fromkeys(_PERSON), **dict.fromkeys(_ADDRESS), "Emails": [], "PhoneNumbers": [], "CustomValues": [],
         "LiabilityInsuranceExpiration": None, "WorkersCompExpiration": None, "CompliantStatus": None,
         "HiddenAt": None},
        _vendor,
    ),
    "owners": Written(
        _OWNER, _OWNER, [],
        {**dict.fromkeys(_PERSON), "Emails": [], "PhoneNumbers": [], "Addresses": [], "HiddenAt": None},
    ),
    "units": Written({}, _UNIT, check=_unit),
    "properties": Written({}, _PROPERTY),
    "charges": Written(_CHARGE, {}, list(_CHARGE), {}, _charge),
    "rental_applications": Written(
        {}, {"Status": one_of(words.DECISIONS), "StatusReason": text()}, check=_application
    ),
    "tenants": Written({}, _TENANT),
}  # fmt: skip


def create(account: Account, kind: str, body: object) -> int:
    """A new record's number."""
    written = WRITES[kind]
    if not written.new:
        raise Refusal(404, "Not Found")
    clean = checked(body, written.new, _missing(body, written.required))
    _exist(account, clean)
    row = {**dict(written.blank), **_kept(kind, written.check(account, clean, {}))}
    numbered = {"WorkOrderNumber": f"{900 + account.database.version}-1"} if kind == "work_orders" else {}
    number = account.add(kind, {**row, **numbered})
    if kind in ("work_orders", "vendors", "owners"):
        table = account.tables[kind]
        table.put(number, {**(table.get(number) or {}), "Link": f"https://simulated.appfolio.com/{kind}/{number}"})
    return number


def change(account: Account, kind: str, number: int, body: object) -> None:
    """PATCH: only what is named changes; arrays replace."""
    written = WRITES[kind]
    held = account.tables[kind].get(number)
    if held is None or not written.change:
        raise Refusal(404, "Not Found")
    clean = checked(body, written.change)
    _exist(account, clean)
    fields = _kept(kind, written.check(account, clean, held))
    if "CustomFields" in fields:
        fields["CustomValues"] = _custom(account, held, fields.pop("CustomFields"))
    account.change(kind, number, fields)


def _missing(body: object, required: Sequence[str]) -> list[str]:
    """Required names, but for a flag that says no."""
    return [name for name in required if not isinstance(body, dict) or body.get(name) is not False]


def _kept(kind: str, body: Record) -> Record:
    return {name: value for name, value in body.items() if name not in _UNSEEN.get(kind, ())}


def _exist(account: Account, body: Record) -> None:
    for name, kind in _LINKS.items():
        id = body.get(name)
        number = number_of(kind, id) if id else None
        if id and (number is None or not account.tables[kind].has(number)):
            raise invalid(f"{name} not found")


def _custom(account: Account, held: Record, wanted: Mapping[str, Any]) -> list[Record]:
    values = {each["Name"]: each["Value"] for each in held.get("CustomValues") or ()}
    for id, value in wanted.items():
        number = number_of("custom_fields", id)
        definition = account.tables["custom_fields"].get(number) if number is not None else None
        if definition is None:
            raise invalid(f"CustomFields: {id} not found")
        values[definition["Name"]] = value
    return [{"Name": name, "Value": value} for name, value in values.items()]


def created(kind: str, number: int) -> Record:
    """The answer to a create: nothing is sure to be in it but the id (contract 5)."""
    return {"Id": uid(kind, number)}
