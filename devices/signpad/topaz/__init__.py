"""Topaz pads on a serial line: models, decoder, driver."""
