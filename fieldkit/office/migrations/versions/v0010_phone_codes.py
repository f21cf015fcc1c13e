"""The codes of approvals by telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of telephone codes."""
    op.create_table(
        "phone_codes",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("told_for", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("device", "number"),
    )
