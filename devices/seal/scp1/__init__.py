"""The driver for machines that speak SCP/1."""
