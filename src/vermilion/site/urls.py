"""Every address of the platform; each door brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from .health import healthz
from .metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("", include("vermilion.web.staff.urls")),
    path("console/", include("vermilion.web.console.urls")),
    path("a/", include("vermilion.web.approval.urls")),
    path("sales/", include("vermilion.web.sales.urls")),
    path("", include("vermilion.web.api.urls")),
    path("", include("vermilion.web.verify.urls")),
    path("", include("vermilion.web.pki.urls")),
    path("", include("vermilion.web.portal.urls")),
    path("", include("vermilion.web.my.urls")),
    path("", include("vermilion.web.badge.urls")),
    path("", include("vermilion.web.sandbox.urls")),
]

handler400 = "vermilion.web.problems.bad_request"
handler403 = "vermilion.web.problems.permission_denied"
handler404 = "vermilion.web.problems.page_not_found"
handler500 = "vermilion.web.problems.server_error"
