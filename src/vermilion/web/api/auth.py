"""Who calls: a bearer token of OAuth 2 client credentials, with a scope that the operation accepts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.integrations.services import authenticate


class Scoped(HttpBearer):
    """Ninja's bearer check; any one of ``scopes`` opens, and ``request.auth`` is the ApiClient."""

    openapi_name = "oauth2"

    def __init__(self, *scopes: str) -> None:
        self.scopes = scopes
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the client. Raises TokenInvalid or ScopeMissing, which become 401 and 403 problems."""
        return authenticate(token, *self.scopes)


def client_of(request: HttpRequest) -> ApiClient:
    """Return the client that :class:`Scoped` let in."""
    client: ApiClient = request.auth  # type: ignore[attr-defined]
    return client
