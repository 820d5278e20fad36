"""Addresses of public verification; ``/v/<code>`` stands on printed policies for ever."""

from __future__ import annotations

from django.urls import path

from . import lookups, reports, views

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/report/", reports.report, name="verify-report"),
    path("verify/policy/", lookups.look_up, name="verify-look-up"),
    path("verify/original/<slug:code>/", lookups.original, name="verify-original"),
    # Whatever stands behind /v/ is a code, right or wrong, so that all wrong ones get the same answer.
    path("v/<path:code>", lookups.status, name="document-status"),
]
