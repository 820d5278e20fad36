"""Payment orders and signed gateway callbacks."""
