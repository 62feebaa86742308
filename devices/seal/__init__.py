"""Seal machines."""
