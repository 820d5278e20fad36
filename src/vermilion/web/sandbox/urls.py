"""Addresses of the demo's stand-ins."""

from __future__ import annotations

from django.urls import path

from . import face, outbox, pay

urlpatterns = [
    path("sandbox/face/<uuid:check_id>/", face.face, name="sandbox_face"),
    path("sandbox/pay/<uuid:order_id>/", pay.pay, name="sandbox_pay"),
    path("sandbox/outbox/", outbox.outbox, name="sandbox_outbox"),
    path("sandbox/outbox/messages.json", outbox.messages_json, name="sandbox_outbox_json"),
    path("sandbox/outbox/messages/", outbox.messages, name="sandbox_outbox_messages"),
]
