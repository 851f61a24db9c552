"""Reading a wish for no more texts: a carrier's word alone, or plain English or Spanish.

"Stop texting me" is such a wish; "please stop the leak", "don't stop texting me", "tell my neighbor to stop texting
me", "remove me from the waiting list" and "don't text me before 9" are not. Where words could mean either, what is
about texts from us to this phone counts.
"""

from __future__ import annotations

import re
from typing import Literal

Choice = Literal["out", "in"]
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""Twilio's, https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out."""
START_WORDS = frozenset({"START", "UNSTOP"})
YES = "YES"
"""One of Twilio's START words, and the commonest answer to a question of ours."""

_TEXTS = r"(?:text messages?|texts?|texting|sms|messages?|messaging|msgs?|txts?|txting)"
_ME = r"(?:me|us|this (?:number|phone)|my (?:number|phone|cell))"
_MORE = r"(?:(?:any|more|anymore|so many|all|these|those|the|your) )*"
_NEVER = r"(?:do not|don'?t|never|please no)"
_OTHERS = r"(?! (?:him|her|them|my (?!number|phone|cell)|the \w+ (?:next|across|upstairs|downstairs)))"
_LATER = r"(?! (?:back )?(?:before|after|until|till|at|during|while|unless|if|past|so |tonight|today|right now))"
_WISHES = (
    rf"\b(?:stop|quit|cease) {_MORE}{_TEXTS}\b{_OTHERS}",
    rf"\b(?:stop|quit|{_NEVER}) (?:sending|send) (?:{_ME} )?{_MORE}{_TEXTS}\b(?! to\b)",
    r"\b(?:stop|quit) (?:contacting|bothering) (?:me|us)\b",
    rf"\b{_NEVER} (?:ever )?(?:text|txt|message|sms) {_ME}\b{_LATER}",
    rf"\bno more {_TEXTS}\b",
    rf"\b(?:do not|don'?t) want (?:to (?:get|receive) )?{_MORE}{_TEXTS}\b",
    r"\b(?:please |pls )unsubscribe\b|\bunsubscribe (?:me|us|this number)\b",
    rf"\bopt(?:ing)? (?:me )?out (?:of|from) {_MORE}{_TEXTS}\b",
    rf"\b(?:take|remove) {_ME} (?:off|from) (?:your|this|(?:the|all) (?:text|texting|sms|message|contact)) list\b",
    # Spanish, accents taken off
    r"\b(?:deja|deje|dejen|pare|paren) de (?:mandar|enviar)(?:me|nos)? (?:mas )?(?:mensajes|textos|sms)\b",
    r"\b(?:deja|deje|dejen|pare|paren) de (?:escribir|textear|mensajear|contactar)(?:me|nos)\b",
    r"\bno (?:me|nos) (?:mande|manden|mandes|envie|envien|envies) (?:mas )?(?:mensajes|textos|sms)\b",
    r"\bno (?:me|nos) (?:escriba|escriban|escribas|textee|texteen|textees)\b(?! (?:antes|despues|hasta|si))",
    r"\bno (?:mas|quiero(?: recibir)?(?: mas)?) (?:sus |estos |los )?(?:mensajes|textos|sms)\b",
    r"\b(?:quiten?me|saquen?me|borren?me) de (?:su|esta) lista\b|\b(?:darme|deme|denme) de baja\b",
)
_WISH = re.compile("|".join(f"(?:{wish})" for wish in _WISHES))
_NOT_OURS = re.compile(
    r"\b(?:tell|ask|make|get|told|asked) (?:him|her|them|my|your|the|that|those)\b[^.!?;\n]*$"
    r"|\b(?:he|she|they|it|neighbou?rs?|roommates?|if you|did you|did u|why (?:do|did|would) (?:you|u))\b[^.!?;,\n]*$"
    r"|\b(?:don'?t|do not|never|didn'?t|not|cannot|can'?t|won'?t|got|getting|received|no|di(?:ga)?le que) $"
)
"""Before the wish in its sentence: somebody else's texts, a question, the opposite."""
_ALONE = re.compile(
    r"\W*(?:(?:please|pls|por favor) )?(?:stop|stopall|stop all|unsubscribe|opt out|alto)(?: (?:please|pls))?\W*"
)
_PLAIN_LETTERS = str.maketrans("áéíóúüñ’", "aeiouun'")


def read(text: str) -> tuple[Choice, str] | None:
    """What a text says about texts: ("out", "keyword" | "words"), ("in", "keyword" | "yes"), or None for nothing."""
    word = text.strip().upper()
    if word in STOP_WORDS:
        return "out", "keyword"
    if word in START_WORDS or word == YES:
        return "in", "yes" if word == YES else "keyword"
    return ("out", "words") if _wants_none(text) else None


def _wants_none(text: str) -> bool:
    plain = re.sub(r"[ \t]+", " ", text.lower().translate(_PLAIN_LETTERS))
    if _ALONE.fullmatch(plain):
        return True
    return any(not _NOT_OURS.search(plain[: found.start()]) for found in _WISH.finditer(plain))
