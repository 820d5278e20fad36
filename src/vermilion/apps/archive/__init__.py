"""The archive: what a finished case consists of, and how long it must be kept."""
