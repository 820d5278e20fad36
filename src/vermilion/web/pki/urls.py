"""The permanent addresses under ``/pki/``."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("pki/<slug:authority>.cer", views.certificate, name="pki_certificate"),
    path("pki/<slug:authority>.pem", views.pem, name="pki_pem"),
    path("pki/<slug:authority>.crl", views.revocation_list, name="pki_crl"),
    path("pki/ocsp", views.ocsp, name="pki_ocsp"),
    path("pki/ocsp/<path:query>", views.ocsp_by_get, name="pki_ocsp_get"),
    path("pki/tsa", views.timestamp, name="pki_tsa"),
]
