"""What the OAuth toolkit asks of us: which clients there are."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class ClientValidator(OAuth2Validator):  # type: ignore[misc]
    """The toolkit's validator for our clients (``OAUTH2_PROVIDER["OAUTH2_VALIDATOR_CLASS"]``): one that was shut out gets no token."""

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Tell whether id and secret are right and belong to a client that is let in."""
        known = super().authenticate_client(request, *args, **kwargs)
        client = getattr(request.client, "api_client", None) if known else None
        return bool(client and client.active)

    def _load_application(self, client_id: str | None, request: Any) -> Any:
        # The toolkit asks the database whatever was sent, and PostgreSQL takes no NUL.
        return None if client_id is None or "\0" in client_id else super()._load_application(client_id, request)
