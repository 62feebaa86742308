"""The errors of the house in two families, and every sentence they say."""
