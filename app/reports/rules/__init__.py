"""What a report is, how rows become figures, and when a saved one is due."""
