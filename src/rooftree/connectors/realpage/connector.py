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
    pack,
    picks,
    portfolio,
)
from rooftree.connectors.realpage.fields import FIELDS
from rooftree.connectors.realpage.manifest import MANIFEST, sign
from rooftree.connectors.realpage.webhooks import RealPageWebhooks
from rooftree.errors import InvalidInput
from rooftree.model.names import RECORDS

_ROWS = (*portfolio.ROWS, *availability.ROWS, *ledger.ROWS, *leasing.ROWS, *maintenance.ROWS)
RESOURCES = tuple(sorted(_ROWS, key=lambda row: list(RECORDS).index(row.name)))


def identify(wire: Wire) -> Company:
    """Whose sites these are. Raises InvalidInput where the services described themselves and lack the list of sites."""
    discovery.check_has("getsitelist", wire.options)
    rows = client.sites(wire)
    overlay = wire.options.get("mapping_pack", "")
    site = next((code for row in rows if (code := soap.text(row, "SiteID"))), None)
    if overlay and site:
        _check_pack(overlay, wire, site)
    return Company(name=next((name for row in rows if (name := soap.text(row, "PMCName"))), "(no site activated)"))


def _check_pack(overlay: str, wire: Wire, site: str) -> None:
    """Raises InvalidInput for a word of the customer's pack that the first site's own lists lack."""
    strange = pack.unlisted(overlay, {name: picks.words(wire, site, name) for name in picks.METHODS})
    if strange:
        raise InvalidInput(f"Site {site} has none of these words: {'; '.join(strange)}.", path="mapping_pack")


CONNECTOR = Connector(
    manifest=MANIFEST,
    resources=RESOURCES,
    sign=sign,
    decode=soap.decode,
    explain=answers.explain,
    kind_of=answers.kind_of,
    alone=client.site_of,
    identify=identify,
    webhooks=RealPageWebhooks(),
    fields=FIELDS,
    learn=discovery.learn,
    picks=picks.SiteLists,
)
