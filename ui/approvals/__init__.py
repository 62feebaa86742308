"""The approvals screen."""
