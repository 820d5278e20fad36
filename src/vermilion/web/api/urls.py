"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from .api import api
from .identity import callback as identity_callback
from .payments import callback
from .token import ClientTokenView

urlpatterns = [
    path("api/v1/oauth/token", ClientTokenView.as_view(), name="oauth-token"),
    path("api/payments/callback/<slug:gateway>/", callback, name="payment-callback"),
    path("api/identity/callback/<slug:provider>/", identity_callback, name="identity-callback"),
    path("api/v1/", api.urls),
]
