"""The demonstration: its content, its seeding and the driver of one whole life of a policy."""
