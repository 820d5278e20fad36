"""Addresses of the approval. Every name stands in the table of ``console.permissions``."""

from __future__ import annotations

from django.urls import path

from . import grants, increases, seal_requests, views

app_name = "approval"

urlpatterns = [
    path("", views.approvals, name="approvals"),
    path("grants/<uuid:grant_id>/", grants.grant, name="grant"),
    path("grants/<uuid:grant_id>/ask/", grants.grant_ask, name="grant_ask"),
    path("grants/<uuid:grant_id>/code/", grants.grant_code, name="grant_code"),
    path("grants/<uuid:grant_id>/approve/", grants.grant_approve, name="grant_approve"),
    path("grants/<uuid:grant_id>/reject/", grants.grant_reject, name="grant_reject"),
    path("increases/<uuid:increase_id>/", increases.increase, name="increase"),
    path("increases/<uuid:increase_id>/ask/<slug:decision>/", increases.increase_ask, name="increase_ask"),
    path("increases/<uuid:increase_id>/<slug:decision>/", increases.increase_decide, name="increase_decide"),
    path("seals/<uuid:asked_id>/", seal_requests.seal_approval, name="seal_approval"),
    path("seals/<uuid:asked_id>/<int:position>/", seal_requests.seal_approval_item, name="seal_approval_item"),
    path("seals/<uuid:asked_id>/<int:position>/page-<int:page>.webp", seal_requests.seal_approval_picture, name="seal_approval_picture"),
    path("seals/<uuid:asked_id>/ask/<slug:decision>/", seal_requests.seal_approval_ask, name="seal_approval_ask"),
    path("seals/<uuid:asked_id>/code/", seal_requests.seal_approval_code, name="seal_approval_code"),
    path("seals/<uuid:asked_id>/approve/", seal_requests.seal_approve, name="seal_approve"),
    path("seals/<uuid:asked_id>/refuse/", seal_requests.seal_refuse, name="seal_refuse"),
    path("seals/<uuid:asked_id>/comment/", seal_requests.seal_approval_comment, name="seal_approval_comment"),
    path("<uuid:endorsement_id>/", views.approval, name="approval"),
    path("<uuid:endorsement_id>/page-<int:page>.webp", views.approval_picture, name="approval_picture"),
    path("<uuid:endorsement_id>/application/page-<int:page>.webp", views.approval_application, name="approval_application"),
    path("<uuid:endorsement_id>/ask/<slug:decision>/", views.ask, name="approval_ask"),
    path("<uuid:endorsement_id>/code/", views.approval_code, name="approval_code"),
    path("<uuid:endorsement_id>/approve/", views.approve, name="approve"),
    path("<uuid:endorsement_id>/refuse/", views.refuse, name="refuse"),
]
