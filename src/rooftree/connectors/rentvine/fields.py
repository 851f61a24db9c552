"""Our fields and what Rentvine calls them, so that a refusal names both (contract 4)."""

from rooftree.connectors.naming import by_ours

FIELDS = by_ours(
    property_id="propertyID",
    unit_id="unitID",
    lease_id="leaseID",
    resident_id="requestedByContactID",
    vendor_id="vendorContactID",
    assigned_staff_id="assignedToUserID",
    portfolio_id="portfolioID",
    about="objectTypeID",
    about_id="objectID",
    address="address address2 city stateID postalCode countryID",
    description="description",
    priority="priorityID",
    status="workOrderStatusID",
    trade="vendorTradeID",
    vendor_notes="vendorInstructions",
    amount="estimatedAmount",
    scheduled_start="scheduledStartDate",
    scheduled_end="scheduledEndDate",
    starts_on="startDate",
    ends_on="endDate",
    is_active="isActive",
    kind_raw="isMultiUnit",
    content="file",
)
