"""Seal machines, signature pads and other things on a cable."""
