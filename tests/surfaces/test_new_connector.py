"""A connector begun by command is green at once and claims nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rooftree.errors import InvalidInput
from rooftree.surfaces.cli.new_connector import write

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of this checkout, as small as the suite needs it."""
    keep = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("src", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=keep)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "README.md", tmp_path)
    return tmp_path


def test_the_contract_suite_is_green_for_a_connector_just_begun(checkout: Path) -> None:
    write("made_up", "Made Up", checkout)
    _install(checkout, "made_up")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/contract", "tests/connectors/made_up", "-k", "made_up"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": f"{checkout / 'src'}:{checkout}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout


@pytest.mark.parametrize("name", ["acme_pm", "made_up"])
def test_what_was_begun_passes_ruff(checkout: Path, name: str) -> None:
    written = [str(path) for path in write(name, "", checkout) if path.suffix == ".py"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *written], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def _install(checkout: Path, name: str) -> None:
    """What an installer would leave: the entry point."""
    info = checkout / "src" / "made_up-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 0\n")
    line = f"{name} = rooftree.connectors.{name}.connector:CONNECTOR"
    (info / "entry_points.txt").write_text(f"[rooftree.connectors]\n{line}\n")


@pytest.mark.parametrize("name", ["Buildium", "build-ium", "1st", "../etc", "x" * 50])
def test_a_name_that_cannot_be_a_folder_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match="lower-case"):
        write(name, "", checkout)


def test_a_connector_that_is_there_is_never_overwritten(checkout: Path) -> None:
    with pytest.raises(InvalidInput, match="already"):
        write("buildium", "", checkout)


def test_outside_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="checkout"):
        write("made_up", "", tmp_path)
