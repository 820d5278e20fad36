"""The permanent addresses under ``/pki/``."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("pki/root.cer", views.certificate, {"authority": "root"}, name="pki_root"),
    path("pki/issuing.cer", views.certificate, {"authority": "issuing"}, name="pki_issuing"),
    path("pki/root.pem", views.pem, {"authority": "root"}, name="pki_root_pem"),
    path("pki/issuing.pem", views.pem, {"authority": "issuing"}, name="pki_issuing_pem"),
    path("pki/root.crl", views.revocation_list, {"authority": "root"}, name="pki_root_crl"),
    path("pki/issuing.crl", views.revocation_list, {"authority": "issuing"}, name="pki_issuing_crl"),
    path("pki/tsa", views.timestamp, name="pki_tsa"),
]
