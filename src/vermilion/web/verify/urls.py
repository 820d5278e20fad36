"""Addresses of public verification; ``/v/<code>`` stands on printed policies for ever."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("v/<str:code>", views.status, name="document-status"),
]
