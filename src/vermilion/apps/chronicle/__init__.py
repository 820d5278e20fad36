"""Evidence events: one fact each, append-only, chained per stream."""
