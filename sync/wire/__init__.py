"""Messages and their bytes on the wire."""
