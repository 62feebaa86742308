"""A Topaz pad as its own process, with a hand that signs; imports nothing of the driver."""
