"""The facts of RealPage that are not about one record: address, auth element, limits (contract 1, 2, 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from rooftree.connectors import soap
from rooftree.connectors.base import Budget, Credential, Manifest, Request
from rooftree.errors import InvalidInput

SPACE = "http://tempuri.org/"
ACTION = f"{SPACE}IRPXService/"
DESCRIPTION = "?singleWsdl"
AUTH = ("pmcid", "siteid", "username", "password", "licensekey", "system")
"""In the order that was seen; WCF drops in silence what stands out of order (contract 1)."""
_SERVICE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.svc\Z", re.IGNORECASE)

MANIFEST = Manifest(
    name="realpage",
    title="RealPage",
    wire="RealPage Exchange (RPX), SOAP 1.1",
    base_urls={
        "production": "https://gateway.rpx.realpage.com/rpxgateway/partner",
        "staging": "https://stagegateway.rpx.realpage.com/rpxgateway/partner",
    },
    hosts=("rpx.realpage.com",),
    credentials=(
        Credential(name="pmcid", label="PMC ID", help="Your management company's number at RealPage.", secret=False),
        Credential(name="siteid", label="Site ID", help="One of your sites, to ask for the list of all.", secret=False),
        Credential(
            name="service",
            label="Service",
            help="The end of the address RealPage gave you, as in Partner/Service.svc.",
            secret=False,
        ),
        Credential(name="licensekey", label="License key", help="The key RealPage issued for that service."),
        Credential(
            name="username", label="User name", help="Only where your service wants one.", secret=False, default=""
        ),
        Credential(name="password", label="Password", help="That user's password.", default=""),
        Credential(
            name="methods",
            label="Methods elsewhere",
            help="A line for each method on another service or key: getresidentlistinfo Partner/Other.svc KEY.",
            default="",
        ),
    ),
    # Limits are not public (contract 6): four calls a second and at a time are our own bounds.
    budget=Budget(calls=4, seconds=1.0, concurrent=4),
    page_size=1000,
    read_timeout=120.0,
    write_timeout=120.0,
    # RealPage documents neither; the bounds are those we hold for the other SOAP system.
    read_lag=10.0,
    late_commit=300.0,
    never_keep=("dateofbirth", "screeningstatus", "ssn", "idnumber", "gender"),
    settings={
        "source": "the lead source for a guest card whose lead names none, as it is written in OneSite",
        "agent": "who logs notes and calls and leads tours where nobody is named, as the name is written in OneSite",
        "requests_from": "the day (YYYY-MM-DD) from which service requests are read; all by default",
        "search_type": "the search type that getservicerequest is asked with; 7 by default, its meaning is unsure",
        "request_status": "the request status that getservicerequest is asked with; 4 by default, likewise",
        "mapping_pack": "what the words of your OneSite mean (docs/connectors/realpage.md)",
    },
    webhook_help="RealPage's partner support sets webhooks up, if your contract has them, and gives the shared secret.",
    webhooks_dated=False,
    plan_questions=(
        "Are you in RealPage's App Partner program or a Registered Vendor? The first gives most methods, the second "
        "mostly units, prices, leases and residents to read; Rooftree brings no license key.",
        "Which sites are activated for you, and which methods does each of your services have?",
    ),
    key_help="RealPage refused the license key for this method: check PMC ID, site, service and key of the method.",
    docs="docs/connectors/realpage.md",
)


def sign(request: Request, credentials: Mapping[str, str]) -> Request:
    """Fills the blanks of the auth element, and puts the address of the method's own service before.

    A description is asked for by the number of its service: raises IndexError past the last. Raises InvalidInput.
    """
    own = _own(credentials.get("methods", ""))
    if request.call is None:
        return replace(request, path=f"/{_of_number(request.path, credentials['service'], own)}")
    call: soap.Call = request.call
    service, key = own.get(call.operation, (credentials["service"], credentials["licensekey"]))
    known = {**credentials, "licensekey": key, "system": "OneSite"}
    parts = [_signed(part, known) if part.name.lower() == "auth" else _filled(part, known) for part in call.parts]
    return soap.posted(replace(request, path=f"/{_address(service)}"), replace(call, parts=parts))


def _of_number(path: str, main: str, own: Mapping[str, tuple[str, str]]) -> str:
    number, mark, what = path.partition("?")
    if not number.isdigit():
        return f"{_address(main)}{path}"
    services = list(dict.fromkeys([main, *(service for service, _key in own.values())]))
    return f"{_address(services[int(number)])}{mark}{what}"


def _signed(auth: soap.Node, known: Mapping[str, str]) -> soap.Node:
    """The site stands there already where a call names one; what nobody knows is left out."""
    said = (replace(each, text=each.text or known.get(each.name.lower(), "")) for each in auth.children)
    return replace(auth, children=tuple(each for each in said if each.text))


def _address(service: str) -> str:
    """Raises InvalidInput for what is no path of a service."""
    if not _SERVICE.match(service):
        raise InvalidInput(f"{service[:60]!r} is no service: write it as in Partner/Service.svc.", path="service")
    return service


def _filled(part: soap.Node, known: Mapping[str, str]) -> soap.Node:
    """A guest card and its people name the company too: that field is blank until the call is signed."""
    if part.name.lower() == "pmcid":
        return replace(part, text=known["pmcid"])
    return replace(part, children=[_filled(child, known) for child in part.children])


def _own(methods: str) -> dict[str, tuple[str, str]]:
    """Methods with a service and a key of their own."""
    found = {}
    for number, line in enumerate(methods.splitlines(), 1):
        words = line.split()
        if len(words) not in (0, 3):
            raise InvalidInput(f"Line {number} must be: method, Partner/Service.svc, license key.", path="methods")
        if words:
            found[words[0]] = (words[1], words[2])
    return found
