"""The branch cache: base and column types, engine, key slots, unit of work, capture, migrations, outbox and inbox, number blocks, search, backup."""
