"""How many SMS segments a text takes: GSM-7 where every character fits, else UCS-2.

Source: 3GPP TS 23.038 (alphabet) and TS 23.040 (concatenation); https://www.twilio.com/docs/glossary/what-sms-character-limit.
"""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""These cost two septets."""


def is_gsm(text: str) -> bool:
    """Whether the text fits the GSM 7-bit alphabet; one curly quote or emoji and it does not."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def count(text: str) -> int:
    """Segments the text is sent in; at least one."""
    if is_gsm(text):
        return _fill([2 if letter in _EXTENDED else 1 for letter in text], alone=160, joined=153)
    return _fill([2 if ord(letter) > 0xFFFF else 1 for letter in text], alone=70, joined=67)


def _fill(costs: list[int], *, alone: int, joined: int) -> int:
    """Segments when no character may be cut in two."""
    if sum(costs) <= alone:
        return 1
    segments, used = 1, 0
    for cost in costs:
        if used + cost > joined:
            segments, used = segments + 1, 0
        used += cost
    return segments
