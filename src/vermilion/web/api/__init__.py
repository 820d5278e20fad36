"""The insurer's systems: ``/api/v1`` with OpenAPI, OAuth 2 client credentials and problem+json."""
