"""Imports every module that defines operations, once."""

from __future__ import annotations

from importlib import import_module

_MODULES = ("cases", "connections", "inbox", "records", "triage", "work_orders")


def load() -> None:
    for name in _MODULES:
        import_module(f"rooftree.operations.{name}")
