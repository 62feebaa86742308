"""Tables that come in as files and go out as files: .xlsx and CSV, distrusted until checked."""
