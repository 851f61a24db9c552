"""What an inquiry may hold and a lead must not: identity numbers, birth dates, credit, and protected-class facts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rooftree.recognize import redacted, spans

_KINDS: Mapping[str, str] = {
    "SSN": "ssn",
    "ITIN": "itin",
    "CARD": "card_number",
    "IBAN": "bank_account",
    "BANK_ACCOUNT": "bank_account",
    "ROUTING_NUMBER": "bank_account",
    "DATE_OF_BIRTH": "date_of_birth",
    "DRIVER_LICENSE": "driver_license",
    "PASSPORT": "passport",
    "CREDENTIAL": "credential",
}
_FACTS: Mapping[str, str] = {
    "credit_score": r"\bcredit (?:score|rating)\b[^.\n]{0,25}\d{3}\b|\b\d{3}\s+credit\b|\b(?:fico|my score is)\b[^.\n]{0,15}\d{3}",
    "age": r"\b(?:i am|i'm|im|she is|he is|tengo)\s+\d{2}(?:\s+(?:years? old|yo\b|anos|años))|\b\d{2}[- ]years?[- ]old\b|\bage\s*:?\s*\d{2}\b",
    "religion": r"\b(?:i am|i'm|we are|we're|im|as) (?:an? )?(?:practicing )?(?:christian|catholic|muslim|jewish|mormon|hindu|buddhist)\b|\breligion\s*:",
    "race": r"\b(?:i am|i'm|we are|we're|im|as) (?:an? )?(?:black|white|african[- ]american|asian|hispanic|latin[oa]|mexican|native american)\b|\brace\s*:|\bethnicity\s*:",
    "national_origin": r"\b(?:i am|i'm|we are|we're) (?:originally )?from (?:mexico|india|china|haiti|nigeria|syria|ukraine|vietnam|brazil|guatemala|venezuela|iran|iraq|russia|the philippines|cuba|colombia|honduras|el salvador|pakistan|ethiopia|somalia)\b|\bimmigra(?:nt|tion) status\b|\b(?:nationality|citizenship)\s*:",
    "disability": r"\b(?:disab(?:led|ility)|wheelchair|mental illness|ptsd|autis(?:m|tic)|epilep\w+|blind|deaf|diagnos\w+|bipolar|cancer|medical condition|hiv)\b",
    "familial_status": r"\b(?:kids?|child(?:ren)?|sons?|daughters?|bab(?:y|ies)|toddlers?|pregnant|expecting (?:a|our)|single (?:mom|mother|dad|father|parent)|hijos?|hijas?|niños?|embarazada)\b",
    "marital_status": r"\b(?:married|divorced|widow(?:ed)?|separated|single (?:woman|man|female|male|mom|mother|dad|father))\b|\bmarital status\s*:",
    "sexual_orientation": r"\b(?:gay|lesbian|bisexual|transgender|queer)\b",
    "source_of_income": r"\bsection ?8\b|\bvoucher|\bssi\b|\bssdi\b|\bdisability income\b|\bhousing authority\b",
    "criminal_history": r"\bfelon(?:y|ies)?\b|\bconvict(?:ed|ion)\b|\bcriminal record\b|\bparole\b|\bprobation\b",
    "veteran_status": r"\bveteran\b",
}  # fmt: skip


def found(text: str) -> tuple[str, ...]:
    """The kinds of sensitive things a text holds, each once."""
    kinds = [_KINDS[span.type] for span in spans(text) if span.type in _KINDS]
    kinds += [kind for kind, pattern in _FACTS.items() if re.search(pattern, text, re.I)]
    return tuple(dict.fromkeys(kinds))


def without(text: str) -> str:
    """The text without identity numbers, accounts and birth dates."""
    return redacted(text, [span for span in spans(text) if span.type in _KINDS])
