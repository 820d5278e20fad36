"""Changing one's own phone, e-mail or address: a form, then codes to the phone on record and, if the phone changes, to the new one too.

What was typed travels in the form itself: nothing personal lies in the session. It is checked again with the codes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import CodeBoundElsewhere
from vermilion.apps.identity.models import OneTimeCode
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.policies import servicing
from vermilion.apps.policies.errors import ChangeNotAllowed, NothingChanged
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.signing.applying import applicant_role
from vermilion.base.canonical import digest
from vermilion.base.errors import VermilionError
from vermilion.base.validation import InvalidValue, validate_address, validate_email, validate_phone
from vermilion.web.limits import client_address

from .access import mine
from .views import find

PURPOSE = "servicing"
CODES = "my.contact_codes"
NO_CODE = str(UUID(int=0))
LONGEST = 200


@mine
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, ids: list[str], number: str) -> HttpResponse:
    """Form, codes, done."""
    policy, party = find(ids, number)
    request.insurer = policy.case.insurer  # type: ignore[attr-defined]
    if party.role != applicant_role(policy.case):
        raise ChangeNotAllowed()
    present = servicing.contact(policy)
    context: dict[str, Any] = {
        "policy": policy,
        "case": policy.case,
        "case_code": policy.case.number,
        "not_me_url": reverse("apply_stop", args=[policy.case.number]),
        "present": present,
        "values": present,
    }
    if request.method != "POST":
        return TemplateResponse(request, "my/contact.html", context)
    values = {key: request.POST.get(key, "").strip()[:LONGEST] for key in servicing.CONTACT_LABELS}
    context["values"] = values
    try:
        values, errors = _checked(values, staff_phones(policy.case.insurer))
        if errors:
            return TemplateResponse(request, "my/contact.html", {**context, "errors": errors}, status=422)
        if values == present:
            raise NothingChanged()
        context |= {"values": values, "new_phone": values["phone"] if values["phone"] != present["phone"] else ""}
        if "code" in request.POST:
            return _finish(request, policy, values, present, context)
        return _send(request, party, values, present, context)
    except VermilionError as error:
        return TemplateResponse(request, "my/contact.html", {**context, "error": error}, status=error.status)


def _checked(values: dict[str, str], forbidden: set[str]) -> tuple[dict[str, str], dict[str, Any]]:
    checks = {"phone": validate_phone, "email": validate_email, "address": validate_address}
    good: dict[str, str] = dict(values)
    errors: dict[str, Any] = {}
    for key, check in checks.items():
        if key == "email" and not values[key]:
            continue
        try:
            good[key] = check(values[key])
        except InvalidValue as error:
            errors[key] = error.message
    if good["phone"] in forbidden:
        errors["phone"] = _("该手机号属于保险公司人员，不能登记为客户的号码。")
    return good, errors


def _send(request: HttpRequest, party: Any, values: dict[str, str], present: dict[str, str], context: dict[str, Any]) -> HttpResponse:
    bound = digest(values)  # the codes approve exactly this change
    phones = [party.personal["phone"]] + ([values["phone"]] if values["phone"] != present["phone"] else [])
    sent = [
        identity.send_code(
            purpose=PURPOSE, phone=phone, case=party.case, party=party if at == 0 else None, bound_digest=bound, ip=client_address(request)
        )
        for at, phone in enumerate(phones)
    ]
    request.session[CODES] = [str(code.id) for code in sent]
    context["seconds"] = identity.seconds_to_resend(sent[0].id)
    return TemplateResponse(request, "my/contact_code.html", {**context, "old_phone": party.personal["phone"]})


def _finish(request: HttpRequest, policy: Any, values: dict[str, str], present: dict[str, str], context: dict[str, Any]) -> HttpResponse:
    ids, bound = request.session.get(CODES, []), digest(values)
    wanted = 2 if values["phone"] != present["phone"] else 1
    try:
        if len(ids) != wanted:
            raise CodeBoundElsewhere()
        for at, code_id in enumerate(ids):
            if OneTimeCode.objects.filter(pk=code_id, used_at__isnull=False, bound_digest=bound).exists():
                continue  # the first code was right, the second one mistyped: she need not get both anew
            identity.check_code(
                code_id=UUID(code_id), value=request.POST.get("code" if at == 0 else "new_code", ""), purpose=PURPOSE, bound_digest=bound
            )
        servicing.change_contact(policy_id=policy.id, contact=values)
    except ApplicationInvalid as error:
        errors = {path.rpartition(".")[2]: sentence for path, sentence in error.fields.items()}
        return TemplateResponse(request, "my/contact.html", {**context, "errors": errors, "error": error}, status=422)
    except VermilionError as error:
        if not error.code.startswith("code_"):
            raise
        old_phone = present["phone"]
        context["seconds"] = identity.seconds_to_resend(ids[0] if ids else "")
        return TemplateResponse(request, "my/contact_code.html", {**context, "old_phone": old_phone, "error": error}, status=error.status)
    request.session.pop(CODES, None)
    messages.success(request, _("已受理。批单正在制作，完成后会发短信通知您。"))
    return HttpResponseRedirect(reverse("my_policy", args=[policy.number]))
