"""One approval engine for every area."""
