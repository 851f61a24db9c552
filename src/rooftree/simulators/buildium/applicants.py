"""Applicants, their groups and applications: the nearest thing Buildium has to a guest card.

A new applicant has no application, so nobody can decide about it; which status it starts with is not documented.
"""

from __future__ import annotations

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import missing
from rooftree.simulators.buildium.filters import among, containing, since_of, updated_between
from rooftree.simulators.buildium.forms import PHONES, phones_back, wire_time
from rooftree.simulators.buildium.routes import Call, Route, Test, created, listing, one, page
from rooftree.simulators.buildium.shapes import choice, flag, nested, text, whole, wholes
from rooftree.simulators.buildium.tasks import entity
from rooftree.simulators.wire import Record, Response, json_response

APPLICANTS = "Rentals > Applicants"
_PUT = {
    "UnitId": whole(),
    "FirstName": text(127, required=True),
    "LastName": text(127, required=True),
    "Email": text(),
    "PhoneNumbers": nested(PHONES),
}
_POST = {**_PUT, "SendRentalApplicationEmail": flag(required=True)}
_DECISION = {"ApplicationStatus": choice(words.DECISIONS, required=True)}
_GROUP_PUT = {
    "UnitId": whole(),
    "ApplicantIds": wholes(required=True),
    "ApplicantGroupStatus": choice(words.DECISIONS, required=True),
}
_GROUP = {"UnitId": whole(), "ApplicantIds": wholes(required=True)}


def show_applicant(account: Account, id: int) -> Record:
    """ApplicantDetailsMessage."""
    return {**_applicant(account, id), "UnsubmittedApplications": []}


def show_group(account: Account, id: int) -> Record:
    """ApplicantGroupMessage."""
    row = one(account.groups, id, "applicant group")
    return {
        "Id": id,
        "PropertyId": _property_of(account, row),
        "UnitId": row["UnitId"],
        "ApplicationGroupStatus": row["Status"],
        "Applicants": [_applicant(account, applicant) for applicant in row["ApplicantIds"]],
    }


def routes(account: Account) -> list[Route]:
    """The endpoints of 3.13 about renters."""
    path, needs = "/v1/applicants", (APPLICANTS,)
    applications = f"{path}/{{id}}/applications"
    return [
        Route("GET", path, needs, lambda call: _list(account, call)),
        Route("POST", path, needs, lambda call: _post(account, call)),
        Route("GET", f"{path}/{{id}}", needs, lambda call: json_response(show_applicant(account, call.ids[0]))),
        Route("PUT", f"{path}/{{id}}", needs, lambda call: _put(account, call)),
        Route("GET", applications, needs, lambda call: _list_applications(account, call)),
        Route("GET", f"{applications}/{{applicationId}}", needs, lambda call: _get_application(account, call)),
        Route("PUT", f"{applications}/{{applicationId}}", needs, lambda call: _decide(account, call)),
        Route("GET", f"{path}/groups", needs, lambda call: _list_groups(account, call)),
        Route("POST", f"{path}/groups", needs, lambda call: _post_group(account, call)),
        Route("GET", f"{path}/groups/{{id}}", needs, lambda call: json_response(show_group(account, call.ids[0]))),
        Route("PUT", f"{path}/groups/{{id}}", needs, lambda call: _put_group(account, call)),
    ]


def _applicant(account: Account, id: int) -> Record:
    row = one(account.applicants, id, "applicant")
    application = row["ApplicationId"]
    shown = {name: value for name, value in row.items() if name != "ApplicationId"}
    return {
        "Id": id,
        "PropertyId": _property_of(account, row),
        **shown,
        "Applications": [_summary(account, application)] if application else [],
        "LastUpdatedDateTime": wire_time(account.applicants.updated(id)),
    }


def _property_of(account: Account, row: Record) -> int | None:
    unit = account.units.get(row["UnitId"]) if row["UnitId"] else None
    return None if unit is None else unit["PropertyId"]


def _summary(account: Account, id: int) -> Record:
    return {
        "Id": id,
        "ApplicationNumber": f"A-{id}",
        "ApplicationStatus": one(account.applications, id, "application")["Status"],
        "ApplicationSubmittedDateTime": wire_time(account.applications.created(id)),
    }


def _application(account: Account, id: int) -> Record:
    """ApplicationMessage; it carries a social security number as real ones do, here one that cannot exist."""
    applicant = one(account.applicants, one(account.applications, id, "application")["ApplicantId"], "applicant")
    name = f"{applicant['FirstName']} {applicant['LastName']}"
    fields = [
        ("ApplicantName", "FirstName", "Name", name),
        ("ApplicantEmail", "Email", "Email", applicant["Email"]),
        ("ApplicantSocialSecurityNumber", "SocialSecurityNumber", "Social security number", "000-00-0000"),
    ]
    answers = [
        {"FieldCategoryType": category, "FieldType": kind, "FieldLabel": label, "Value": value}
        for category, kind, label, value in fields
    ]
    section = {
        "SectionLabel": "Applicant information",
        "SectionType": "ApplicantInformation",
        "SectionResponses": [{"SectionFields": answers}],
    }
    return {**_summary(account, id), "Application": [section]}


def _of_applicant(account: Account, call: Call) -> int:
    applicant, id = call.ids
    if one(account.applicants, applicant, "applicant")["ApplicationId"] != id:
        raise missing("application")
    return id


def _check_unit(account: Account, unit_id: int | None) -> None:
    if unit_id is not None:
        one(account.units, unit_id, "unit")


def _list(account: Account, call: Call) -> Response:
    query = call.query
    submitted = (query.moment("applicationsubmittedstartdate"), query.moment("applicationsubmittedenddate"))
    tests: list[Test | None] = [
        entity(account, call, lambda row: _property_of(account, row)),
        among(query.choices("applicationstatuses", words.APPLICATION_STATUSES), lambda row: row["Status"]),
        among(query.wholes("unitids"), lambda row: row["UnitId"]),
        containing(query.text("name"), lambda row: [f"{row['FirstName']} {row['LastName']}"]),
        containing(query.text("email"), lambda row: [row["Email"]]),
        updated_between(call, account.applicants),
    ]
    if any(submitted):
        first, last = submitted
        at = account.applications.created
        tests.append(
            lambda _id, row: (
                bool(row["ApplicationId"])
                and not ((first and at(row["ApplicationId"]) < first) or (last and at(row["ApplicationId"]) > last))
            )
        )
    return listing(call, account.applicants, lambda id: show_applicant(account, id), tests, since_of(call))


def _post(account: Account, call: Call) -> Response:
    body = call.body(_POST)
    _check_unit(account, body["UnitId"])
    id = account.applicants.add(
        {
            "ApplicantGroupId": None,
            "UnitId": body["UnitId"],
            "TenantId": None,
            "FirstName": body["FirstName"],
            "LastName": body["LastName"],
            "Email": body["Email"],
            "PhoneNumbers": phones_back(body["PhoneNumbers"]),
            "Status": "New",
            "ApplicationId": None,
        }
    )
    account.emit("Applicant.Created", ApplicantId=id)
    return created(call, id, show_applicant(account, id))


def _put(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.applicants, id, "applicant")
    body = call.body(_PUT)
    _check_unit(account, body["UnitId"])
    account.applicants.put(id, {**row, **body, "PhoneNumbers": phones_back(body["PhoneNumbers"])})
    account.emit("Applicant.Updated", ApplicantId=id)
    return json_response(show_applicant(account, id))


def _list_applications(account: Account, call: Call) -> Response:
    application = one(account.applicants, call.ids[0], "applicant")["ApplicationId"]
    return page(call, [application] if application else [], lambda id: _application(account, id))


def _get_application(account: Account, call: Call) -> Response:
    return json_response(_application(account, _of_applicant(account, call)))


def _decide(account: Account, call: Call) -> Response:
    id, applicant = _of_applicant(account, call), call.ids[0]
    status = call.body(_DECISION)["ApplicationStatus"]
    account.applications.put(id, {**one(account.applications, id, "application"), "Status": status})
    account.applicants.put(applicant, {**one(account.applicants, applicant, "applicant"), "Status": status})
    account.emit("ApplicantApplication.Updated", ApplicantId=applicant, ApplicationId=id)
    return json_response(_application(account, id))


def _put_group(account: Account, call: Call) -> Response:
    id = call.ids[0]
    one(account.groups, id, "applicant group")
    body = call.body(_GROUP_PUT)
    _check_unit(account, body["UnitId"])
    account.groups.put(
        id, {"UnitId": body["UnitId"], "ApplicantIds": body["ApplicantIds"], "Status": body["ApplicantGroupStatus"]}
    )
    return json_response(show_group(account, id))


def _list_groups(account: Account, call: Call) -> Response:
    query = call.query
    tests: list[Test | None] = [
        entity(account, call, lambda row: _property_of(account, row)),
        among(query.choices("applicationgroupstatuses", words.APPLICATION_STATUSES), lambda row: row["Status"]),
        among(query.wholes("unitids"), lambda row: row["UnitId"]),
        containing(
            query.text("name"),
            lambda row: [
                f"{person['FirstName']} {person['LastName']}"
                for person in map(account.applicants.get, row["ApplicantIds"])
                if person
            ],
        ),
    ]
    return listing(call, account.groups, lambda id: show_group(account, id), tests)


def _post_group(account: Account, call: Call) -> Response:
    body = call.body(_GROUP)
    _check_unit(account, body["UnitId"])
    for applicant in body["ApplicantIds"]:
        one(account.applicants, applicant, "applicant")
    id = account.groups.add({**body, "Status": "New"})
    for applicant in body["ApplicantIds"]:
        row = one(account.applicants, applicant, "applicant")
        account.applicants.put(applicant, {**row, "ApplicantGroupId": id})
    return created(call, id, show_group(account, id))
