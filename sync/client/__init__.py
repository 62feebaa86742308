"""The HTTP client: signed requests, deadlines, pinned CA."""
