"""The text of a mapping pack as nodes with their lines, laid over the packs of ours that it extends.

Nothing is constructed from the nodes, so no tag can do anything. Each node knows the pack and the line it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import yaml

from rooftree.errors import InvalidInput

OPTION = "mapping_pack"
_DEPTH = {"fields": 2, "required": 2, "defaults": 2}
"""How deep an overlay is laid key by key; a list of words is one deep."""
_NULL = "tag:yaml.org,2002:null"
Shipped = Callable[[str], str | None]
"""The text of a pack of ours by its name; None where there is none."""


@dataclass(frozen=True, slots=True)
class Document:
    """A pack with what it extends beneath it; `extends` are the names from the nearest to the first."""

    name: str
    version: str
    extends: tuple[str, ...]
    sections: Mapping[yaml.ScalarNode, yaml.Node]


def document(text: str, shipped: Shipped, known: Sequence[str]) -> Document:
    """The customer's text over ours, key by key; raises InvalidInput with line and reason.

    `known` names our packs, for who asks for another.
    """
    layers = [composed(text, "")]
    own = _said(layers[0], "name")
    names = [own] if own else []
    while (at := _node(layers[-1], "extends")) is not None:
        layers.append(_next(at, names, shipped, known))
        names.append(_word(at))
    merged = reduce(lambda under, over: _laid(under, over, None), reversed(layers))
    extends = tuple(names[1:] if own else names)
    return Document(own, _said(layers[0], "version"), extends, pairs(merged))


def _next(at: yaml.Node, names: Sequence[str], shipped: Shipped, known: Sequence[str]) -> yaml.MappingNode:
    wanted = _word(at)
    if wanted in names:
        raise wrong(at, f"this makes a ring: {' extends '.join([*names, wanted])}; a pack cannot stand on itself")
    text = shipped(wanted)
    if text is None:
        told = f"there is {', '.join(known)}" if known else "none is shipped for this property system"
        raise wrong(at, f"there is no pack of ours called {wanted!r} to extend; {told}")
    return composed(text, wanted)


def composed(text: str, pack: str) -> yaml.MappingNode:
    """The top node; `pack` names a pack of ours in errors, empty for the customer's own."""
    try:
        loader = yaml.SafeLoader(text)
        loader.name = pack
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidInput(
            f"Mapping pack{_of(pack)}, line {line}: this is no YAML ({error.problem}).", path=OPTION
        ) from None
    except RecursionError:
        raise InvalidInput(f"Mapping pack{_of(pack)}: it is nested too deep.", path=OPTION) from None
    except yaml.YAMLError:
        raise InvalidInput("The mapping pack holds characters that YAML does not allow.", path=OPTION) from None
    if root is None:
        return yaml.MappingNode("tag:yaml.org,2002:map", [])
    pairs(root)
    assert isinstance(root, yaml.MappingNode)
    return root


def pairs(node: yaml.Node) -> dict[yaml.ScalarNode, yaml.Node]:
    """The lines of a mapping; raises InvalidInput for another node and for a key that stands twice."""
    if not isinstance(node, yaml.MappingNode):
        raise wrong(node, "here must be lines of `word: meaning`")
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise wrong(key, "left of a colon must be one word or number")
        if key.value.lower() in seen:
            raise wrong(key, f"{key.value!r} stands in line {seen[key.value.lower()]} already; it can mean one thing")
        seen[key.value.lower()] = line_of(key)
    return dict(node.value)


def is_nothing(node: yaml.Node) -> bool:
    """Whether nothing stands right of the colon (`~`): an overlay takes a line of ours away so."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


def line_of(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1


def where(node: yaml.Node) -> str:
    """`line 4`, with the pack's name where it is one of ours."""
    pack = node.start_mark.name if node.start_mark else ""
    return f"pack {pack}, line {line_of(node)}" if pack else f"line {line_of(node)}"


def wrong(node: yaml.Node, reason: str) -> InvalidInput:
    """What is refused, where and why."""
    pack = node.start_mark.name if node.start_mark else ""
    return InvalidInput(f"Mapping pack{_of(pack)}, line {line_of(node)}: {reason}.", path=OPTION)


def _of(pack: str) -> str:
    return f" {pack}" if pack else ""


def _laid(under: yaml.MappingNode, over: yaml.MappingNode, depth: int | None) -> yaml.MappingNode:
    """`over` on `under`: the same key is replaced, or laid key by key as deep as its section goes."""
    held = {key.value.lower(): (key, value) for key, value in pairs(under).items()}
    for key, value in pairs(over).items():
        below = _DEPTH.get(key.value, 1) if depth is None else depth - 1
        _, known = held.get(key.value.lower(), (None, None))
        if below > 0 and isinstance(known, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
            value = _laid(known, value, below)
        held[key.value.lower()] = (key, value)
    return yaml.MappingNode(over.tag, list(held.values()), over.start_mark, over.end_mark)


def _node(node: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in pairs(node).items() if key.value == name), None)


def _said(node: yaml.MappingNode, name: str) -> str:
    found = _node(node, name)
    return "" if found is None else _word(found)


def _word(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or len(node.value) > 60:
        raise wrong(node, "here must be one word or number of at most 60 letters")
    return str(node.value).strip()


def scalar(node: Any) -> str:
    """One word or number as it is written; raises InvalidInput for another node or an empty one."""
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise wrong(node, "here must be one word or number")
    return str(node.value)
