"""Runs the migrations on the connection that `fieldkit.office.office` hands over."""

from alembic import context

from fieldkit.office.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
