"""Verifying a file: the same verdict as ``vermilion verify --json``, or the report as a PDF. Nothing is stored, so repeats are harmless."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from vermilion.apps.policies.reporting import report_pdf
from vermilion.apps.policies.verifying import judge, told
from vermilion.web import limits, uploads
from vermilion.web.problems import TooLarge
from vermilion.web.verify.checking import check

from . import contract
from .auth import Scoped, client_of
from .errors import BodyInvalid, BodyTypeUnsupported
from .schemas import VerificationOut

router = Router()

RAW = ("application/pdf", "application/ofd", "application/octet-stream")
FORM = "multipart/form-data"
# Two children judge at a time; a client that sends more than they can do would only fill the queue of the others.
RATE = limits.Limit("api-verify", 600, 60)
LONGEST_NAME = 255


@router.post(
    "/verifications",
    response=VerificationOut,
    auth=Scoped("files:verify"),
    openapi_extra={"requestBody": {"required": True, "content": {**contract.files(*RAW), FORM: contract.FILE_FORM}}},
)
def verify_file(request: HttpRequest) -> Any:
    """Verify a file (raw bytes, or `file` of a form; at most 50 MB) and return the object of `vermilion verify --json`.

    With `Accept: application/pdf` the answer is the printable report, in the language of `Accept-Language`. The file is not stored, and
    there is no `Idempotency-Key`: asking again changes nothing.
    """
    limits.hit(RATE, client_of(request).client_id)
    data, name = _file(request)
    if "application/pdf" in request.headers.get("Accept", ""):
        response = HttpResponse(report_pdf(check(data, name=name).report), content_type="application/pdf")
        response["Cache-Control"] = "no-store"
        return response
    return {**told(judge(data)).as_json(), "file": name}


def _file(request: HttpRequest) -> tuple[bytes, str]:
    """Return the bytes and what the sender calls them. Raises BodyTypeUnsupported, TooLarge, BodyInvalid."""
    if request.content_type == FORM:
        upload = request.FILES.get("file")
        if upload is None:
            raise BodyInvalid(fields={"file": BodyInvalid.hint})
        return upload.read(), str(upload.name or "")[:LONGEST_NAME]
    if request.content_type not in RAW:
        raise BodyTypeUnsupported()
    # Not ``request.body``, whose limit is that of a form: a policy with its clauses may be larger.
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > uploads.LARGEST:
        uploads.drop(request)
        raise TooLarge()
    return request.read(uploads.LARGEST), ""
