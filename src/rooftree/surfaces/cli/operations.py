"""Every operation of the registry as a command: `work_orders.create` is `rooftree work-orders create`."""

from __future__ import annotations

import enum
import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from rooftree.errors import InvalidInput
from rooftree.operations.load_all import NOUNS
from rooftree.operations.registry import Operation, all_operations
from rooftree.surfaces.cli.output import plainly, show

_OWN_COMMANDS = frozenset({"freshness", "triage"})
PANEL = "Look and act"


def add_to(app: typer.Typer, only: str | None = None) -> None:
    """Add one group of commands per noun; with `only` the others stay empty, which is all that a list of them needs."""
    for noun, (_module, words) in sorted(NOUNS.items()):
        if noun in _OWN_COMMANDS:
            continue
        group = typer.Typer(help=words, no_args_is_help=True)
        group.callback()(_nothing)
        app.add_typer(group, name=noun, rich_help_panel=PANEL)
        if only in (None, noun):
            _fill(group, noun)


def _fill(group: typer.Typer, noun: str) -> None:
    """One command per operation; `mapping.show` stands in a group of its own within the noun's."""
    inner: dict[str, typer.Typer] = {"": group}
    for operation in all_operations(noun):
        name, _, verb = operation.verb.rpartition(".")
        if name not in inner:
            inner[name] = typer.Typer(help=f"The {name} of {noun}.", no_args_is_help=True)
            group.add_typer(inner[name], name=name)
        inner[name].command(verb, help=operation.summary, epilog=_example(operation))(_command(operation))


def _nothing() -> None:
    """A group does nothing by itself."""


def _example(operation: Operation) -> str:
    shown = operation.examples or (f"rooftree {operation.noun} {operation.verb.replace('.', ' ')}",)
    return "Example: " + "; ".join(f"`{example}`" for example in shown)


def _command(operation: Operation) -> Callable[..., None]:
    def run(**given: Any) -> None:
        from rooftree.operations.registry import validated
        from rooftree.surfaces.home import local_caller, services

        as_json = bool(given.pop("as_json"))
        with plainly(), services(quiet=True) as ready:
            fields = operation.input.model_fields
            known = {name: _read(fields[name], value) for name, value in given.items() if value is not None}
            show(operation.run(local_caller(ready), validated(operation.input, known)), as_json)

    parameters = [_parameter(name, field) for name, field in operation.input.model_fields.items()]
    as_json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
    parameters.append(inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=as_json))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _read(field: Any, value: Any) -> Any:
    """A value as typed; a document's file read, a list of objects as JSON, in the word itself or in a file."""
    if "contentMediaType" in (field.json_schema_extra or {}):
        return _file(value)
    if not any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in get_args(field.annotation)):
        return _unseen(field, value)
    try:
        return json.loads(value if value.startswith("[") else _file(value))
    except ValueError as error:
        raise InvalidInput(f"That is not JSON: {error}") from None


def _file(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text()
    except OSError as error:
        raise InvalidInput(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{name} cannot be read: it is no UTF-8 text.") from None


def _unseen(field: Any, value: Any) -> Any:
    """A secret given as `-` is typed unseen or read from standard input: a command's words are there for all to see."""
    if value != "-" or SecretStr not in get_args(field.annotation):
        return value
    return typer.prompt("Secret", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _parameter(name: str, field: Any) -> inspect.Parameter:
    required = field.default is PydanticUndefined and field.default_factory is None
    kind = _kind(field.annotation)
    told = _help(field)
    if required:
        annotation: Any = Annotated[kind, typer.Argument(help=told)]
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)
    annotation = Annotated[kind | None, typer.Option(help=told)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _kind(annotation: Any) -> Any:
    """The type a terminal can give; words are checked by the operation, which says what would be right."""
    kinds = [each for each in (get_args(annotation) or (annotation,)) if each is not type(None)]
    return kinds[0] if kinds[0] in (int, float, bool) else str


def _help(field: Any) -> str:
    words = field.description or ""
    kinds = get_args(field.annotation) or (field.annotation,)
    words_of = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, enum.Enum)]
    choices = [str(word.value) for kind in words_of for word in kind]
    return f"{words} One of {', '.join(choices)}.".strip() if choices else words
