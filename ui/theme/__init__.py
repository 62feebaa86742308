"""Colours, spacing, text sizes and icons in one place."""
