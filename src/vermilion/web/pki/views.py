"""Certificates and revocation lists as RFC 5280 §4.2.1.13 names their media types; OCSP (RFC 6960) and timestamps (RFC 3161 §3.4)."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.seals.keeper import client
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.core.trust import ocsp as ocsp_format
from vermilion.core.trust.timestamp import MAX_REQUEST
from vermilion.web.limits import Limit, client_address, hit, limited

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
OCSP_QUERY, OCSP_REPLY = "application/ocsp-request", "application/ocsp-response"
STAMPS = Limit("pki.tsa", 600, 60)
"""Our own documents do not come this way. A batch job of somebody else's gets ten a second."""
STATUSES = Limit("pki.ocsp", 1200, 60)
"""A reader asks once for a document; an archive that checks everything asks twenty a second."""


class NotATimestampQuery(VermilionError):
    """Something else than an RFC 3161 query was posted."""

    code = "not_a_timestamp_query"
    status = 415
    message = _("这里只接受 RFC 3161 时间戳请求。")
    hint = _("请以 POST 发送，Content-Type 为 application/timestamp-query。")


class NotAnOcspRequest(VermilionError):
    """Something else than an OCSP request was posted."""

    code = "not_an_ocsp_request"
    status = 415
    message = _("这里只接受 OCSP 证书状态请求。")
    hint = _("请以 POST 发送，Content-Type 为 application/ocsp-request，或以 GET 把请求的 Base64 接在地址后面。")


@require_safe
@cache_control(public=True, max_age=3600)
def certificate(request: HttpRequest, authority: str) -> HttpResponse:
    """Return a CA certificate in DER."""
    return HttpResponse(client.certificate(authority), content_type="application/pkix-cert")


@require_safe
@cache_control(public=True, max_age=3600)
def pem(request: HttpRequest, authority: str) -> HttpResponse:
    """Return a CA certificate in PEM, for ``vermilion verify --trust`` and OpenSSL."""
    found = x509.load_der_x509_certificate(client.certificate(authority))
    return HttpResponse(found.public_bytes(Encoding.PEM), content_type="application/x-pem-file")


@require_safe
@cache_control(public=True, max_age=300)
def revocation_list(request: HttpRequest, authority: str) -> HttpResponse:
    """Return the current CRL in DER."""
    return HttpResponse(client.crl(authority), content_type="application/pkix-crl")


@csrf_exempt  # machines post here; nothing of a user's session is read or changed
@require_POST
@limited(STAMPS)
def timestamp(request: HttpRequest) -> HttpResponse:
    """Answer a timestamp query; a query that can't be granted gets a signed-off rejection inside a reply, as RFC 3161 wants it."""
    if request.content_type != QUERY:
        raise NotATimestampQuery()
    return HttpResponse(client.tsa(request.read(MAX_REQUEST + 1)), content_type=REPLY)


@csrf_exempt  # as above
@require_POST
@limited(STATUSES)
def ocsp(request: HttpRequest) -> HttpResponse:
    """Answer a question for one certificate's status. What is wrong with a question is said inside the answer, as RFC 6960 wants it."""
    if request.content_type != OCSP_QUERY:
        raise NotAnOcspRequest()
    return _ocsp_answer(request.read(ocsp_format.MAX_REQUEST + 1))


@require_safe
def ocsp_by_get(request: HttpRequest, query: str) -> HttpResponse:
    """Answer a question that came in the address (RFC 6960 appendix A.1), so that caches on the way can keep the answer."""
    hit(STATUSES, client_address(request))
    try:
        data = base64.b64decode(query, validate=True)
    except (binascii.Error, ValueError):
        data = b""  # which is malformed, and answered so
    return _ocsp_answer(data)


def _ocsp_answer(data: bytes) -> HttpResponse:
    answer, until = client.ocsp(data)
    response = HttpResponse(answer, content_type=OCSP_REPLY)
    _cache(response, until)
    return response


def _cache(response: HttpResponse, until: datetime | None) -> None:
    """Say how long an answer may be kept (RFC 5019 §6.2): not at all when it answers a nonce or refuses."""
    if until is None:
        response["Cache-Control"] = "no-store"
        return
    now = clock.now()
    response["Cache-Control"] = f"max-age={max(0, int((until - now).total_seconds()))}, public, no-transform, must-revalidate"
    response["Expires"], response["Last-Modified"] = http_date(until.timestamp()), http_date(now.timestamp())
