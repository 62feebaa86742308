"""Electronic signing: the customer's ink, the evidence and the signed document."""
