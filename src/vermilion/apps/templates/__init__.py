"""Document kinds, templates and their data schemas."""
