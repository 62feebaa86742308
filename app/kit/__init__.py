"""Money, calendar, ids, clock, errors, settings, lanes, logs, sheets: no business word."""
