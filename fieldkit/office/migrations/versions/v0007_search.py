"""Columns by which documents are found: numbers that people name, and words."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from fieldkit.office.ledger.search_columns import SEARCHED, search_columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 1000


def upgrade() -> None:
    """Add the columns and fill them."""
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("number", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("words", sa.Text(), nullable=False, server_default=""))
    _fill()
    with op.batch_alter_table("documents") as table:
        table.alter_column("number", existing_type=sa.String(200), server_default=None)
        table.alter_column("words", existing_type=sa.Text(), server_default=None)
    op.create_index("documents_by_number", "documents", ["kind", "number"])


def _fill() -> None:
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name) for name in ("kind", "record", "number", "words", "body")
    ]
    rows = sa.table("documents", *columns)
    this = (rows.c.kind == sa.bindparam("b_kind")) & (rows.c.record == sa.bindparam("b_record"))
    put = rows.update().where(this)
    put = put.values(number=sa.bindparam("b_number"), words=sa.bindparam("b_words"))
    conn = op.get_bind()
    for kind in map(str, SEARCHED):
        last = ""
        while found := conn.execute(
            sa.select(rows.c.record, rows.c.body)
            .where(rows.c.kind == kind, rows.c.record > last)
            .order_by(rows.c.record)
            .limit(_BATCH)
        ).all():
            values = []
            for record, body in found:
                number, words = search_columns(kind, record, json.loads(body))
                found_by = {"b_number": number, "b_words": words}
                values.append({"b_kind": kind, "b_record": record, **found_by})
            conn.execute(put, values)
            last = found[-1].record
