"""Writes the generated parts of the documents: `python -m tests.docs.write` (`make docs`)."""

from __future__ import annotations

from pathlib import Path

from pydantic_core import PydanticUndefined
from tests.docs import commands, freshness

from rooftree.config import Settings
from rooftree.connectors import levels, matrix, registry
from rooftree.connectors.base import Connector
from rooftree.simulators import registry as simulators

ROOT = Path(__file__).resolve().parents[2]
_BEGIN, _END = "<!-- generated:status -->", "<!-- /generated -->"
PLANNED = {
    "appfolio": "AppFolio",
    "yardi_voyager": "Yardi Voyager",
    "buildium": "Buildium",
    "rent_manager": "Rent Manager",
    "propertyware": "Propertyware",
    "entrata": "Entrata",
    "realpage": "RealPage",
    "rentvine": "Rentvine",
    "embedded": "Rooftree's own",
}


def documents() -> dict[Path, str]:
    """Every document with generated parts, as a fresh run writes it."""
    found = {
        ROOT / "README.md": _readme(),
        ROOT / "docs/settings.md": _settings(),
        ROOT / "docs/cli.md": commands.page(),
        ROOT / "docs/sync.md": freshness.written((ROOT / "docs/sync.md").read_text()),
    }
    for connector in registry.all_connectors():
        page = ROOT / f"docs/connectors/{connector.name}.md"
        found[page] = matrix.written(page.read_text(), connector)
    return found


def _readme() -> str:
    before, _, rest = (ROOT / "README.md").read_text().partition(_BEGIN)
    after = rest.partition(_END)[2]
    rows = ["| system | level | speaks | proven on |", "|---|---|---|---|", *(_row(name) for name in PLANNED)]
    return f"{before}{_BEGIN}\n" + "\n".join(rows) + f"\n{_END}{after}"


def _row(name: str) -> str:
    if name not in registry.names():
        return f"| {PLANNED[name]} | not yet | | |"
    connector = registry.load(name)
    title = f"[{connector.manifest.title}](docs/connectors/{name}.md)"
    return f"| {title} | {levels.level(connector)} | {connector.manifest.wire} | {_proof(connector)} |"


def _proof(connector: Connector) -> str:
    if connector.manifest.native:
        return "itself: it is the real thing"
    return "our simulator, written from its wire contract" if connector.name in simulators.NAMES else "nothing yet"


def _settings() -> str:
    lines = [
        "# Settings",
        "Read once at start-up from the environment or a file `.env`. A wrong value stops the program and says which.",
        "",
        "| variable | default | what it is |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        shown = "" if field.default in (None, "", PydanticUndefined, []) else f"`{field.default}`"
        lines.append(f"| `ROOFTREE_{name.upper()}` | {shown} | {field.description or ''} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text)
        print(path.relative_to(ROOT))
