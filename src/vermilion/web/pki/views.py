"""Certificates and revocation lists as RFC 5280 §4.2.1.13 names their media types; timestamps over HTTP as RFC 3161 §3.4."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.seals.keeper import client
from vermilion.base.errors import VermilionError
from vermilion.core.trust.timestamp import MAX_REQUEST

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class NotATimestampQuery(VermilionError):
    """Something else than an RFC 3161 query was posted."""

    code = "not_a_timestamp_query"
    status = 415
    message = _("这里只接受 RFC 3161 时间戳请求。")
    hint = _("请以 POST 发送，Content-Type 为 application/timestamp-query。")


def _certificate(authority: str) -> x509.Certificate:
    _status, pem_text = client.status()
    root, issuing = x509.load_pem_x509_certificates(pem_text)
    return root if authority == "root" else issuing


@require_safe
@cache_control(public=True, max_age=3600)
def certificate(request: HttpRequest, authority: str) -> HttpResponse:
    """Return a CA certificate in DER."""
    return HttpResponse(_certificate(authority).public_bytes(Encoding.DER), content_type="application/pkix-cert")


@require_safe
@cache_control(public=True, max_age=3600)
def pem(request: HttpRequest, authority: str) -> HttpResponse:
    """Return a CA certificate in PEM, for ``vermilion verify --trust`` and OpenSSL."""
    return HttpResponse(_certificate(authority).public_bytes(Encoding.PEM), content_type="application/x-pem-file")


@require_safe
@cache_control(public=True, max_age=300)
def revocation_list(request: HttpRequest, authority: str) -> HttpResponse:
    """Return the current CRL in DER."""
    return HttpResponse(client.crl(authority), content_type="application/pkix-crl")


@csrf_exempt  # machines post here; nothing of a user's session is read or changed
@require_POST
def timestamp(request: HttpRequest) -> HttpResponse:
    """Answer a timestamp query; a query that can't be granted gets a signed-off rejection inside a reply, as RFC 3161 wants it."""
    if request.content_type != QUERY:
        raise NotATimestampQuery()
    return HttpResponse(client.tsa(request.read(MAX_REQUEST + 1)), content_type=REPLY)
