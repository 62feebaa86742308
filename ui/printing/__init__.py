"""Paper: what is printed looked at first, printed on a lane of its own, or saved as it is."""
