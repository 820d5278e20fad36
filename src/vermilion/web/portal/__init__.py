"""The customer's door: products, the way to a policy page by page, signing, reading, acknowledging."""
