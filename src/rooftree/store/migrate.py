"""Brings a database to the schema of this version; `python -m rooftree.store.migrate regenerate` rewrites 0001.

Until the first release there is exactly one revision, generated from the metadata: whoever adds a table
regenerates it, and whoever meets a conflict in it does the same.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from rooftree.db import Database

_TREE = Path(__file__).parent / "migrations"
_INITIAL = "0001_initial"
_LOCK = 7_061_668


def upgrade(database: Database) -> None:
    """Make or update the tables; safe to call at every start and by several processes at once."""
    with database.write() as conn:
        if not database.is_sqlite:
            conn.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        command.upgrade(_config(conn), "head")


def regenerate() -> Path:
    """Write revision 0001 anew from the metadata against an empty SQLite; returns its file."""
    versions = _TREE / "versions"
    for old in versions.glob("0*.py"):
        old.unlink()
    database = Database("sqlite://")
    with database.write() as conn:
        command.revision(_config(conn), "initial", autogenerate=True, rev_id=_INITIAL)
    database.close()
    path = versions / f"{_INITIAL}.py"
    kept = [line for line in path.read_text().splitlines() if not line.strip().startswith("# ###")]
    path.write_text("\n".join(kept) + "\n")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)  # noqa: S603
    return path


def _config(conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_TREE))
    config.set_main_option("file_template", "%%(rev)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config


if __name__ == "__main__":
    if sys.argv[1:] != ["regenerate"]:
        sys.exit("usage: python -m rooftree.store.migrate regenerate")
    sys.stdout.write(f"{regenerate()}\n")
