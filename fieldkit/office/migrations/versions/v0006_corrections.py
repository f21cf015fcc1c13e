"""Jobs that were corrected are folded anew: a corrected step keeps who did it and when."""

import sqlalchemy as sa
from alembic import op

from fieldkit.domain.core.event import Event
from fieldkit.domain.job.fold import JOB
from fieldkit.office.ledger.documents import searchable

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CORRECTED = sa.text(
    "SELECT DISTINCT record FROM events WHERE kind = 'job' AND position > 0"
    " AND type IN ('job.amended', 'job.step_undone')"
)
_EVENTS = sa.text(
    "SELECT raw FROM events WHERE kind = 'job' AND record = :record AND position > 0"
    " ORDER BY position"
)
_KEEP = sa.text(
    "UPDATE documents SET body = :body, status = :status, person = :person"
    " WHERE kind = 'job' AND record = :record"
)


def upgrade() -> None:
    """Make these documents from their events, which stay as they are."""
    conn = op.get_bind()
    for record in conn.scalars(_CORRECTED).all():
        events = [Event.from_bytes(raw) for raw in conn.scalars(_EVENTS, {"record": record})]
        job = JOB.fold(record, events)
        status, person = searchable(job)
        body = job.model_dump_json(exclude_defaults=True)
        conn.execute(_KEEP, {"record": record, "body": body, "status": status, "person": person})
