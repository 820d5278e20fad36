"""The manifest of a case and how long it is kept."""
