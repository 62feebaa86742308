"""The custodian's sealing screen."""
