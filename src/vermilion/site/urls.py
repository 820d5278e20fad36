"""Every address of the platform; each door brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from .health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
