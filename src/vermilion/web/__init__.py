"""The doors: pages and interfaces, no business rules."""
