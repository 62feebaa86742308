"""Help on every page, searchable without a line; keys to a person's own liking."""
