"""Addresses of the approval. Every name stands in the table of ``console.permissions``."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "approval"

urlpatterns = [
    path("", views.approvals, name="approvals"),
    path("<uuid:endorsement_id>/", views.approval, name="approval"),
    path("<uuid:endorsement_id>/page-<int:page>.webp", views.approval_picture, name="approval_picture"),
    path("<uuid:endorsement_id>/application/page-<int:page>.webp", views.approval_application, name="approval_application"),
    path("<uuid:endorsement_id>/ask/<slug:decision>/", views.ask, name="approval_ask"),
    path("<uuid:endorsement_id>/approve/", views.approve, name="approve"),
    path("<uuid:endorsement_id>/refuse/", views.refuse, name="refuse"),
]
