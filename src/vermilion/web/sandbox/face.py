"""The sandbox's page of face recognition. It looks at nobody: buttons say how it ends, and a signed callback travels over real HTTP."""

from __future__ import annotations

import json
import threading
from urllib.parse import urljoin
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vermilion.apps.identity.errors import CallbackUnknown
from vermilion.apps.identity.models import CheckResult, IdentityCheck
from vermilion.apps.identity.providers import SandboxIdentity
from vermilion.base.instance import is_demo

from .pay import call_back

OUTCOMES = ("passed", "liveness_failed", "cancelled")


@require_http_methods(["GET", "HEAD", "POST"])
def face(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Show what a provider's page would; on POST call back and lead home."""
    found = IdentityCheck.objects.select_related("case__insurer").filter(pk=check_id, method="face", provider=SandboxIdentity.name).first()
    if not is_demo() or found is None:
        raise CallbackUnknown()
    request.insurer = found.case.insurer  # type: ignore[attr-defined]
    back = str(found.details["return_url"])
    outcome = request.POST.get("outcome", "")
    if request.method != "POST" or outcome not in OUTCOMES:
        context = {"case": found.case, "open": found.result == CheckResult.WAITING, "back": back}
        return TemplateResponse(request, "sandbox/face.html", context)
    url = urljoin(f"{request.scheme}://{request.get_host()}", reverse("identity-callback", args=[SandboxIdentity.name]))
    body = json.dumps({"reference": str(found.id), "outcome": outcome}).encode()
    threading.Thread(target=call_back, args=(url, body, SandboxIdentity().sign), daemon=True).start()
    return HttpResponseRedirect(back)
