"""Serial transport, framing, COSE and device errors."""
