"""A customer's passkey as the proof of her will: set up on the device in her hand, then asked for the document on the screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vermilion.apps.identity import customer_passkeys
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import CodeBoundElsewhere, PasskeyNotProven, WillingnessMethodRefused
from vermilion.apps.identity.models import PasskeyQuestion
from vermilion.apps.parties.errors import PasskeyFailed
from vermilion.apps.signing import proofs
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.models import SigningTask
from vermilion.apps.signing.proofs import Proof
from vermilion.base.errors import VermilionError
from vermilion.web.limits import Limit, hit
from vermilion.web.webauthn import (
    Owner,
    challenge_id_of,
    creation_options,
    posted,
    posted_assertion,
    relying_party,
    request_options,
    required_party,
)

from .access import Access
from .with_task import with_task

ASKED = Limit("portal.passkey", 20, 3600)
NO_CODE = str(UUID(int=0))


def code_key(task: SigningTask) -> str:
    """Return where the session keeps the code by which a passkey is set up."""
    return f"portal.passkey.{task.id}"


def context(request: HttpRequest, task: SigningTask) -> dict[str, Any]:
    """Return what the page needs to offer a passkey."""
    sent = request.session.get(code_key(task), "")
    return {
        "passkeys": customer_passkeys.usable(task.party),
        "askable": relying_party(request) is not None,
        "setting_up": bool(sent),
        "seconds": identity.seconds_to_resend(sent),
    }


def proof(request: HttpRequest, access: Access) -> Proof:
    """Return the answer that the page's script put into the form. Raises PasskeyNotProven for a malformed one."""
    if not access.proven:
        raise WillingnessMethodRefused()
    try:
        question_id, answer = posted_assertion(request)
    except PasskeyFailed as error:
        raise PasskeyNotProven(error.reason) from error
    return Proof("passkey", question_id=question_id, answer=answer)


@with_task
@require_POST
def begin(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    """Return what to ask the passkey: for a new one after the code to the phone, else for the document that is shown."""
    hit(ASKED, str(task.id))
    site = required_party(request)
    if not access.proven:
        raise WillingnessMethodRefused()
    if "setup" not in request.POST:
        question = signing.ask_passkey(task_id=task.id, party_id=task.party_id, shown_digest=request.POST.get("digest", ""), site=site)
        return JsonResponse(request_options(question, customer_passkeys.usable(task.party)))
    if "passkey" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    code_id = UUID(request.session.get(code_key(task), NO_CODE))
    code = identity.check_code(code_id=code_id, value=request.POST.get("code", ""), purpose="passkey")
    if code.party_id != task.party_id:
        raise CodeBoundElsewhere()
    question = customer_passkeys.ask(party=task.party, site=site, purpose=customer_passkeys.Purpose.REGISTER)
    return JsonResponse(_creation(question, task))


@with_task
@require_POST
def add(request: HttpRequest, access: Access, task: SigningTask) -> HttpResponse:
    """Keep the new passkey and lead back to sign with it."""
    if not access.proven:
        raise WillingnessMethodRefused()
    try:
        customer_passkeys.register(
            question_id=challenge_id_of(request),
            party=task.party,
            client_data=posted(request, "client_data"),
            attestation_object=posted(request, "attestation_object"),
        )
        messages.success(request, _("通行密钥已设置，现在可以用它确认签署。"))
    except (PasskeyNotProven, PasskeyFailed):
        messages.warning(request, _("没有设置成功，请重新获取验证码再试，或改用另一种方式。"))
    request.session.pop(code_key(task), None)
    return HttpResponseRedirect(f"{reverse('apply_sign_write', args=[access.case.number])}?method=passkey")


def send_code(request: HttpRequest, access: Access, task: SigningTask, *, ip: str) -> HttpResponse:
    """Send the code by which a passkey may be set up here."""
    try:
        code = signing.send_passkey_code(task_id=task.id, party_id=task.party_id, shown_digest=task.shown_digest, ip=ip)
        request.session[code_key(task)] = str(code.id)
    except VermilionError as error:
        if not error.code.startswith("code_"):
            raise
        messages.warning(request, error.message)
    return HttpResponseRedirect(f"{reverse('apply_sign_write', args=[access.case.number])}?method=passkey")


def _creation(question: PasskeyQuestion, task: SigningTask) -> dict[str, Any]:
    # The phone's own list shows the insurer's name; an id that says nothing, and no number.
    name = task.case.insurer.short_name
    known = customer_passkeys.usable(task.party)
    return creation_options(question, issuer=name, owner=Owner(question.id.bytes, name), known=known, found_alone=False)
