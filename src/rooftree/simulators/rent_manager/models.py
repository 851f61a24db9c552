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
    ),
    "Units": Model(
        key="UnitID",
        fields=_fields("PropertyID Name UnitTypeID Bedrooms Bathrooms Comment SortOrder"),
        needs=("PropertyID", "Name"),
        inline=("Addresses",),
        children={"Leases": ("Leases", "UnitID"), "MarketRent": ("MarketRents", "UnitID")},
    ),
    "UnitTypes": Model(key="UnitTypeID", fields=("Name", "Comment")),
    "MarketRents": Model(key="MarketRentID", fields=_fields("UnitID Amount FromDate ToDate")),
    "Leases": Model(
        key="LeaseID",
        fields=_fields("TenantID UnitID PropertyID MoveInDate MoveOutDate ExpectedMoveOutDate NoticeDate"),
        needs=("TenantID", "UnitID"),
        # StartDate and EndDate of a lease come only with this embed.
        children={"LeaseRenewals": ("LeaseRenewals", "ParentLeaseID")},
    ),
    "LeaseRenewals": Model(key="LeaseRenewalID", fields=_fields("ParentLeaseID UnitID SignDate StartDate EndDate")),
    "Tenants": Model(
        key="TenantID",
        fields=_fields("TenantDisplayID Name FirstName LastName Comment PropertyID Status RentDueDay OpenBalance"),
        needs=("LastName", "PropertyID"),
        inline=("Addresses",),
        children={"Contacts": ("Contacts", "ParentID"), "Leases": ("Leases", "TenantID")},
        event="Tenant",
    ),
    "Contacts": Model(
        key="ContactID",
        fields=_fields("ParentID ParentType FirstName LastName IsPrimary Email DateOfBirth FederalTaxID Comment"),
        needs=("ParentID", "ParentType"),
        inline=("PhoneNumbers",),
    ),
    "Owners": Model(key="OwnerID", fields=_fields("Name DisplayName FirstName LastName IsActive"), event="Owner"),
    "Vendors": Model(
        key="VendorID",
        fields=_fields("Name Payee IsActive"),
        needs=("Name",),
        children={"Contacts": ("Contacts", "ParentID")},
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
        children={"History": ("History", "ParentID")},
        parents={
            "Category": ("ServiceManagerCategories", "CategoryID"),
            "Priority": ("ServiceManagerPriorities", "PriorityID"),
            "Status": ("ServiceManagerStatuses", "StatusID"),
        },
        counted=True,
        event="ServiceIssue",
    ),
    "ServiceManagerCategories": Model(key="ServiceManagerCategoryID", fields=("Name", "IsActive")),
    "ServiceManagerPriorities": Model(key="ServiceManagerPriorityID", fields=("Name", "IsActive")),
    "ServiceManagerStatuses": Model(key="ServiceManagerStatusID", fields=("Name", "IsActive")),
    "History": Model(
        key="HistoryID", fields=_fields("HistoryType ParentID EntityType HistoryDate Note IsReadOnly"), saved=False
    ),
    "Prospects": Model(
        key="ProspectID",
        fields=_fields("PropertyID Name FirstName LastName Comment ProspectStatus ProspectLeadSourceID FirstContact"),
        needs=("PropertyID", "FirstName", "LastName"),
        children={"Contacts": ("Contacts", "ParentID"), "History": ("History", "ParentID")},
        event="Prospect",
    ),
    "LeadSources": Model(key="ProspectLeadSourceID", fields=("Description", "IsActive")),
    "Appointments": Model(
        key="AppointmentID",
        fields=_fields("StartDate EndDate Subject Description TenantID ProspectID VendorID ServiceManagerIssueID"),
        needs=("StartDate", "EndDate", "Subject"),
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
