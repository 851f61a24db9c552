"""The facts of Yardi Voyager that are not about one record: interfaces, logins, limits, clock (contract 1, 2, 5)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from rooftree.connectors import soap
from rooftree.connectors.base import Budget, Credential, Manifest, Request

SPACE = "http://tempuri.org/YSI.Interfaces.WebServices/"
INTERFACES = {
    "guest_card": ("ItfILSGuestCard", "ILS / Guest Card"),
    "service_requests": ("ItfServiceRequests", "Service Requests"),
    "resident_transactions": ("ItfResidentTransactions20", "Billing and Payments"),
    "common_data": ("ItfResidentData", "Common Data"),
    "vendor_invoicing": ("ItfVendorInvoicing", "Vendor Invoicing"),
}
"""Our key -> the file and namespace tail at Yardi, and the name of its program."""

WHOSE = "OrganizationName"
"""The attribute that says whose id it is: ours is the interface entity, which only the credentials know."""

_OWN = (
    ("username", "user name", False),
    ("password", "password", True),
    ("entity", "interface entity", False),
    ("license", "interface license", True),
)
_LOGIN = (
    Credential(name="username", label="User name", help="The Voyager user in the Interface group.", secret=False),
    Credential(name="password", label="Password", help="That user's password."),
    Credential(
        name="server_name", label="Server name", help="Your Yardi contact knows it, as in aspdb01.", secret=False
    ),
    Credential(name="database", label="Database", help="Your Yardi contact knows it, as in demo_live.", secret=False),
    Credential(
        name="platform", label="Platform", help="What Yardi calls the database.", secret=False, default="SQL Server"
    ),
    Credential(
        name="entity",
        label="Interface entity",
        help="The name your interface is registered under at Yardi; capitals count.",
        secret=False,
    ),
    Credential(name="license", label="Interface license", help="The long text Yardi issued for it; line breaks go."),
    Credential(
        name="basic_username",
        label="Gate user name",
        help="Only where your host asks for HTTP Basic too.",
        secret=False,
        default="",
    ),
    Credential(name="basic_password", label="Gate password", help="Its password.", default=""),
)
_PER_INTERFACE = tuple(
    Credential(
        name=f"{key}_{name}",
        label=f"{title}: {label}",
        help="Only where this interface has its own; else the common one serves.",
        secret=secret,
        default="",
    )
    for key, (_file, title) in INTERFACES.items()
    for name, label, secret in _OWN
)

MANIFEST = Manifest(
    name="yardi_voyager",
    title="Yardi Voyager",
    wire="Standard interfaces, SOAP 1.1",
    # Each client has its own host and path, so none is guessed; .invalid belongs to nobody (RFC 2606).
    base_urls={"yours": "https://voyager.invalid/your-webshare/Webservices"},
    credentials=(*_LOGIN, *_PER_INTERFACE),
    # Yardi's limits are not public (contract 5): two calls in flight; ten a second is our own bound.
    budget=Budget(calls=10, seconds=1.0, concurrent=2),
    page_size=1000,
    read_timeout=180.0,
    write_timeout=120.0,
    # Yardi documents neither; both are our own cautious bounds, and only make an unclear write wait longer.
    read_lag=10.0,
    late_commit=300.0,
    # What changed is told by the day only, in the property's own time.
    overlap=86_400.0,
    never_keep=(
        *("SSN", "FederalId", "DateOfBirth", "BirthDate", "DriversLicenseNumber", "TaxId", "TaxID", "FederalTaxId"),
        *("BankAccountNumber", "BankName", "BankRoutingNumber", "RoutingNumber", "AccountNumber", "BankAccount"),
        *("CreditCardNumber", "CreditScore", "CreditCheckStatus", "ScreeningStatus", "Employer", "Income"),
    ),
    plan_questions=(
        "Do you hold an interface licence of your own, or a partner's, for each interface you want? Yardi sells them "
        "through its Standard Interface Partnership Program; Rooftree brings none.",
        "Has your Voyager administrator added the interface entity and enabled each property for it?",
        "Is there a Voyager user in the Interface group with access to these properties?",
        "What is the base URL? In Voyager: Administration > About; up to and with /Webservices.",
    ),
    key_help="Yardi refused the login or the licence: check user, server, database, entity (capitals count), licence.",
    docs="docs/connectors/yardi_voyager.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """Fills the blanks that a call has for login and licence, those of its interface first, and adds the gate's."""
    if credentials.get("basic_username"):
        pair = f"{credentials['basic_username']}:{credentials.get('basic_password', '')}"
        gate = {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        request = replace(request, headers={**request.headers, **gate})
    if request.call is None:
        return request
    call: soap.Call = request.call
    known = _blanks(call.namespace.removeprefix(SPACE), credentials)
    return soap.posted(request, replace(call, parts=[_filled(part, known) for part in call.parts]))


def _filled(part: soap.Node, known: Mapping[str, str]) -> soap.Node:
    """A blank element is filled by its name; a blank attribute carries the name of what belongs there."""
    if part.name.lower() in known:
        return replace(part, text=known[part.name.lower()])
    said = {name: known.get(value.lower(), value) for name, value in part.attributes.items() if name == WHOSE}
    children = [_filled(child, known) for child in part.children]
    return replace(part, attributes={**part.attributes, **said}, children=children)


def _blanks(file: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """By their names in small letters: two operations spell the database `DataBase` (contract 2)."""
    key = next(key for key, (each, _title) in INTERFACES.items() if each == file)

    def own(name: str) -> str:
        return credentials.get(f"{key}_{name}") or credentials.get(name) or ""

    return {
        "username": own("username"),
        "password": own("password"),
        "servername": own("server_name"),
        "database": own("database"),
        "platform": own("platform") or "SQL Server",
        "interfaceentity": own("entity"),
        "interfacelicense": own("license").replace("\r", "").replace("\n", ""),
    }
