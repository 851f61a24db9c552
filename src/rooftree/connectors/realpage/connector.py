"""RealPage: the table of what can be done with each record, put together from its parts."""

from __future__ import annotations

from rooftree.connectors import soap
from rooftree.connectors.base import Company, Connector, Wire
from rooftree.connectors.realpage import (
    answers,
    availability,
    client,
    discovery,
    leasing,
    ledger,
    maintenance,
    portfolio,
)
from rooftree.connectors.realpage.fields import FIELDS
from rooftree.connectors.realpage.manifest import MANIFEST, sign
from rooftree.connectors.realpage.webhooks import RealPageWebhooks
from rooftree.model.names import RECORDS

_ROWS = (*portfolio.ROWS, *availability.ROWS, *ledger.ROWS, *leasing.ROWS, *maintenance.ROWS)
RESOURCES = tuple(sorted(_ROWS, key=lambda row: list(RECORDS).index(row.name)))


def identify(wire: Wire) -> Company:
    """Whose sites these are. Raises InvalidInput where the services described themselves and lack the list of sites."""
    discovery.check_has("getsitelist", wire.options)
    rows = client.sites(wire)
    return Company(name=next((name for row in rows if (name := soap.text(row, "PMCName"))), "(no site activated)"))


CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=RESOURCES,
    sign=sign,
    decode=soap.decode,
    explain=answers.explain,
    kind_of=answers.kind_of,
    identify=identify,
    webhooks=RealPageWebhooks(),
    fields=FIELDS,
    learn=discovery.learn,
)
