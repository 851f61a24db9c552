"""Calls that no PMS can accept: they change nothing, and how they are refused tells the rights of a key.

A connector may declare one (`Connector.trials`) only where its contract makes it safe: a body without what it declares
as required, or a record whose id cannot be. Nothing is ever said in one, so that there is nothing to keep or to send.
"""

from __future__ import annotations

from rooftree.connectors.base import Request


def saying_nothing(method: str, *paths: str) -> tuple[Request, ...]:
    """One call for each path, whose body is an empty object."""
    return tuple(Request(method=method, path=path, json={}) for path in paths)
