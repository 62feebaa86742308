"""Short-term pricing: tariff, roster, quote, authority."""
