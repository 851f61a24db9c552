"""The `rooftree` command. Heavy modules are imported inside commands, so that help comes at once."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from rooftree.surfaces.cli import judgements
from rooftree.surfaces.cli.output import plainly, show

app = typer.Typer(
    name="rooftree",
    help=(
        "The open layer between property management systems and AI.\n\n"
        "See it work: `rooftree demo`. Connect your property system: `rooftree connect buildium`. "
        "No property system? `rooftree init` begins one of your own, `rooftree import-csv` fills it."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
TRY, SET_UP, RUN, DATA = "Try it", "Set up", "Run", "Your data"


@app.command(epilog='Example: `rooftree triage "water is coming through the ceiling light"`', rich_help_panel=TRY)
def triage(
    text: Annotated[
        str | None, typer.Argument(help="The resident's words; with --jsonl a file (default stdin).")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='JSON lines in ({"id","text","context"?}) and out.')] = False,
    as_json: AsJson = False,
) -> None:
    """Judge how severe a resident's text is, without doing anything about it."""
    from rooftree.operations.triage import TriageInput, judge
    from rooftree.surfaces.cli import jsonl as lines

    def answer(given: Mapping[str, Any]) -> Mapping[str, Any]:
        known = {key: given[key] for key in ("text", "context") if given.get(key) is not None}
        found = judge(TriageInput.model_validate(known))
        return {key: value for key, value in found.items() if key not in ("question", "language")}

    with plainly():
        if jsonl:
            raise typer.Exit(lines.run(text, answer))
        if text is None:
            raise typer.BadParameter("Give the text, or --jsonl with lines on stdin.")
        show(judge(TriageInput(text=text)), as_json)


@app.command(epilog="Example: `rooftree connectors --json`", rich_help_panel=TRY)
def connectors(
    action: Annotated[str | None, typer.Argument(help="`new` begins a connector in this checkout.")] = None,
    name: Annotated[str, typer.Argument(help="With `new`: its name, e.g. rent_cloud.")] = "",
    title: Annotated[str, typer.Option(help="With `new`: what people call the system.")] = "",
    as_json: AsJson = False,
) -> None:
    """What each connector can do, its integration level, and each gap with its reason."""
    if action is not None:
        from rooftree.surfaces.cli import new_connector

        with plainly():
            new_connector.run(action, name, title)
        return
    from rooftree.connectors import levels, registry
    from rooftree.surfaces.cli.output import to_json

    found = [levels.describe(connector) for connector in registry.all_connectors()]
    if as_json:
        print(to_json(found, indent=2))
        return
    for each in found:
        print(f"{each['title']} ({each['name']}): level {each['level']}")
        for record, verbs in each["verbs"].items():
            print(f"  {record:<13} {' '.join(verb for verb, there in verbs.items() if there) or '-'}")
        for gap in each["gaps"]:
            print(f"  no {gap['verb']} of {gap['record']} ({gap['kind']}): {gap['reason']} {gap['instead']}".rstrip())


@app.command(epilog="Example: `rooftree simulate buildium --port 9001 --faults throttle:GET:3`", rich_help_panel=TRY)
def simulate(
    pms: Annotated[str, typer.Argument(help="Which system to pretend to be.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 picks a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes the same made-up data.")] = 1,
    properties: Annotated[int, typer.Option(help="How many properties.")] = 3,
    units: Annotated[int, typer.Option(help="Units per property.")] = 4,
    faults: Annotated[str, typer.Option(help="Faults to arm, e.g. timeout_after_commit:POST /v1/workorders:1")] = "",
    latency_ms: Annotated[int, typer.Option(help="Wait before each answer.")] = 0,
) -> None:
    """Run one simulator alone on loopback; its credentials are printed as JSON on the first line."""
    from rooftree.simulators import registry, serve
    from rooftree.simulators.faults import parse

    if pms not in registry.NAMES:
        raise typer.BadParameter(f"There is no simulator {pms}. There are: {', '.join(registry.NAMES)}.")
    simulator = registry.build(
        pms,
        seed=seed,
        properties=properties,
        units_per_property=units,
        latency_ms=latency_ms,
        **registry.DOCUMENTED_LIMITS.get(pms, {}),
    )
    simulator.faults.armed.extend(parse(faults))
    serve.run(simulator, port)


@app.command(epilog="Example: `rooftree connect buildium --base-url http://127.0.0.1:9001`", rich_help_panel=SET_UP)
def connect(
    pms: Annotated[str, typer.Argument(help="Which property system; see `rooftree connectors`.")],
    base_url: Annotated[str, typer.Option(help="Where it answers; empty takes its usual address.")] = "",
    name: Annotated[str, typer.Option(help="What you call this connection.")] = "",
    credential: Annotated[list[str] | None, typer.Option(help="name=value; safer: leave out and be asked.")] = None,
    credentials_stdin: Annotated[bool, typer.Option(help="Read the credentials as a JSON object from stdin.")] = False,
    replace: Annotated[str, typer.Option(help="Give this connection (id or name) a new key.")] = "",
    vendors_told_by: Annotated[str, typer.Option(help="Who tells vendors of jobs: rooftree (default) or pms.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is yours; sync at once.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Begin live; only against a simulator on this machine.")] = False,
    as_json: AsJson = False,
) -> None:
    """Connect a property system: settle plan and licence, check the key, show whose it is, ask, and read it in."""
    from rooftree.surfaces.cli import connect as steps

    with plainly():
        steps.connect(
            steps.Wanted(
                pms=pms,
                base_url=base_url,
                name=name,
                credentials=tuple(credential or ()),
                from_stdin=credentials_stdin,
                replace=replace,
                vendors_told_by=vendors_told_by,
                yes=yes,
                live=live,
                as_json=as_json,
            )
        )


@app.command(epilog="Example: `rooftree init --sample`", rich_help_panel=SET_UP)
def init(
    name: Annotated[str, typer.Option(help="What you call it.")] = "Our own books",
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with made-up houses and people to try.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Begin live; only with --sample.")] = False,
    as_json: AsJson = False,
) -> None:
    """Begin without a property system: Rooftree keeps properties, residents, vendors and work orders itself."""
    from rooftree.surfaces.cli import books

    with plainly():
        books.init(name, sample=sample, live=live, as_json=as_json)


@app.command(epilog="Example: `rooftree import-csv residents rent-roll.csv --dry-run`", rich_help_panel=SET_UP)
def import_csv(
    kind: Annotated[str, typer.Argument(help="What the rows are: properties, units, residents, vendors or owners.")],
    file: Annotated[str, typer.Argument(help="The CSV file, as your spreadsheet or old system exports it.")],
    connection: Annotated[str | None, typer.Option(help="Which books; needed when there are several.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a spreadsheet into your own books: good rows are kept, each bad row says what to do about it."""
    from rooftree.surfaces.cli import books

    with plainly():
        books.import_csv(kind, file, connection, dry_run=dry_run, as_json=as_json)


@app.command(epilog="Example: `rooftree sync`", rich_help_panel=RUN)
def sync(
    connection: Annotated[str | None, typer.Argument(help="Which connection; all when left out.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read what is new in the property system into the mirror, with progress."""
    from rooftree.surfaces.cli import reading

    with plainly():
        reading.sync(connection, full=full, as_json=as_json)


@app.command(epilog="Example: `rooftree reconcile con_... --full --html drift.html`", rich_help_panel=RUN)
def reconcile(
    connection: Annotated[str | None, typer.Argument(help="Which connection; all when left out.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="How many records to read again, hot ones first.")] = 200,
    full: Annotated[bool, typer.Option("--full", help="Every record, in place of a sample.")] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Let a repair through that was held for its size.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report to this file too, as a page to send.")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the mirror against the property system field by field, repair by rule, and report what agreed."""
    from rooftree.surfaces.cli import reconciling

    with plainly():
        reconciling.run(connection, sample=None if full else sample, release=release, html=html, as_json=as_json)


@app.command(epilog="Example: `rooftree assess`, or `rooftree assess con_... --write-test 4711`", rich_help_panel=RUN)
def assess(
    connections: Annotated[list[str] | None, typer.Argument(help="Which connections; all when left out.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write the report to this file, as one page.")] = None,
    write_test: Annotated[str | None, typer.Option(help="Write for real on this unit (the PMS's id).")] = None,
    with_guest_card: Annotated[bool, typer.Option("--with-guest-card", help="Also a made-up person's card.")] = False,
    occupied: Annotated[bool, typer.Option("--occupied", help="The unit may be one where people live.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    vendor: Annotated[Path | None, typer.Option(help="Score another AI vendor by this filled-in checklist.")] = None,
    vendor_template: Annotated[bool, typer.Option("--vendor-template", help="Print an empty checklist.")] = False,
    as_json: AsJson = False,
) -> None:
    """Probe each resource with real reads, on request real writes, and grade the integration, Level 1 to 4."""
    from rooftree.surfaces.cli import assessing
    from rooftree.surfaces.cli import vendor as checklist

    with plainly():
        if vendor_template:
            print(checklist.template())
        elif vendor is not None:
            checklist.run(vendor, as_json=as_json)
        elif write_test is not None:
            card, named = with_guest_card, connections or ()
            assessing.try_writes(named, write_test, guest_card=card, occupied=occupied, yes=yes, as_json=as_json)
        else:
            assessing.assess(connections or (), html=html, as_json=as_json)


@app.command(epilog="Example: `rooftree freshness`", rich_help_panel=RUN)
def freshness(
    connection: Annotated[str | None, typer.Argument(help="Which connection; all when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say how old each kind of record is, against its target, and why where it is older."""
    from rooftree.surfaces.cli import reading

    with plainly():
        reading.freshness(connection, as_json=as_json)


@app.command(epilog="Example: `rooftree serve`", rich_help_panel=RUN)
def serve() -> None:
    """Run the server: REST, console, webhooks, links, and the worker."""
    from rooftree.surfaces import server

    with plainly():
        server.serve()


@app.command(epilog="Example: `rooftree worker`", rich_help_panel=RUN)
def worker() -> None:
    """Run a worker alone, beside a server that shares its database."""
    from rooftree.surfaces import server

    with plainly():
        server.work()


@app.command(epilog="Example: `rooftree demo --fast`", rich_help_panel=TRY)
def demo(
    pms: Annotated[str, typer.Option(help="Which simulator to play on.")] = "buildium",
    fast: Annotated[bool, typer.Option("--fast", help="Compress the waits and end by itself.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Stay up with the console until Ctrl-C.")] = False,
    units: Annotated[int, typer.Option(help="How many units to sync.")] = 1200,
) -> None:
    """Watch five tenants' texts become verified work orders, on simulators, on this machine only."""
    from rooftree.surfaces.demo import play

    with plainly():
        raise typer.Exit(play.run(pms, fast=fast, keep=keep, units=units))


@app.command(epilog="Example: `rooftree export > mirror.jsonl`", rich_help_panel=DATA)
def export(
    connection: Annotated[str | None, typer.Argument(help="Which connection; all when left out.")] = None,
) -> None:
    """Everything we hold of a property system, cases and texts, as JSON lines on stdout."""
    from rooftree.surfaces.cli import privacy

    with plainly():
        privacy.export(connection)


@app.command(epilog="Example: `rooftree erase --resident 4711`", rich_help_panel=DATA)
def erase(
    resident: Annotated[str, typer.Option(help="The resident's id in the property system.")],
    connection: Annotated[str | None, typer.Option(help="Which connection; needed when there are several.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Destroy the keys of all we hold about one resident; the property system keeps its own record."""
    from rooftree.surfaces.cli import privacy

    with plainly():
        privacy.erase(resident, connection, yes=yes, as_json=as_json)


@app.command(epilog="Example: `rooftree backup /mnt/safe/rooftree-2026-11-24.db`", rich_help_panel=DATA)
def backup(
    file: Annotated[str, typer.Argument(help="Where the copy goes; it must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Copy the embedded database while everything runs; the root key is not in it."""
    from rooftree.surfaces.cli import backup as copying

    with plainly():
        copying.backup(file, as_json=as_json)


def main() -> None:
    """The entry point: exit code 0 done, 1 failed, 2 wrong use."""
    judgements.add_to(app)
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    if asked not in own_commands():
        from rooftree.surfaces.cli import operations as operation_commands

        operation_commands.add_to(app, only=asked)
    app()


def own_commands() -> set[str]:
    """The commands written by hand; the others follow from the operations."""
    callbacks = [command.callback for command in app.registered_commands if command.callback]
    return {callback.__name__.replace("_", "-") for callback in callbacks}
