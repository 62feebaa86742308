"""Set-up, checks and tests from one command, for people and for the build alike."""
