"""The devices screen."""
