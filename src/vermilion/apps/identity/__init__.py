"""Identity checks, one-time codes, willingness."""
