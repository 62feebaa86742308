"""The quote screen with its roster."""
