"""`rooftree connectors new`: the folders of a connector and its simulator, with every verb not built and all green."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from rooftree.errors import InvalidInput

_PLACES = {
    "connector.py.txt": "src/rooftree/connectors/$name/connector.py",
    "mapping.py.txt": "src/rooftree/connectors/$name/mapping.py",
    "simulator.py.txt": "src/rooftree/simulators/$name/simulator.py",
    "test.py.txt": "tests/connectors/$name/test_$name.py",
    "page.md.txt": "docs/connectors/$name.md",
}
_PACKAGES = ("src/rooftree/connectors/$name/__init__.py", "src/rooftree/simulators/$name/__init__.py")
_ENTRY = '[project.entry-points."rooftree.connectors"]\n'
_SIMULATORS = "_MODULES = {\n"


def run(action: str, name: str, title: str) -> None:
    """The command: write it here, and say what comes next."""
    if action != "new":
        raise InvalidInput("The only action is `new`: rooftree connectors new NAME.", path="action")
    for path in write(name, title, Path.cwd()):
        print(path)
    print(f"Next: `make install docs`, then `pytest tests/contract -k {name}`, then docs/connectors/new.md.")


def write(name: str, title: str, root: Path) -> list[Path]:
    """Write everything into a checkout of Rooftree; the paths, relative to it.

    Raises InvalidInput for a name that cannot be a folder, one that is there already, or a folder that is no checkout.
    """
    _check(name, root)
    facts = {"name": name, "title": title or name.replace("_", " ").title(), **_imports(name)}
    templates = files("rooftree.surfaces.cli.scaffold")
    contents = {place: (templates / template).read_text() for template, place in _PLACES.items()}
    contents |= dict.fromkeys(_PACKAGES, "")
    written = []
    for place, text in contents.items():
        path = root / Template(place).substitute(facts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(facts))
        written.append(path.relative_to(root))
    _insert(root / "pyproject.toml", _ENTRY, f'{name} = "rooftree.connectors.{name}.connector:CONNECTOR"\n')
    module = f"rooftree.simulators.{name}.simulator"
    _insert(root / "src/rooftree/simulators/registry.py", _SIMULATORS, f'    "{name}": "{module}",\n')
    return [*written, Path("pyproject.toml"), Path("src/rooftree/simulators/registry.py")]


def _imports(name: str) -> dict[str, str]:
    """The import of its mapping, before or behind that of `base` as the alphabet wants it."""
    line = f"from rooftree.connectors.{name}.mapping import unread\n"
    return {"before_base": line if name < "base" else "", "after_base": "" if name < "base" else line}


def _check(name: str, root: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name):
        raise InvalidInput("A connector's name is lower-case letters, digits and underscores.", path="name")
    if not (root / "src/rooftree/connectors/base.py").exists():
        raise InvalidInput("Run this in a checkout of Rooftree (there is no src/rooftree here).", path="directory")
    if (root / "src/rooftree/connectors" / name).exists():
        raise InvalidInput(f"There is a connector {name} already.", path="name")


def _insert(path: Path, after: str, line: str) -> None:
    text = path.read_text()
    if after not in text:
        raise InvalidInput(f"{path.name} has no place for it (looked for {after.strip()!r}).", path="directory")
    path.write_text(text.replace(after, after + line, 1))
