"""Files by hash, in parts."""
