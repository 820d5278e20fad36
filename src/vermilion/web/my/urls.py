"""Addresses of ``/my/``."""

from __future__ import annotations

from django.urls import path

from . import certificates, contact, entering, passkeys, views

urlpatterns = [
    path("my/", views.policies, name="my"),
    path("my/enter/", entering.enter, name="my_enter"),
    path("my/prove/", entering.prove, name="my_prove"),
    path("my/leave/", entering.leave, name="my_leave"),
    path("my/passkeys/", passkeys.passkeys, name="my_passkeys"),
    path("my/passkeys/<uuid:passkey_id>/remove/", passkeys.remove, name="my_passkey_remove"),
    path("my/policies/<str:number>/", views.policy_page, name="my_policy"),
    path("my/policies/<str:number>/certificates/", certificates.certificates, name="my_certificates"),
    path("my/policies/<str:number>/contact/", contact.change, name="my_contact"),
]
