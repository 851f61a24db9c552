"""Named fields in a form, a JSON body, or a listing site's e-mail, under the many names people give them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_string, policy
from typing import Any
from urllib.parse import parse_qsl

_NAMES: Mapping[str, str] = {
    "first": r"first ?name|given ?name|fname|nombre",
    "last": r"last ?name|surname|family ?name|lname|apellidos?",
    "name": r"(?:full |your |contact |prospect |renter |lead |customer |applicant )?name|from|nombre completo|caller",
    "email": r"(?:your |contact |renter |prospect )?e-?mail(?: address)?|correo(?: electronico)?|reply[- ]to",
    "phone": r"(?:your |contact |cell |mobile |home |renter |prospect )?(?:phone|telephone|cell|mobile|tel)(?: ?number| ?no\.?| ?#)?|"
    r"telefono|caller ?id|call ?back(?: number)?|number",
    "move_in": r"(?:desired |preferred |target |planned |ideal )?move[- ]?in(?: ?date)?|moving(?: date)?|move date|desired date|"
    r"available by|needed by|fecha(?: de mudanza)?|lease start(?: date)?",
    "bedrooms": r"(?:desired |number of |no\.? of |min )?(?:bed ?rooms?|beds?|br|bdrms?)(?: needed| desired)?|unit type|floor ?plan|"
    r"recamaras|habitaciones|beds/baths|layout",
    "rent": r"(?:max(?:imum)? |monthly |desired |target )?(?:rent|budget|price)(?: ?range| ?max| ?budget)?|max(?:imum)? (?:rent|price|budget)|"
    r"presupuesto|price range",
    "occupants": r"(?:number of |no\.? of |total )?(?:occupants?|people|residents|tenants|persons|adults)|household size|ocupantes|personas",
    "pets": r"pets?(?: ?details| ?info(?:rmation)?| ?type|\?)?|mascotas?|animals?",
    "source": r"(?:lead )?source|referr(?:er|al)(?: source)?|how did you hear(?: about us)?\??|heard (?:about us )?(?:from|on)|via|site|origin",
    "tour": r"(?:tour|showing|visit|viewing)(?: ?requested| ?request| ?date| ?time|\?)?|schedule (?:a )?tour",
    "property": r"propert(?:y|ies)(?: ?name| ?address| of interest)?|listing(?: ?address| ?title)?|unit(?: ?number| ?of interest)?|address|"
    r"community|apartment|rental|regarding|re|propiedad|interested in",
    "message": r"(?:your )?(?:message|comments?|questions?|notes?|inquiry|body|text|transcript(?:ion)?|mensaje|comentarios)(?: from \w+)?",
}  # fmt: skip
_LINE = re.compile(r"^\s*[*>\-•]*\s*\**([A-Za-zÁÉÍÓÚáéíóúñÑ#/&.'\- ]{2,40}?\??)\**\s*[:=]\s*\**\s*(.*?)\s*$")
_QUOTED = re.compile(r"^(?:on .{5,80} wrote:|-{2,} ?(?:original|forwarded) message.*|_{5,})$", re.I)
_TAG = re.compile(r"<(?:br|/p|/div|/tr|/td|/li|/h\d)[^>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Said:
    """Named values, e-mail headers, the message where one was marked, and what is left."""

    values: Mapping[str, str]
    headers: Mapping[str, str]
    message: str
    rest: str
    extra: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> str:
        return self.values.get(name, "")


def read(raw: str) -> Said:
    """The fields in `raw`, whatever its form."""
    headers, body = _mail(raw)
    pairs = _structured(body)
    if pairs is not None:
        values, left = _known(pairs), ""
    else:
        values, left = _lines(_text(body))
    message = values.pop("message", "")
    return Said(values, headers, f"{message}\n{left}".strip() if message else "", left)


def _mail(raw: str) -> tuple[Mapping[str, str], str]:
    """Headers and body when it is an e-mail, else no headers."""
    if not re.match(
        r"(?:from|to|subject|date|reply-to|return-path|received|mime-version|delivered-to):", raw.lstrip(), re.I
    ):
        return {}, raw
    mail = message_from_string(raw.lstrip(), policy=policy.default)
    headers = {name.lower(): str(value) for name, value in mail.items()}
    if "\n\n" not in raw.strip() and len(headers) < 2:
        return {}, raw
    part = mail.get_body(preferencelist=("plain", "html")) if mail.is_multipart() else mail
    try:
        content = str(part.get_content()) if part is not None else ""
    except (LookupError, KeyError, ValueError):
        content = str(mail.get_payload())
    return headers, content


def _structured(body: str) -> Mapping[str, str] | None:
    text = body.strip()
    if text.startswith("{"):
        try:
            return _flat(json.loads(text))
        except (ValueError, RecursionError):
            return None
    if re.fullmatch(r"[\w.\-\[\]]+=[^\s]*(?:&[\w.\-\[\]]+=[^\s]*)+", text):
        return dict(parse_qsl(text, keep_blank_values=True))
    return None


def _flat(value: Any, depth: int = 0) -> dict[str, str]:
    found: dict[str, str] = {}
    if isinstance(value, dict) and depth < 4:
        for key, each in value.items():
            if isinstance(each, dict):
                found |= _flat(each, depth + 1)
            elif isinstance(each, list):
                found[str(key)] = ", ".join(str(item) for item in each)
            elif each is not None:
                found[str(key)] = str(each)
    return found


def _known(pairs: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, value in pairs.items():
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key).replace("_", " ").replace("-", " ").strip().lower()
        name = _name_of(words)
        if name and value.strip():
            values.setdefault(name, value.strip())
    return values


def _text(body: str) -> str:
    if "<" in body and re.search(r"<(?:html|body|table|div|p|br)\b", body, re.I):
        body = re.sub(r"<(?:style|script)\b.*?</(?:style|script)>", " ", body, flags=re.I | re.S)
        body = html.unescape(re.sub(r"<[^>]{0,500}>", " ", _TAG.sub("\n", body)))
    return body


def _lines(text: str) -> tuple[dict[str, str], str]:
    values: dict[str, str] = {}
    left: list[str] = []
    lines = [line for line in text.splitlines() if not _QUOTED.match(line.strip())]
    for number, line in enumerate(lines):
        found = _LINE.match(line)
        name = _name_of(found[1].strip().lower()) if found else None
        if found is None or name is None:
            left.append(line)
        elif name == "message":
            values["message"] = "\n".join([found[2], *_until_next_field(lines[number + 1 :])]).strip()
        elif found[2]:
            values.setdefault(name, found[2])
    return values, "\n".join(left).strip()


def _until_next_field(lines: list[str]) -> list[str]:
    taken: list[str] = []
    for line in lines:
        found = _LINE.match(line)
        if found and _name_of(found[1].strip().lower()):
            break
        taken.append(line)
    return taken


def _name_of(words: str) -> str | None:
    return next((name for name, pattern in _NAMES.items() if re.fullmatch(pattern, words)), None)
