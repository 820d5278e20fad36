"""A company as policyholder: what shows that somebody may act for it, and its own seal and certificate on what she signs."""
