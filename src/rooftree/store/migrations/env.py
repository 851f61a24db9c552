"""Run by Alembic inside the transaction that `migrate.upgrade` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from rooftree.store.schema import all_tables


def _render(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Our column types as the plain types under them: a migration must outlive our classes."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__.startswith("rooftree."):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(connection=context.config.attributes["connection"], target_metadata=all_tables(), render_item=_render)
context.run_migrations()
