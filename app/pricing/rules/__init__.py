"""The arithmetic of a premium: whole numbers inside, one rounding per person and cover."""
