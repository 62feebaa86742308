"""A seal machine in software, in its own process, which speaks SCP/1 on a pseudo-terminal."""
