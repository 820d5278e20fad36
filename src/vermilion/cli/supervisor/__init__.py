"""``vermilion run``: everything on one machine under one parent that starts, watches, restarts and stops it."""
