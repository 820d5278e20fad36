"""Rules and underwriting decisions."""
