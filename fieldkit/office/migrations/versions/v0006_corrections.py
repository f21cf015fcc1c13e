"""Records that were corrected are folded anew: a corrected step keeps who did it and when, and what
costs money waits for the desk."""

import sqlalchemy as sa
from alembic import op

from fieldkit.domain.core.event import Event
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.office.ledger.documents import searchable

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CORRECTED = sa.text(
    "SELECT DISTINCT kind, record FROM events WHERE position > 0 AND type IN"
    " ('job.amended', 'job.step_undone', 'customer.amended', 'product.amended')"
)
_EVENTS = sa.text(
    "SELECT raw FROM events WHERE kind = :kind AND record = :record AND position > 0"
    " ORDER BY position"
)
_KEEP = sa.text(
    "UPDATE documents SET body = :body, status = :status, person = :person"
    " WHERE kind = :kind AND record = :record"
)


def upgrade() -> None:
    """Make these documents from their events, which stay as they are."""
    conn = op.get_bind()
    for kind, record in conn.execute(_CORRECTED).all():
        key = {"kind": kind, "record": record}
        events = [Event.from_bytes(raw) for raw in conn.scalars(_EVENTS, key)]
        document = MACHINES[kind].fold(record, events)
        status, person = searchable(document)
        body = document.model_dump_json(exclude_defaults=True)
        conn.execute(_KEEP, key | {"body": body, "status": status, "person": person})
