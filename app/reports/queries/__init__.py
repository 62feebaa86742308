"""Where the rows of reports come from, and how they are read."""
