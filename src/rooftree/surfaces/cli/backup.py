"""A copy of the database while everything runs; worthless without the root key, which is kept elsewhere."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from rooftree.config import load
from rooftree.errors import InvalidInput, Unavailable
from rooftree.surfaces.cli.output import show


def backup(target: str, *, as_json: bool) -> None:
    """Copy the database as it is at one moment; raises InvalidInput where it cannot be, Unavailable when full."""
    settings = load()
    source = _file_of(settings.url)
    path = Path(target)
    if path.exists():
        raise InvalidInput(f"{target} is there already; name a new file.", path="file")
    try:
        copy(source, path)
    except (OSError, sqlite3.Error) as error:
        path.unlink(missing_ok=True)
        raise Unavailable(f"{target} could not be written: {error}.") from None
    told = {"file": str(path.resolve()), "bytes": path.stat().st_size, "root_key": str(settings.root_key_path)}
    if as_json:
        show(told, True)
        return
    print(f"Copied to {told['file']} ({told['bytes']:,} bytes).")
    print(f"It opens only with the root key, {told['root_key']}: keep a copy of that elsewhere, not beside this one.")


def copy(source: Path, target: Path) -> None:
    """SQLite's own online copy: of one moment, while others write; readable by this user alone."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _file_of(url: str) -> Path:
    kind, _, path = url.partition(":///")
    if kind != "sqlite" or not Path(path).exists():
        raise InvalidInput("Only an embedded SQLite database is copied here; for PostgreSQL use pg_dump.", path="file")
    return Path(path)
