"""Physical seals: permits, the two phases of a stamp, doubt, the register."""
