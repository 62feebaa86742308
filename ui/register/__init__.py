"""The seal register: impressions, and machines that are out of service."""
