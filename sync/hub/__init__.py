"""The head-office hub: door, feed, merge, receipts, files."""
