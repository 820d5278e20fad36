"""Addresses of the API."""

from __future__ import annotations

from django.urls import path
from oauth2_provider.views import TokenView

from .api import api
from .payments import callback

urlpatterns = [
    path("api/v1/oauth/token", TokenView.as_view(), name="oauth-token"),
    path("api/payments/callback/<slug:gateway>/", callback, name="payment-callback"),
    path("api/v1/", api.urls),
]
