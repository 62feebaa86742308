"""Files in parts, and whole rounds as packs on a stick."""
