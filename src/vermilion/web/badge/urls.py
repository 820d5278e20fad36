"""Address of the badge page."""

from __future__ import annotations

from django.urls import path

from .views import badge

urlpatterns = [path("badge/<str:code>/", badge, name="badge"), path("badge/<str:code>", badge)]
