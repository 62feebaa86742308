"""The reports page: choose, run with progress, look, drill to the rows, take out, save."""
