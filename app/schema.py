"""Every records module, imported once: the metadata is then whole for migrations and the hub."""

import app.store.desk_tables  # noqa: F401
