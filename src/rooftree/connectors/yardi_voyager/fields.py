"""Our fields and what Yardi calls them, so that a refusal names both (contract 3.5, 4)."""

from rooftree.connectors.naming import by_ours

FIELDS = by_ours(
    property_id="PropertyCode YardiPropertyId Property",
    unit_id="UnitCode Unit",
    resident_id="TenantCode Tenant",
    vendor_id="VendorCode Vendor",
    agent_id="Agent",
    about_id="WorkOrderId",
    title="ServiceRequestBriefDescription",
    description="ServiceRequestFullDescription Description",
    priority="Priority",
    category="Category AttachmentType",
    subcategory="SubCategory",
    status="CurrentStatus",
    entry_permission="HasPermissionToEnter",
    entry_notes="AccessNotes",
    completion_notes="TechnicianNotes",
    requested_by="RequestorName",
    first_name="FirstName",
    last_name="LastName",
    emails="Email",
    phones="PhoneNumber RequestorPhoneNumber",
    address="Address AddressLine1 AddressLine2 City State PostalCode Country",
    source="TransactionSource Source",
    wishes="TargetMoveInDate DesiredNumBedrooms DesiredNumBathrooms NumberOfOccupants Pets",
    notes="Comments",
    text="Comments",
)
