"""The branch cache: engine, key slots, unit of work, migrations, outbox, number blocks."""
