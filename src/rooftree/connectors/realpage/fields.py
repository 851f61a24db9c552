"""Our fields and what RealPage calls them, so that a refusal names both (contract 4.6)."""

from rooftree.connectors.naming import by_ours

FIELDS = by_ours(
    property_id="siteid propertyid",
    guest_card_id="guestcardid",
    first_name="firstname",
    middle_name="middlename",
    last_name="lastname",
    emails="email",
    phones="phonenumber PhoneNumber",
    address="line1 line2 city state zip country",
    source="primaryleadsource",
    agent_id="leasingagentid agentid",
    staff_id="creatorid",
    message="prospectcomment",
    wishes="dateneeded pricerangeid floorplangroupid leasetermmonths occupants",
    first_contact_at="datecontact",
    kind_raw="typeid",
    text="comments",
    called_at="actiondate",
    starts_at="taskapptdatetime taskdurationstart",
    ends_at="taskdurationend",
)
