"""Addresses of the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from .api import api
from .identity import callback as identity_callback
from .payments import callback


@csrf_exempt  # a client shows its secret, no cookie
def token(request: HttpRequest) -> HttpResponseBase:
    """Give an API client its token."""
    from .token import ClientTokenView  # with the toolkit's views and requests, which no other page needs

    return ClientTokenView.as_view()(request)


urlpatterns = [
    path("api/v1/oauth/token", token, name="oauth-token"),
    path("api/payments/callback/<slug:gateway>/", callback, name="payment-callback"),
    path("api/identity/callback/<slug:provider>/", identity_callback, name="identity-callback"),
    path("api/v1/", api.urls),
]
