"""Phone logs: the one free-text record of a conversation that can be written."""

from __future__ import annotations

from datetime import date

from rooftree.simulators.buildium import words
from rooftree.simulators.buildium.account import Account
from rooftree.simulators.buildium.errors import invalid, missing
from rooftree.simulators.buildium.filters import among, containing, equal, within_days
from rooftree.simulators.buildium.routes import Call, Route, created, listing, one
from rooftree.simulators.buildium.shapes import choice, moment, nested, text, whole
from rooftree.simulators.wire import Record, Response, json_response

PHONE_LOGS = "Communications > Timelines (Phone Logs)"
_PUT = {
    "Subject": text(255, required=True),
    "Description": text(65535, required=True),
    "CallDateTime": moment(required=True),
}
_AGREEMENT = {"Id": whole(), "Type": choice(("NotSet", "Lease", "OwnershipAccount"))}
_PARTICIPANT = {
    "EntityType": choice(words.PARTICIPANTS, required=True),
    "EntityId": whole(required=True),
    "UnitAgreement": nested(_AGREEMENT),
}
_POST = {**_PUT, "Participant": nested(_PARTICIPANT, required=True)}
_PATHS = {
    "Vendor": "vendors",
    "RentalOwner": "rentals/owners",
    "RentalTenant": "leases/tenants",
    "AssociationOwner": "associations/owners",
}


def show_phone_log(account: Account, id: int) -> Record:
    """PhoneLogMessage."""
    row = one(account.phone_logs, id, "phone log")
    kind, entity, lease = row["EntityType"], row["EntityId"], row["UnitAgreementId"]
    agreement = {"Id": lease, "Type": "Lease", "Href": f"/v1/leases/{lease}"} if lease else None
    href = f"/v1/{_PATHS[kind]}/{entity}"
    return {
        "Id": id,
        "Participant": {
            "EntityId": entity,
            "EntityResources": [{"Type": kind, "Href": href}],
            "UnitAgreement": agreement,
        },
        "LoggedByStaffUser": account.staff_reference(row["UserId"]),
        "Subject": row["Subject"],
        "Description": row["Description"],
        "CallDateTime": row["CallDateTime"],
    }


def routes(account: Account) -> list[Route]:
    """The phone log endpoints of 3.16."""
    path = "/v1/communications/phonelogs"
    return [
        Route("GET", path, (PHONE_LOGS,), lambda call: _list(account, call)),
        Route("POST", path, (PHONE_LOGS,), lambda call: _post(account, call)),
        Route(
            "GET",
            f"{path}/{{id}}",
            (PHONE_LOGS,),
            lambda call: json_response(show_phone_log(account, call.ids[0])),
        ),
        Route("PUT", f"{path}/{{id}}", (PHONE_LOGS,), lambda call: _put(account, call)),
    ]


def _list(account: Account, call: Call) -> Response:
    query = call.query
    tests = [
        within_days(call, "fromdate", "todate", lambda row: date.fromisoformat(row["CallDateTime"][:10]).isoformat()),
        among(query.wholes("loggedbystaffuserids"), lambda row: row["UserId"]),
        containing(query.text("subject"), lambda row: [row["Subject"]]),
        equal(query.whole("participantentityid"), lambda row: row["EntityId"]),
        among(query.choices("participantentitytype", words.PARTICIPANTS), lambda row: row["EntityType"]),
        equal(query.whole("unitagreementid"), lambda row: row["UnitAgreementId"]),
    ]
    return listing(call, account.phone_logs, lambda id: show_phone_log(account, id), tests)


def _post(account: Account, call: Call) -> Response:
    body = call.body(_POST)
    participant = body.pop("Participant")
    kind, entity = participant["EntityType"], participant["EntityId"]
    people = {"Vendor": account.vendors, "RentalOwner": account.owners, "RentalTenant": account.tenants}
    if kind not in people or people[kind].get(entity) is None:
        raise missing(kind)
    lease = (participant["UnitAgreement"] or {}).get("Id")
    if lease and account.leases.get(lease) is None:
        raise invalid(("Participant.UnitAgreement.Id", "The lease does not exist."))
    row = {"EntityType": kind, "EntityId": entity, "UnitAgreementId": lease, "UserId": account.users.ids()[0], **body}
    id = account.phone_logs.add(row)
    account.emit("PhoneLog.Created", PhoneLogId=id)
    return created(call, id, show_phone_log(account, id))


def _put(account: Account, call: Call) -> Response:
    id = call.ids[0]
    row = one(account.phone_logs, id, "phone log")
    account.phone_logs.put(id, {**row, **call.body(_PUT)})
    account.emit("PhoneLog.Updated", PhoneLogId=id)
    return json_response(show_phone_log(account, id))
