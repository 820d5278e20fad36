"""Addresses of public verification; ``/v/<code>`` stands on printed policies for ever."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    # Whatever stands behind /v/ is a code, right or wrong, so that all wrong ones get the same answer.
    path("v/<path:code>", views.status, name="document-status"),
]
