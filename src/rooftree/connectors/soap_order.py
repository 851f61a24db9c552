"""The order of fields as a customer's own SOAP service describes it (contracts of RealPage 1, 8 and of Yardi 2).

A server may refuse what stands out of order, or leave it out in silence as WCF does, and only its own description says
what the order is. It is learned when the account is connected; without it fields go as working clients send them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from rooftree import log
from rooftree.connectors import soap

FACT = "learned.field_order"
"""The option that holds it: method -> fields in order, each with its own, as JSON."""
NOTE = "learned.note"
"""The option that says what a person should know of what was found or not."""
Fields: TypeAlias = Mapping[str, Any]
_DEEPEST = 12
_logger = log.get("connectors.soap")


def described(wsdl: soap.Element) -> dict[str, Fields]:
    """The fields of every method in a description, in order."""
    schemas = soap.many(wsdl, "definitions/types/schema")
    types = {name: each for each in _named(schemas, "complexType") if (name := soap.text(each, "@name"))}
    elements = {name: each for each in _named(schemas, "element") if (name := soap.text(each, "@name"))}
    return {
        name: _fields(elements[name], types, 0) if name in elements else {}
        for name in soap.texts(wsdl, "definitions/portType/operation/@name")
    }


def _named(schemas: Iterable[soap.Element], kind: str) -> Iterator[soap.Element]:
    for schema in schemas:
        yield from soap.many(schema, kind)


def _fields(element: soap.Element, types: Mapping[str, soap.Element], depth: int) -> Fields:
    """A type may stand in its element or apart, and may begin with the fields of another."""
    name = (soap.text(element, "@type") or "").rpartition(":")[2]
    kind = soap.one(element, "complexType") or types.get(name, {})
    if depth > _DEEPEST or not kind:
        return {}
    more = soap.one(kind, "complexContent/extension")
    base = types.get((soap.text(more, "@base") or "").rpartition(":")[2], {})
    found: dict[str, Any] = {}
    for held in (base, more, kind):
        for each in [*soap.many(held, "sequence/element"), *soap.many(held, "all/element")]:
            name = soap.text(each, "@name") or (soap.text(each, "@ref") or "").rpartition(":")[2]
            found[name] = _fields(each, types, depth + 1)
    return found


@lru_cache(maxsize=16)
def _read(text: str) -> Mapping[str, Fields]:
    held: Mapping[str, Fields] = json.loads(text) if text else {}
    return held


def written(methods: Mapping[str, Fields]) -> str:
    return json.dumps(methods, separators=(",", ":"))


def arranged(call: soap.Call, learned: Mapping[str, str], service: str = "") -> soap.Call:
    """The call with its fields in the order and the letters of its description, as far as that is known.

    `service` is what precedes a method's name in what was learned, where two services have a method of one name.
    """
    fields = _read(learned.get(FACT, "")).get(f"{service}{call.operation}")
    return replace(call, parts=_in_order(call.parts, fields, call.operation)) if fields else call


def _in_order(parts: Iterable[soap.Node], fields: Fields, place: str) -> list[soap.Node]:
    """What the description does not have is left out and told: the service would drop it without a word."""
    known = {name.casefold(): (at, name) for at, name in enumerate(fields)}
    kept = []
    for part in parts:
        at, name = known.get(part.name.casefold(), (-1, part.name))
        if at < 0:
            _logger.warning("the service's description has no such field", method=place, field=part.name)
            continue
        inner = _in_order(part.children, fields[name], place) if fields[name] else part.children
        kept.append((at, replace(part, name=name, children=tuple(inner))))
    return [part for _at, part in sorted(kept, key=lambda each: each[0])]
