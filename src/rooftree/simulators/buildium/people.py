"""Rental owners, vendors and their categories, staff users, and the account itself."""

from __future__ import annotations

from datetime import timedelta

from rooftree.simulators.buildium.account import ACCOUNT_ID, Account
from rooftree.simulators.buildium.errors import invalid
from rooftree.simulators.buildium.filters import among, containing, overlapping, since_of, updated_between
from rooftree.simulators.buildium.forms import ADDRESS, PHONES, TAX_POST, TAX_PUT, phones_back, tax_back
from rooftree.simulators.buildium.routes import (
    Call,
    Route,
    Test,
    created,
    listing,
    one,
    page,
)
from rooftree.simulators.buildium.seed import OPERATING_BANK_ACCOUNT
from rooftree.simulators.buildium.shapes import day, flag, nested, text, whole, wholes
from rooftree.simulators.wire import Record, Response, json_response

OWNERS = "Rentals > Property Rental Owners"
VENDORS = "Maintenance > Vendors"
USERS = "Administration > Users"
_NAMES = {"FirstName": text(127), "LastName": text(127), "IsCompany": flag(required=True), "CompanyName": text(127)}
_OWNER = {
    **_NAMES,
    "DateOfBirth": day(),
    "ManagementAgreementStartDate": day(),
    "ManagementAgreementEndDate": day(),
    "Email": text(),
    "AlternateEmail": text(),
    "PhoneNumbers": nested(PHONES),
    "Address": nested(ADDRESS, required=True),
    "Comment": text(65535),
    "PropertyIds": wholes(required=True),
}
_VENDOR = {
    **_NAMES,
    "PrimaryEmail": text(),
    "AlternateEmail": text(),
    "PhoneNumbers": nested(PHONES),
    "Address": nested(ADDRESS),
    "CategoryId": whole(required=True),
    "ExpenseGlAccountId": whole(),
    "AccountNumber": text(30),
    "Website": text(100),
    "VendorInsurance": nested({"Provider": text(65), "PolicyNumber": text(65), "ExpirationDate": day()}),
    "Comments": text(65535),
}
_CATEGORY = {"Name": text(required=True)}
_ROLES = {1: "Administrator", 2: "Property manager"}
_INSURANCE_WINDOWS = {"ThirtyDaysOrLess": 30, "SixtyDaysOrLess": 60, "NinetyDaysOrLess": 90}
_INSURANCE = ("Expired", *_INSURANCE_WINDOWS, "None", "Any")


def show_owner(account: Account, id: int) -> Record:
    """RentalOwnerMessage."""
    return {"Id": id, **one(account.owners, id, "rental owner")}


def show_vendor(account: Account, id: int) -> Record:
    """VendorMessage."""
    row = one(account.vendors, id, "vendor")
    category = account.vendor_categories.get(row["CategoryId"])
    shown = {name: value for name, value in row.items() if name != "CategoryId"}
    return {"Id": id, **shown, "Category": category and {"Id": row["CategoryId"], "Name": category["Name"]}}


def show_user(account: Account, id: int) -> Record:
    """UserMessage of a staff user."""
    row = one(account.users, id, "user")
    return {
        "Id": id,
        "UserTypes": ["Staff"],
        "IsActive": row["IsActive"],
        "LastLogin": None,
        "FirstName": row["FirstName"],
        "LastName": row["LastName"],
        "CompanyName": None,
        "Email": row["Email"],
        "AlternateEmail": None,
        "PhoneNumbers": row["PhoneNumbers"],
        "UserRole": _role(account, row["RoleId"]),
        "IsCompany": False,
    }


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.7, 3.8 and 3.17."""
    return [
        Route("GET", "/v1/rentals/owners", (OWNERS,), lambda call: _list_owners(account, call)),
        Route("POST", "/v1/rentals/owners", (OWNERS,), lambda call: _post_owner(account, call)),
        Route(
            "GET", "/v1/rentals/owners/{id}", (OWNERS,), lambda call: json_response(show_owner(account, call.ids[0]))
        ),
        Route("PUT", "/v1/rentals/owners/{id}", (OWNERS,), lambda call: _put_owner(account, call)),
        Route("GET", "/v1/vendors", (VENDORS,), lambda call: _list_vendors(account, call)),
        Route("POST", "/v1/vendors", (VENDORS,), lambda call: _post_vendor(account, call)),
        Route("GET", "/v1/vendors/{id}", (VENDORS,), lambda call: json_response(show_vendor(account, call.ids[0]))),
        Route("PUT", "/v1/vendors/{id}", (VENDORS,), lambda call: _put_vendor(account, call)),
        Route(
            "GET",
            "/v1/vendors/categories",
            (VENDORS,),
            lambda call: page(call, account.vendor_categories.ids(), lambda id: _category(account, id)),
        ),
        Route("POST", "/v1/vendors/categories", (VENDORS,), lambda call: _post_category(account, call)),
        Route(
            "GET",
            "/v1/vendors/categories/{id}",
            (VENDORS,),
            lambda call: json_response(_category(account, call.ids[0])),
        ),
        Route("GET", "/v1/users", (USERS,), lambda call: _list_users(account, call)),
        Route("GET", "/v1/users/{id}", (USERS,), lambda call: json_response(show_user(account, call.ids[0]))),
        Route(
            "GET",
            "/v1/userroles",
            ("Administration > User Roles",),
            lambda call: page(call, list(_ROLES), lambda id: _role(account, id)),
        ),
        Route(
            "GET",
            "/v1/administration/account",
            ("Administration > Account Information",),
            lambda call: json_response(_account_info(account)),
        ),
    ]


def _named(row: Record) -> str:
    return f"{row['FirstName'] or ''} {row['LastName'] or ''} {row['CompanyName'] or ''}"


def _standing(row: Record) -> str:
    return "Active" if row["IsActive"] else "Inactive"


def _dialled(row: Record) -> list[str]:
    return [phone["Number"] for phone in row["PhoneNumbers"]]


def _check_name(body: Record) -> None:
    needed = ("CompanyName",) if body["IsCompany"] else ("FirstName", "LastName")
    absent = [(name, f"The {name} field is required.") for name in needed if not body[name]]
    if absent:
        raise invalid(*absent)


def _list_owners(account: Account, call: Call) -> Response:
    query = call.query
    properties, status = query.wholes("propertyids"), query.choices("status", ("Inactive", "Active"))
    name, phone, remaining = query.text("ownername"), query.text("phone"), query.whole("agreementdaysremaining")
    horizon = (account.today() + timedelta(days=remaining)).isoformat() if remaining is not None else ""
    tests: list[Test | None] = [
        overlapping(properties, lambda row: row["PropertyIds"]),
        among(status, _standing),
        containing(name, lambda row: [_named(row)]),
        containing(phone, _dialled),
        None if remaining is None else (lambda _id, row: (row["ManagementAgreementEndDate"] or "9999") <= horizon),
        updated_between(call, account.owners),
    ]
    return listing(call, account.owners, lambda id: show_owner(account, id), tests, since_of(call))


def _owner_row(account: Account, body: Record) -> Record:
    _check_name(body)
    for id in body["PropertyIds"]:
        if account.properties.get(id) is None:
            raise invalid(("PropertyIds", f"Property {id} does not exist."))
    kept = {name: value for name, value in body.items() if name != "DateOfBirth"}
    return {
        **kept,
        "PhoneNumbers": phones_back(body["PhoneNumbers"]),
        "TaxInformation": tax_back(body["TaxInformation"]),
    }


def _post_owner(account: Account, call: Call) -> Response:
    body = call.body({**_OWNER, "TaxInformation": nested(TAX_POST)})
    id = account.owners.add({"IsActive": True, **_owner_row(account, body)})
    return created(call, id, show_owner(account, id))


def _put_owner(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.owners, id, "rental owner")
    body = call.body({**_OWNER, "TaxInformation": nested(TAX_PUT)})
    account.owners.put(id, {"IsActive": row["IsActive"], **_owner_row(account, body)})
    return json_response(show_owner(account, id))


def _list_vendors(account: Account, call: Call) -> Response:
    query = call.query
    status, email, website = (
        query.choices("status", ("Inactive", "Active")),
        query.text("email"),
        query.text("website"),
    )
    name, phone = query.text("name"), query.text("phone")
    insured = query.choices("insuranceexpiration", _INSURANCE)
    tests: list[Test | None] = [
        among(status, _standing),
        containing(email, lambda row: [row["PrimaryEmail"], row["AlternateEmail"]]),
        containing(website, lambda row: [row["Website"]]),
        containing(name, lambda row: [_named(row)]),
        containing(phone, _dialled),
        overlapping(insured, lambda row: [word for word in _INSURANCE if _insurance_is(account, row, word)]),
        updated_between(call, account.vendors),
    ]
    return listing(call, account.vendors, lambda id: show_vendor(account, id), tests, since_of(call))


def _insurance_is(account: Account, row: Record, word: str) -> bool:
    expires = ((row["VendorInsurance"] or {}).get("ExpirationDate") or "")[:10]
    today = account.today()
    if word == "Any":
        return bool(expires)
    if word == "None" or not expires:
        return word == "None" and not expires
    if word == "Expired":
        return bool(expires < today.isoformat())
    last = (today + timedelta(days=_INSURANCE_WINDOWS[word])).isoformat()
    return bool(today.isoformat() <= expires <= last)


def _vendor_row(account: Account, body: Record) -> Record:
    _check_name(body)
    if account.vendor_categories.get(body["CategoryId"]) is None:
        raise invalid(("CategoryId", "The vendor category does not exist."))
    insurance = body["VendorInsurance"]
    if insurance and insurance["ExpirationDate"]:
        insurance = {**insurance, "ExpirationDate": f"{insurance['ExpirationDate']}T00:00:00Z"}
    kept = {name: value for name, value in body.items() if name != "ExpenseGlAccountId"}
    return {
        **kept,
        "ExpenseGLAccountId": body["ExpenseGlAccountId"],
        "VendorInsurance": insurance,
        "PhoneNumbers": phones_back(body["PhoneNumbers"]),
        "TaxInformation": tax_back(body["TaxInformation"]),
    }


def _post_vendor(account: Account, call: Call) -> Response:
    body = call.body({**_VENDOR, "TaxInformation": nested(TAX_POST)})
    id = account.vendors.add({"IsActive": True, **_vendor_row(account, body)})
    account.emit("Vendor.Created", VendorId=id)
    return created(call, id, show_vendor(account, id))


def _put_vendor(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.vendors, id, "vendor")
    body = call.body({**_VENDOR, "TaxInformation": nested(TAX_PUT)})
    account.vendors.put(id, {"IsActive": row["IsActive"], **_vendor_row(account, body)})
    account.emit("Vendor.Updated", VendorId=id)
    return json_response(show_vendor(account, id))


def _category(account: Account, id: int) -> Record:
    return {"Id": id, **one(account.vendor_categories, id, "vendor category")}


def _post_category(account: Account, call: Call) -> Response:
    id = account.vendor_categories.add({"Name": call.body(_CATEGORY)["Name"], "IsSystemCategory": False})
    account.emit("VendorCategory.Created", VendorCategoryId=id)
    return created(call, id, _category(account, id))


def _list_users(account: Account, call: Call) -> Response:
    query = call.query
    roles, kinds = query.wholes("roleids"), query.choices("usertypes", ("Staff", "RentalOwner", "Vendor"))
    status, name, email = query.choices("status", ("Inactive", "Active")), query.text("name"), query.text("email")
    tests: list[Test | None] = [
        among(roles, lambda row: row["RoleId"]),
        among(kinds, lambda _row: "Staff"),
        among(status, _standing),
        containing(name, lambda row: [f"{row['FirstName']} {row['LastName']}"]),
        containing(email, lambda row: [row["Email"]]),
    ]
    return listing(call, account.users, lambda id: show_user(account, id), tests)


def _role(account: Account, id: int) -> Record:
    holders = sum(row["RoleId"] == id for _id, row in account.users.rows())
    return {"Id": id, "Name": _ROLES[id], "Description": None, "NumberOfUsers": holders}


def _account_info(account: Account) -> Record:
    return {
        "Id": ACCOUNT_ID,
        "CompanyName": "Made-Up Property Management (simulated)",
        "Url": "https://simulated.managebuilding.example.com",
        "Contact": {
            "FirstName": "Sam",
            "LastName": "Example",
            "Address": account.seeds.place_address(0, None),
            "PhoneNumber": "(512) 555-0100",
        },
        "AccountingSettings": {
            "AccountingBookId": 1,
            "DefaultBankAccountId": OPERATING_BANK_ACCOUNT,
            "DefaultAccountingBasis": "Accrual",
            "TrustAccountWarning": "Off",
            "FiscalYearEndMonth": 12,
            "FiscalYearEndDay": 31,
        },
    }
