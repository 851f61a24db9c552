"""Masking of secrets and personal data in anything that leaves by a log, an error or a URL."""

from __future__ import annotations

import re
from collections.abc import Mapping

SECRET_NAMES = re.compile(
    r"(secret|password|passwd|token|authorization|api[-_]?key|license|licence|client[-_]?id|cookie|signature)",
    re.IGNORECASE,
)
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"), "<email>"),
    (re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)"), "<ssn>"),
    (re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)"), "<card>"),
    (re.compile(r"(?<![\w-])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\w)"), "<phone>"),
    (re.compile(r"\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}"), "<credential>"),
)


def hide(text: str, secrets: tuple[str, ...]) -> str:
    """`text` without the given secrets; for what can hold no personal data, as a mask takes long ids for telephones."""
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, "<secret>")
    return text


def mask(text: str, secrets: tuple[str, ...] = ()) -> str:
    """`text` without the given secrets, e-mail addresses, phone numbers, SSNs, cards or credentials."""
    text = hide(text, secrets)
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    return text


def mask_mapping(values: Mapping[str, object]) -> dict[str, object]:
    """A copy with secret-named values hidden and every text masked, however deep."""
    return {key: "<secret>" if SECRET_NAMES.search(key) else _mask_value(value) for key, value in values.items()}


def _mask_value(value: object) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return mask_mapping(value)
    if isinstance(value, list | tuple):
        return [_mask_value(item) for item in value]
    return value
