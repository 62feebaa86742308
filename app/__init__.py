"""The branch without a screen."""
