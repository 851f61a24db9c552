"""Everything a user can do, said once: name, input, kind, scope, function. Surfaces turn these into their dialects.

`work_orders.create` becomes POST /v1/work-orders, the tool `create_work_order` and `rooftree work-orders create`.
Adding an operation is writing one function with one decorator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from rooftree.errors import InvalidInput

if TYPE_CHECKING:
    from rooftree.acts.services import Services

Kind = Literal["read", "write", "act"]
I = TypeVar("I", bound="Input")  # noqa: E741 - the input of an operation


class Input(BaseModel):
    """What an operation takes; an unknown field is refused with its path."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def validated(kind: type[I], given: Mapping[str, Any]) -> I:
    """The input, checked; raises InvalidInput naming the first wrong field and what it should be."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(first["msg"], path=path) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, for which organization."""

    organization_id: str
    name: str = "local"
    services: Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing a user can do."""

    name: str
    kind: Kind
    summary: str
    input: type[Input]
    run: Callable[[Caller, Any], Any]
    description: str = ""
    examples: tuple[str, ...] = field(default=())

    @property
    def noun(self) -> str:
        """`"work-orders"` of `work_orders.create`."""
        return self.name.partition(".")[0].replace("_", "-")

    @property
    def verb(self) -> str:
        return self.name.partition(".")[2].replace("_", "-")

    @property
    def scope(self) -> str:
        return f"{self.name.partition('.')[0]}:{'read' if self.kind == 'read' else 'write'}"


_OPERATIONS: dict[str, Operation] = {}


def operation(
    name: str, kind: Kind, *, examples: tuple[str, ...] = ()
) -> Callable[[Callable[[Caller, I], Any]], Callable[[Caller, I], Any]]:
    """Register a function `(caller, input) -> JSON-ready result`; its docstring is what users read everywhere."""

    def register(run: Callable[[Caller, I], Any]) -> Callable[[Caller, I], Any]:
        summary, _, description = (run.__doc__ or "").partition("\n")
        if not summary or name in _OPERATIONS:
            raise ValueError(f"The operation {name} needs a docstring and a name of its own.")
        _OPERATIONS[name] = Operation(
            name=name,
            kind=kind,
            summary=summary.strip(),
            description=description.strip(),
            input=get_type_hints(run)["given"],
            run=run,
            examples=examples,
        )
        return run

    return register


def all_operations(noun: str | None = None) -> Iterator[Operation]:
    """Every operation by name, or only those of one noun ("work-orders")."""
    from rooftree.operations import load_all

    load_all.load(noun)
    yield from (each for _, each in sorted(_OPERATIONS.items()) if noun in (None, each.noun))
