"""Notice templates, the outbox, SMS and mail providers."""
