"""How the rights of a Buildium key are learned: scoped by entity, view or edit; without one 403 (contract 2.2).

A create without its required fields is refused (422), and so is a change of what has the number 0 (404).
"""

from rooftree.connectors.trials import saying_nothing

_TODO = "/v1/tasks/todorequests"
_ORDER = "/v1/workorders"
_ASKED = "/v1/tasks/contactrequests"

TRIALS = {
    "property.create": saying_nothing("POST", "/v1/rentals"),
    "property.update": saying_nothing("PUT", "/v1/rentals/0"),
    "unit.create": saying_nothing("POST", "/v1/rentals/units"),
    "unit.update": saying_nothing("PUT", "/v1/rentals/units/0"),
    "listing.create": saying_nothing("PUT", "/v1/rentals/units/0/listing"),
    "listing.update": saying_nothing("PUT", "/v1/rentals/units/0/listing"),
    "owner.create": saying_nothing("POST", "/v1/rentals/owners"),
    "lease.create": saying_nothing("POST", "/v1/leases"),
    "lease.update": saying_nothing("PUT", "/v1/leases/0"),
    "lease.close": saying_nothing("POST", "/v1/leases/0/moveouts"),
    "resident.create": saying_nothing("POST", "/v1/leases/tenants"),
    "charge.create": saying_nothing("POST", "/v1/leases/0/charges"),
    "payment.create": saying_nothing("POST", "/v1/leases/0/payments"),
    "lead.create": saying_nothing("POST", _ASKED),
    "lead.update": saying_nothing("PUT", f"{_ASKED}/0"),
    "lead.close": saying_nothing("PUT", f"{_ASKED}/0"),
    "applicant.create": saying_nothing("POST", "/v1/applicants"),
    "applicant.update": saying_nothing("PUT", "/v1/applicants/0"),
    "application.update": saying_nothing("PUT", "/v1/applicants/0/applications/0"),
    "vendor.create": saying_nothing("POST", "/v1/vendors"),
    "work_order.create": saying_nothing("POST", _TODO, _ORDER),
    "work_order.update": saying_nothing("PUT", f"{_TODO}/0", f"{_ORDER}/0"),
    "work_order.close": saying_nothing("PUT", f"{_TODO}/0"),
    "phone_log.create": saying_nothing("POST", "/v1/communications/phonelogs"),
    "phone_log.update": saying_nothing("PUT", "/v1/communications/phonelogs/0"),
}
