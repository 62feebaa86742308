"""Reading the roster of a group from a file: every wrong cell is named, nothing is guessed."""
