"""Addresses of the badge page."""

from __future__ import annotations

from django.urls import path

from .views import badge, photo, report

urlpatterns = [
    path("badge/<str:code>/", badge, name="badge"),
    path("badge/<str:code>", badge),
    path("badge/<str:code>/photo.webp", photo, name="badge_photo"),
    path("badge/<str:code>/report/", report, name="badge_report"),
]
