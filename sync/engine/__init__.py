"""One sync round: push, pull, apply, compare."""
