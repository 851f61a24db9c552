"""What a backfill is held against: dlt at its best documented settings, and the least a program could do."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

PATHS = {"unit": "/v1/rentals/units", "lease": "/v1/leases", "resident": "/v1/leases/tenants"}
PAGE = 1000
SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
    "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
}
"""dlt's documented settings for speed; nested lists stay JSON (`max_table_nesting` 0), files are parquet."""


def headers(credentials: Mapping[str, str]) -> dict[str, str]:
    return {
        "x-buildium-client-id": credentials["client_id"],
        "x-buildium-client-secret": credentials["client_secret"],
    }


class DltLoad:
    """A dlt pipeline into one destination; `run()` is a load, run again it is an unchanged re-sync."""

    def __init__(self, destination: str, told: Mapping[str, Any], home: Path) -> None:
        import dlt

        os.environ.update(SETTINGS)
        self._told = told
        target = home / f"{destination}.db"
        place: Any = (
            dlt.destinations.duckdb(str(target))
            if destination == "duckdb"
            else dlt.destinations.sqlalchemy(f"sqlite:///{target}")
        )
        name = f"bench_{destination}_{os.path.basename(tempfile.mktemp())}"
        self._pipeline = dlt.pipeline(name, pipelines_dir=str(home), destination=place, dataset_name="main")

    def run(self) -> float:
        """Seconds for one load."""
        began = time.perf_counter()
        self._pipeline.run(self._source(), loader_file_format="parquet").raise_on_failed_jobs()
        return time.perf_counter() - began

    def rows(self) -> int:
        counts: dict[str, int] = self._pipeline.last_trace.last_normalize_info.row_counts
        return sum(count for name, count in counts.items() if name in PATHS)

    def _source(self) -> Any:
        from dlt.sources.rest_api import rest_api_source

        paging = {"type": "offset", "limit": PAGE, "total_path": None}
        source = rest_api_source(
            {
                "client": {
                    "base_url": self._told["base_url"],
                    "headers": headers(self._told["credentials"]),
                    "paginator": paging,
                },
                "resource_defaults": {"primary_key": "Id", "write_disposition": "merge"},
                "resources": [
                    {"name": name, "endpoint": {"path": path, "params": {"orderby": "Id asc"}, "data_selector": "$"}}
                    for name, path in PATHS.items()
                ],
            }
        )
        source.max_table_nesting = 0
        return source


def least(told: Mapping[str, Any], home: Path) -> tuple[int, float]:
    """Rows and seconds of the least a program could do: pages into one SQLite table, a page a transaction."""
    began = time.perf_counter()
    rows = 0
    database = sqlite3.connect(home / "least.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE mirror (record TEXT, id TEXT, body TEXT, PRIMARY KEY (record, id))")
    with httpx2.Client(base_url=told["base_url"], headers=headers(told["credentials"]), timeout=60) as http:
        for name, path in PATHS.items():
            offset, total = 0, 1
            while offset < total:
                answer = http.get(path, params={"limit": PAGE, "offset": offset, "orderby": "Id asc"})
                found = answer.raise_for_status().json()
                database.execute("BEGIN IMMEDIATE")
                database.executemany(
                    "INSERT INTO mirror VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
                    [(name, str(row["Id"]), json.dumps(row)) for row in found],
                )
                database.execute("COMMIT")
                offset, total, rows = offset + PAGE, int(answer.headers["x-total-count"]), rows + len(found)
    database.close()
    return rows, time.perf_counter() - began
