"""What needs me today, in the order of harm."""
