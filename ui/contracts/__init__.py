"""The contract screen."""
