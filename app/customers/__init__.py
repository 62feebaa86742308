"""Customers: people and organisations, their identifiers, history and duplicates."""
