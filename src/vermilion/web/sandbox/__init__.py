"""The demo's stand-ins for outside services: a payment page and a view of what was sent. They exist in demo instances only."""
