"""What a customer's word for a trade means: ours, unless the customer taught another meaning."""

from __future__ import annotations

from rooftree.connectors.base import Context
from rooftree.model.vocabulary import Trade

TRADES = {
    "plumbing": Trade.PLUMBING,
    "plumber": Trade.PLUMBING,
    "electrical": Trade.ELECTRICAL,
    "electric": Trade.ELECTRICAL,
    "electrician": Trade.ELECTRICAL,
    "hvac": Trade.HVAC,
    "heating and cooling": Trade.HVAC,
    "heating & cooling": Trade.HVAC,
    "heating, cooling": Trade.HVAC,
    "air conditioning": Trade.HVAC,
    "heating": Trade.HVAC,
    "appliance": Trade.APPLIANCE,
    "appliances": Trade.APPLIANCE,
    "appliance repair": Trade.APPLIANCE,
    "locksmith": Trade.LOCKSMITH,
    "locks": Trade.LOCKSMITH,
    "general": Trade.GENERAL,
    "general contractor": Trade.GENERAL,
    "general maintenance": Trade.GENERAL,
    "handyman": Trade.GENERAL,
    "maintenance": Trade.GENERAL,
    "roofing": Trade.ROOFING,
    "roofer": Trade.ROOFING,
    "pest control": Trade.PEST_CONTROL,
    "exterminator": Trade.PEST_CONTROL,
    "mold remediation": Trade.MOLD_REMEDIATION,
    "elevator": Trade.ELEVATOR,
    "fire safety": Trade.FIRE_SAFETY,
    "fire protection": Trade.FIRE_SAFETY,
    "gas": Trade.GAS,
    "glass": Trade.GLAZING,
    "glazing": Trade.GLAZING,
    "windows": Trade.GLAZING,
    "cleaning": Trade.CLEANING,
    "janitorial": Trade.CLEANING,
    "landscaping": Trade.LANDSCAPING,
    "lawn care": Trade.LANDSCAPING,
}
"""Words people use for trades, compared in lower case.

The list of trades is the customer's own: a word that is not here is UNKNOWN, stays readable, and is taught in the
mapping pack (`trades: {"drain people": plumbing}`), which wins over this list.
"""


def to_trade(word: str | None, ctx: Context) -> Trade:
    """What a customer's category word means; UNKNOWN for a word nobody taught us."""
    plain = (word or "").strip().lower()
    taught = {str(key).lower(): value for key, value in ctx.pack.get("trades", {}).items()}
    return Trade(taught[plain]) if plain in taught else TRADES.get(plain, Trade.UNKNOWN)
