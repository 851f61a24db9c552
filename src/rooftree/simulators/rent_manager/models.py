"""The resources this simulator speaks: key, fields, what a save needs, its lock and its embeds (contract 3)."""

from __future__ import annotations

from dataclasses import dataclass, field

AUDIT = ("CreateDate", "UpdateDate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One resource. `inline` embeds are kept in the row; `children` are rows of another resource, by foreign key."""

    key: str
    fields: tuple[str, ...]
    needs: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    children: dict[str, tuple[str, str]] = field(default_factory=dict)
    parents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Embeds that are one row of another resource, which this row names."""
    counted: bool = False
    """Whether its lock is ConcurrencyID; else UpdateDate."""
    saved: bool = True
    event: str = ""
    custom: bool = False
    """Whether staff may have fields of their own on it (embed UserDefinedValues)."""
    hidden: bool = False
    """A table behind an embed or a call; no resource of its own."""


def _fields(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MODELS: dict[str, Model] = {
    "Properties": Model(
        key="PropertyID",
        fields=_fields("Name ShortName ManagerName IsActive PropertyType Email TaxID Comment PrimaryOwnerID"),
        needs=("Name",),
        inline=("Addresses", "PhoneNumbers"),
        children={"Units": ("Units", "PropertyID")},
        counted=True,
        custom=True,
    ),
    "Units": Model(
        key="UnitID",
        fields=_fields("PropertyID Name UnitTypeID Bedrooms Bathrooms Comment SortOrder"),
        needs=("PropertyID", "Name"),
        inline=("Addresses",),
        children={"Leases": ("Leases", "UnitID"), "MarketRent": ("MarketRents", "UnitID")},
        parents={"UnitType": ("UnitTypes", "UnitTypeID"), "Property": ("Properties", "PropertyID")},
        custom=True,
    ),
    "UnitTypes": Model(key="UnitTypeID", fields=("Name", "Comment")),
    "UnitStatusTypes": Model(key="UnitStatusTypeID", fields=_fields("Name Description IsVacant")),
    "MarketRents": Model(
        key="MarketRentID", fields=_fields("UnitID Amount FromDate ToDate Comment"), needs=("UnitID", "Amount")
    ),
    "OnlineListingsRegister": Model(
        key="UnitID", fields=_fields("PropertyShortName UnitShortName UnitName PropertyID"), saved=False
    ),
    "Leases": Model(
        key="LeaseID",
        fields=_fields(
            "TenantID UnitID PropertyID MoveInDate MoveOutDate ExpectedMoveOutDate NoticeDate IsMoveOutConfirmed"
        ),
        needs=("TenantID", "UnitID"),
        # StartDate and EndDate of a lease come only with this embed.
        children={"LeaseRenewals": ("LeaseRenewals", "ParentLeaseID")},
        parents={"Tenant": ("Tenants", "TenantID"), "Unit": ("Units", "UnitID")},
    ),
    "LeaseRenewals": Model(
        key="LeaseRenewalID",
        fields=_fields("ParentLeaseID UnitID SignDate StartDate EndDate"),
        needs=("ParentLeaseID",),
    ),
    "Tenants": Model(
        key="TenantID",
        fields=_fields("TenantDisplayID Name FirstName LastName Comment PropertyID Status RentDueDay OpenBalance"),
        needs=("LastName", "PropertyID"),
        inline=("Addresses",),
        children={
            "Contacts": ("Contacts", "ParentID"),
            "Leases": ("Leases", "TenantID"),
            "History": ("History", "ParentID"),
            "RecurringCharges": ("RecurringCharges", "EntityKeyID"),
        },
        event="Tenant",
        custom=True,
    ),
    "Contacts": Model(
        key="ContactID",
        fields=_fields(
            "ParentID ParentType FirstName MiddleName LastName IsPrimary Email DateOfBirth FederalTaxID Comment"
        ),
        needs=("ParentID", "ParentType"),
        inline=("PhoneNumbers",),
    ),
    "Owners": Model(
        key="OwnerID",
        fields=_fields("Name DisplayName FirstName LastName IsActive"),
        needs=("Name",),
        children={"Contacts": ("Contacts", "ParentID"), "History": ("History", "ParentID")},
        event="Owner",
    ),
    "Vendors": Model(
        key="VendorID",
        fields=_fields("Name Payee IsActive"),
        needs=("Name",),
        children={"Contacts": ("Contacts", "ParentID"), "History": ("History", "ParentID")},
        event="Vendor",
    ),
    "ServiceManagerIssues": Model(
        key="ServiceManagerIssueID",
        fields=_fields(
            "Title Description Resolution CategoryID StatusID PriorityID AssignedToUserID AssignedOpenDate "
            "AssignedCloseDate DueDate ScheduledDate IsClosed CloseDate Hours PayeeAccountID NoteText HasPets "
            "IsAllowedToEnter IsCustomerInitiated CustomerDescription"
        ),
        needs=("Title", "Description"),
        inline=("LinkedUnits", "LinkedTenants", "LinkedProperties"),
        children={
            "History": ("History", "ParentID"),
            "WorkOrders": ("ServiceManagerIssueWorkOrders", "ServiceManagerIssueID"),
            "TechTimes": ("ServiceManagerTechTimes", "ServiceManagerIssueID"),
        },
        parents={
            "Category": ("ServiceManagerCategories", "CategoryID"),
            "Priority": ("ServiceManagerPriorities", "PriorityID"),
            "Status": ("ServiceManagerStatuses", "StatusID"),
        },
        counted=True,
        event="ServiceIssue",
        custom=True,
    ),
    "ServiceManagerCategories": Model(key="ServiceManagerCategoryID", fields=("Name", "IsActive")),
    "ServiceManagerPriorities": Model(key="ServiceManagerPriorityID", fields=("Name", "IsActive")),
    "ServiceManagerStatuses": Model(key="ServiceManagerStatusID", fields=("Name", "IsActive")),
    "ServiceManagerIssueWorkOrders": Model(
        key="ServiceManagerIssueWorkOrderID",
        fields=_fields("ServiceManagerIssueID PayeeAccountID PropertyID UnitID Description Quantity Cost Price"),
        needs=("ServiceManagerIssueID",),
    ),
    "ServiceManagerTechTimes": Model(
        key="ServiceManagerTechTimeID",
        fields=_fields("ServiceManagerIssueID TechUserID CheckInTime CheckOutTime Hours Comment"),
        needs=("ServiceManagerIssueID", "TechUserID"),
        counted=True,
        event="ServiceIssueTechTimes",
    ),
    "History": Model(
        key="HistoryID",
        fields=_fields("HistoryType ParentID EntityType HistoryDate Note IsReadOnly HistoryCategoryID HasAttachment"),
        inline=("HistoryAttachments",),
        counted=True,
        saved=False,
    ),
    "HistoryCategories": Model(key="HistoryCategoryID", fields=("Name",)),
    "Prospects": Model(
        key="ProspectID",
        fields=_fields(
            "ProspectDisplayID PropertyID Name FirstName LastName Comment ProspectStatus ProspectLeadSourceID "
            "ProspectLostReasonDescription FirstContact"
        ),
        needs=("PropertyID", "FirstName", "LastName"),
        children={
            "Contacts": ("Contacts", "ParentID"),
            "History": ("History", "ParentID"),
            "InterestedRentals": ("InterestedRentals", "ProspectID"),
        },
        event="Prospect",
        custom=True,
    ),
    "InterestedRentals": Model(
        key="InterestedRentalID", fields=_fields("ProspectID UnitID IsWaitingList"), needs=("ProspectID", "UnitID")
    ),
    "LeadSources": Model(key="ProspectLeadSourceID", fields=("Description", "IsActive")),
    "ProspectStages": Model(key="ProspectStageID", fields=_fields("Name SortOrder IsActive"), counted=True),
    "ProspectLostReasons": Model(key="ProspectLostReasonID", fields=_fields("Name IsActive"), counted=True),
    "ProspectApplications": Model(
        key="ProspectApplicationID",
        fields=_fields("AccountID ContactID PropertyID UnitID ApplicationSubmissionDate"),
        saved=False,
    ),
    "Appointments": Model(
        key="AppointmentID",
        fields=_fields("StartDate EndDate Subject Description TenantID ProspectID VendorID ServiceManagerIssueID"),
        needs=("StartDate", "EndDate", "Subject"),
    ),
    "Tasks": Model(key="TaskID", fields=_fields("Subject DueDate TenantID"), needs=("Subject",)),
    "Charges": Model(
        key="ID",
        fields=_fields(
            "AccountID AccountType TransactionType Amount TransactionDate ChargeTypeID PropertyID UnitID Comment "
            "AmountAllocated IsFullyAllocated Reference"
        ),
        needs=("AccountID", "Amount", "TransactionDate", "ChargeTypeID"),
    ),
    "Payments": Model(
        key="ID",
        fields=_fields("AccountID AccountType TransactionType Amount TransactionDate Reference Comment"),
        needs=("AccountID", "Amount", "TransactionDate"),
    ),
    "RecurringCharges": Model(
        key="RecurringChargeID",
        fields=_fields("EntityType EntityKeyID UnitID Frequency ChargeTypeID Amount Comment FromDate ToDate"),
    ),
    "ChargeTypes": Model(key="ChargeTypeID", fields=("Name",), saved=False),
    "UserDefinedFields": Model(key="UserDefinedFieldID", fields=_fields("Name FieldType ComboList"), saved=False),
    "UserDefinedValues": Model(
        key="UserDefinedValueID",
        fields=_fields("UserDefinedFieldID ParentID ParentType Name Value FieldType"),
        hidden=True,
    ),
    "WebhookDetails": Model(
        key="WebhookDetailID",
        fields=_fields("WebhookEventType URL PartnerProductID"),
        needs=("WebhookEventType", "URL"),
        counted=True,
    ),
    "Users": Model(key="UserID", fields=_fields("Username Name Firstname Lastname Email IsActive"), saved=False),
    "Locations": Model(key="LocationID", fields=("Name", "FriendlyName"), saved=False),
}
LINKS = {
    "LinkedUnits": ("Units", "UnitID"),
    "LinkedTenants": ("Tenants", "TenantID"),
    "LinkedProperties": ("Properties", "PropertyID"),
}
"""What a Service Manager issue is linked to; a plain PropertyID in the issue links nothing (contract 3.6)."""

VIEWS = {"HistoryNotes": "NOTE", "HistoryCalls": "CALL", "HistoryEmails": "EMAIL", "HistoryVisits": "VISIT"}
"""Read-only collections that show History of one type (contract 3.7)."""
PARENT_TYPES = {
    "Properties": "Property",
    "Units": "Unit",
    "Tenants": "Tenant",
    "Prospects": "Prospect",
    "Owners": "Owner",
    "Vendors": "Vendor",
    "ServiceManagerIssues": "ServiceManagerIssue",
}
"""What a row says it hangs on; ids of different resources may be equal."""
NOTED = ("ServiceManagerIssues", "Prospects")
"""Where notes can be written (contract 3.7)."""
POSTED = ("Charges", "Payments")
