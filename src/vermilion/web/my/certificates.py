"""保险凭证 for the policyholder of a group: the list of insured persons, and a sealed certificate for whom she chooses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vermilion.apps.policies import certificates as issuing
from vermilion.apps.policies.errors import NoCertificate, PolicyNotFound
from vermilion.apps.signing.applying import applicant_role
from vermilion.base.validation import mask_id_number

from .access import mine
from .views import find


@mine
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: HttpRequest, ids: list[str], number: str) -> HttpResponse:
    """The insured persons; POST makes the certificate of one and leads to it."""
    policy, party = find(ids, number)
    if party.role != applicant_role(policy.case):
        raise PolicyNotFound()
    request.insurer = policy.case.insurer  # type: ignore[attr-defined]
    if request.method == "POST":
        chosen = request.POST.get("number", "")
        if not chosen.isdecimal() or len(chosen) > 6:
            raise NoCertificate()
        made = issuing.certificate(policy_id=policy.id, number=int(chosen), by=party.role)
        return HttpResponseRedirect(reverse("apply_document", args=[policy.case.number, made.code]))
    wanted = request.GET.get("q", "").strip()[:60]
    rows = [
        {"number": index, "name": person["name"], "id_number": mask_id_number(person["id_number"])}
        for index, person in enumerate(issuing.persons(policy), 1)
        if wanted in person["name"]
    ]
    context = {
        "policy": policy,
        "case": policy.case,
        "case_code": policy.case.number,
        "not_me_url": reverse("apply_stop", args=[policy.case.number]),
        "rows": rows,
        "wanted": wanted,
    }
    return TemplateResponse(request, "my/certificates.html", context)
