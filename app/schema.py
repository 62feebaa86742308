"""Every records module, imported once: the metadata is then whole for migrations and the hub."""

import app.access.records
import app.approvals.records
import app.audit.records
import app.contracts.records
import app.customers.records
import app.packs.records
import app.pricing.records
import app.reports.records
import app.seals.records
import app.signing.records
import app.store.desk_tables
import app.store.search.tables  # noqa: F401
