"""Commands that judge a text and do nothing about it, for pipes: JSON lines in, JSON lines out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from rooftree.errors import InvalidInput
from rooftree.surfaces.cli import jsonl as lines
from rooftree.surfaces.cli.output import plainly

File = Annotated[str | None, typer.Argument(help="A file of JSON lines; standard input when left out.")]
Lines = Annotated[bool, typer.Option("--jsonl", help="JSON lines in and out (the only form there is).")]


def add_to(app: typer.Typer) -> None:
    """The commands, each with an example."""
    example = "Example: `echo '{}' | rooftree {} --jsonl`"
    app.command(epilog=example.format('{"id":1,"text":"my SSN is 123-45-6789"}', "redact"))(redact)
    app.command(epilog=example.format('{"id":1,"text":"no kids","jurisdiction":"CA"}', "guard"))(guard)
    pair = '{"id":1,"a":{"text":"sink leaks","unit":"4B"},"b":{"text":"water under sink","unit":"4B"}}'
    app.command(epilog=example.format(pair, "duplicates"))(duplicates)
    leads = typer.Typer(help="Read inquiries.", no_args_is_help=True)
    inquiry = '{"id":1,"channel":"sms","raw":"2 bedroom for June 1?","received_on":"2026-05-01"}'
    leads.command("parse", epilog=example.format(inquiry, "leads parse"))(parse_leads)
    app.add_typer(leads, name="leads")


def redact(file: File = None, jsonl: Lines = True) -> None:
    """Find personal data in texts and take it out: {"id","text"} in, {"id","text","spans"} out."""
    from rooftree.recognize import redacted, spans

    def answer(given: Mapping[str, Any]) -> Mapping[str, Any]:
        text = text_of(given)
        found = spans(text)
        shown = [{"start": span.start, "end": span.end, "type": span.type} for span in found]
        return {"text": redacted(text, found), "spans": shown}

    with plainly():
        raise typer.Exit(lines.run(file, answer))


def guard(file: File = None, jsonl: Lines = True) -> None:
    """Judge outgoing texts for fair housing: {"id","text","channel","jurisdiction"} in, label and reason out."""
    from dataclasses import asdict

    from rooftree.fair_housing.guard import guard as judge

    def answer(given: Mapping[str, Any]) -> Mapping[str, Any]:
        place = str(given.get("jurisdiction") or "")
        return asdict(judge(text_of(given), str(given.get("channel") or ""), place))

    with plainly():
        raise typer.Exit(lines.run(file, answer))


def duplicates(file: File = None, jsonl: Lines = True) -> None:
    """Say whether two reports are one thing: {"id","a","b"} in, relation, score and why out."""
    from dataclasses import asdict

    from rooftree.agents.duplicates import compare, report_of

    def answer(given: Mapping[str, Any]) -> Mapping[str, Any]:
        a, b = given.get("a"), given.get("b")
        if not isinstance(a, dict) or not isinstance(b, dict):
            raise InvalidInput('the line needs "a" and "b", each an object with a text', path="a, b")
        try:
            return asdict(compare(report_of(a), report_of(b)))
        except ValueError as error:
            raise InvalidInput(f"opened_at is no date and time ({error})", path="opened_at") from None

    with plainly():
        raise typer.Exit(lines.run(file, answer))


def text_of(given: Mapping[str, Any]) -> str:
    """The text of one line; raises InvalidInput when there is none."""
    text = given.get("text")
    if not isinstance(text, str):
        raise InvalidInput('the line needs a "text"', path="text")
    return text


def parse_leads(file: File = None, jsonl: Lines = True) -> None:
    """Read inquiries: {"id","channel","raw","received_on"?} in, the lead's fields and what was withheld out."""
    from rooftree.channels.leads.parse import as_json, parse

    def answer(given: Mapping[str, Any]) -> Mapping[str, Any]:
        raw, day = given.get("raw"), given.get("received_on")
        if not isinstance(raw, str):
            raise InvalidInput('the line needs a "raw" text', path="raw")
        try:
            received = date.fromisoformat(str(day)[:10]) if day else None
        except ValueError:
            raise InvalidInput("write received_on as YYYY-MM-DD", path="received_on") from None
        return as_json(parse(str(given.get("channel") or ""), raw, received))

    with plainly():
        raise typer.Exit(lines.run(file, answer))
