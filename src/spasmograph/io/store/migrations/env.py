"""How Alembic runs the migrations: always on the connection that the program has opened, in one transaction."""

from alembic import context

from spasmograph.io.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
