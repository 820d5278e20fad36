"""One application and all that comes of it."""
