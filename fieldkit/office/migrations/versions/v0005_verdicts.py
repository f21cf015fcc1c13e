"""Indexes of the events that are read across all jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes of verdicts and of steps that were undone."""
    for name, event_type in (
        ("events_decided", "job.decided"),
        ("events_undone", "job.step_undone"),
    ):
        these = sa.text(f"type = '{event_type}'")
        op.create_index(name, "events", ["position"], sqlite_where=these, postgresql_where=these)
