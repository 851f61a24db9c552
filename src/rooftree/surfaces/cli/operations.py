"""Every operation of the registry as a command: `work_orders.create` is `rooftree work-orders create`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from pydantic_core import PydanticUndefined

from rooftree.operations.registry import Operation, all_operations
from rooftree.surfaces.cli.output import plainly, show

_OWN_COMMANDS = frozenset({"triage"})


def add_to(app: typer.Typer) -> None:
    """Add one group of commands per noun."""
    groups: dict[str, typer.Typer] = {}
    for operation in all_operations():
        if operation.noun in _OWN_COMMANDS:
            continue
        if operation.noun not in groups:
            words = operation.noun.replace("-", " ")
            groups[operation.noun] = typer.Typer(help=f"Work with {words}.", no_args_is_help=True)
            app.add_typer(groups[operation.noun], name=operation.noun)
        examples = "; ".join(f"`{example}`" for example in operation.examples)
        epilog = f"Example: {examples}" if examples else None
        groups[operation.noun].command(operation.verb, help=operation.summary, epilog=epilog)(_command(operation))


def _command(operation: Operation) -> Callable[..., None]:
    def run(**given: Any) -> None:
        from rooftree.surfaces.home import local_caller, services
        from rooftree.surfaces.validation import validated

        as_json = bool(given.pop("as_json"))
        with plainly(), services() as ready:
            known = {name: value for name, value in given.items() if value is not None}
            show(operation.run(local_caller(ready), validated(operation.input, known)), as_json)

    parameters = [_parameter(name, field) for name, field in operation.input.model_fields.items()]
    as_json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
    parameters.append(inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=as_json))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _parameter(name: str, field: Any) -> inspect.Parameter:
    required = field.default is PydanticUndefined and field.default_factory is None
    kind = field.annotation if field.annotation in (int, float, bool, str) else str
    if required:
        annotation: Any = Annotated[kind, typer.Argument(help=field.description or "")]
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)
    annotation = Annotated[kind | None, typer.Option(help=field.description or "")]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
