"""What we say to residents, vendors and people on call. Plain words, two SMS segments at most.

Safety replies are not here: they are data of `triage`. Nothing here says that somebody is coming: that is said
only by `vendor_accepted`, after a vendor accepted. Spanish is written without accents on purpose: accented vowels
leave the GSM-7 alphabet and would more than double the number of SMS segments.
"""

from __future__ import annotations

import re
import unicodedata

_RESIDENT: dict[str, dict[str, str]] = {
    "en": {
        "created": "Hi {first}, this is the automated assistant of {office}. Your request for unit {unit} is "
        'work order {number}: "{title}". We are now asking a vendor and will text you here.',
        "joined": "Hi {first}, this is the automated assistant of {office}. We know about this already: it is work "
        "order {number} for unit {unit}. We have added your message and will text you when something changes.",
        "received": "Hi {first}, this is the automated assistant of {office}. We have your request for unit {unit}. "
        "The property system answers slowly, so the number follows. You do not need to write again.",
        "vendor_accepted": "{vendor} has accepted work order {number} and will contact you about the time.",
        "vendor_assigned": "The office has given work order {number} to {vendor}.",
        "no_vendor": "We have not found a vendor for work order {number} yet. A person from {office} is taking over "
        "and will contact you.",
        "with_person": "A person from {office} is taking over your request and will contact you.",
        "is_it_fixed": "{vendor} reports that work order {number} is done. Is it fixed? Please answer YES or NO.",
        "is_it_done": "Has {vendor} been there about work order {number}, and is it fixed? Please answer YES or NO.",
        "is_it_fixed_again": "Is the problem of work order {number} fixed? Please answer YES or NO.",
        "closed": "Thank you. Work order {number} is closed. Text us any time if it comes back.",
        "closed_by_office": "The office has closed work order {number}. If it is not fixed, just answer here.",
        "cancelled": "The office has cancelled work order {number}. If you still need help, just answer here.",
        "reopened": "Sorry to hear that. Work order {number} is open again and a person from {office} will follow up.",
        "rescheduled": "Work order {number} is now planned for {when}.",
        "added": "Thank you. We have added this to work order {number}.",
        "noted": "Thank you. We have added this to your request.",
        "who": "This is the automated assistant of {office}. I do not know this number. Please send your name, "
        "address and unit, so that a person can check and help.",
        "which": "This is the automated assistant of {office}. This number belongs to more than one unit. Which "
        "address and unit is it about?",
        "checking": "Thank you. A person from {office} will check this and contact you.",
        "not_maintenance": "This is the automated assistant of {office} for repairs. I have passed your message to "
        "a person at the office.",
        "empty": "This is the automated assistant of {office}. I could not read your message. Please write in a few "
        "words what is wrong. In danger, call 911 first.",
    },
    "es": {
        "created": "Hola {first}, soy el asistente automatico de {office}. Su solicitud para la unidad {unit} es la "
        'orden {number}: "{title}". Ya buscamos un tecnico y le avisamos por aqui.',
        "joined": "Hola {first}, soy el asistente automatico de {office}. Ya lo sabemos: es la orden {number} de la "
        "unidad {unit}. Agregamos su mensaje y le avisamos por aqui si algo cambia.",
        "received": "Hola {first}, soy el asistente automatico de {office}. Recibimos su solicitud para la unidad "
        "{unit}. El sistema responde lento; el numero de orden llega despues. No necesita escribir otra vez.",
        "vendor_accepted": "{vendor} acepto la orden {number} y le contactara para acordar la hora.",
        "vendor_assigned": "La oficina asigno la orden {number} a {vendor}.",
        "no_vendor": "Aun no encontramos un tecnico para la orden {number}. Una persona de {office} se hace cargo y "
        "le contactara.",
        "with_person": "Una persona de {office} se hace cargo de su solicitud y le contactara.",
        "is_it_fixed": "{vendor} informa que la orden {number} esta terminada. Quedo arreglado? Responda SI o NO.",
        "is_it_done": "Ya vino {vendor} por la orden {number}, y quedo arreglado? Responda SI o NO.",
        "is_it_fixed_again": "Quedo arreglado el problema de la orden {number}? Responda SI o NO.",
        "closed": "Gracias. La orden {number} esta cerrada. Escribanos si el problema vuelve.",
        "closed_by_office": "La oficina cerro la orden {number}. Si no esta arreglado, responda aqui.",
        "cancelled": "La oficina cancelo la orden {number}. Si todavia necesita ayuda, responda aqui.",
        "reopened": "Lo sentimos. La orden {number} esta abierta otra vez y una persona de {office} dara seguimiento.",
        "rescheduled": "La orden {number} esta prevista ahora para {when}.",
        "added": "Gracias. Lo agregamos a la orden {number}.",
        "noted": "Gracias. Lo agregamos a su solicitud.",
        "who": "Soy el asistente automatico de {office}. No conozco este numero. Mande por favor su nombre, "
        "direccion y unidad, para que una persona lo revise y le ayude.",
        "which": "Soy el asistente automatico de {office}. Este numero pertenece a mas de una unidad. De que "
        "direccion y unidad se trata?",
        "checking": "Gracias. Una persona de {office} lo revisara y le contactara.",
        "not_maintenance": "Soy el asistente automatico de {office} para reparaciones. Pase su mensaje a una persona "
        "de la oficina.",
        "empty": "Soy el asistente automatico de {office}. No pude leer su mensaje. Escriba por favor en pocas "
        "palabras que pasa. En peligro, llame primero al 911.",
    },
}

_VENDOR = {
    "offer": "{office}: {priority} {trade} job at {address}, unit {unit}: {title}. Accept: text A {code} or open "
    "{link} Decline: D {code}. Please answer by {until}.",
    "caution": "Do not enter before 911 responders say it is safe. ",
    "accepted": "Thank you. Job {code} is yours. Resident: {resident}, {phone}. When done, text DONE {code} "
    "or open {link}",
    "offer_email": "{office}: {priority} {trade} job at {address}, unit {unit}: {title}. Accept or decline job {code}: "
    "{link} Please answer by {until}.",
    "accepted_email": "Thank you. Job {code} is yours. Resident: {resident}, {phone}. When done, open {link}",
    "withdrawn": "{office}: job {code} is no longer open. Please do not go.",
    "stand_down": "{office}: please do not go to work order {number} ({address}, unit {unit}). {why}",
    "test_text": "{office}: this is a test of Rooftree. Texts from this number arrive; you need do nothing.",
    "test_page": "{office} ON CALL, A TEST: nothing has happened. Text OK {code} or open {link} to show that pages "
    "reach you.",
    "page": "{office} ON CALL: {what}. Text OK {code} or open {link} to take it.",
}

_YES = frozenset(
    "yes y yeah yep yup si sip fixed ok okay works working done perfect great good sure correct arreglado listo "
    "ya funciona".split()
)
_NO = frozenset("no n nope not nah still todavia aun isnt doesnt didnt wont never nada".split())

_FINE_NO = re.compile(r"\bno (?:problems?|more|longer|issues?)\b")
"""Neither yes nor no by itself: "no problem", "no more water", "no longer works"."""


def to_resident(name: str, language: str, **facts: str) -> str:
    """The text called `name` in the resident's language (English where we have no other)."""
    return _RESIDENT.get(language, _RESIDENT["en"])[name].format(**facts)


def to_vendor(name: str, **facts: str) -> str:
    return _VENDOR[name].format(**facts)


def as_email(office: str, job: str, text: str) -> str:
    """A text to a vendor as an e-mail, its subject in the first line."""
    subject = " ".join(f"{office}: job {job}".split())
    return f"{subject}\n\n{text}\n\nReplies to this e-mail are not read."


def yes_or_no(text: str) -> bool | None:
    """True for yes, False for no (also inside a sentence: "no its still leaking"), None when it is neither."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z]+", plain.replace("'", ""))
    if not words:
        return None
    if _FINE_NO.search(" ".join(words)):
        return None
    if any(word in _NO for word in words):
        return False
    return True if any(word in _YES for word in words[:5]) else None


def short_title(text: str, limit: int = 60) -> str:
    """The first words of a resident's text as a title, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 3].rsplit(" ", 1)[0] + "..."
