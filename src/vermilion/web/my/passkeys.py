"""The passkeys by which one signs: which there are, and taking one away whose phone is lost or given on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.identity import customer_passkeys
from vermilion.apps.identity.errors import PasskeyUnknown
from vermilion.apps.identity.models import CustomerPasskey

from .access import mine


def own(ids: list[str]) -> dict[UUID, tuple[CustomerPasskey, CaseParty]]:
    """Return the passkeys of a proven person, each with one of her parties that it belongs to."""
    parties = CaseParty.objects.filter(pk__in=ids).select_related("case__insurer")
    return {passkey.id: (passkey, party) for party in parties for passkey in customer_passkeys.usable(party)}


@mine
@require_safe
def passkeys(request: HttpRequest, ids: list[str]) -> HttpResponse:
    """The list."""
    found = sorted(own(ids).values(), key=lambda pair: pair[0].created_at, reverse=True)
    rows = [
        {"passkey": passkey, "insurer": party.case.insurer, "used_at": customer_passkeys.last_used(passkey)} for passkey, party in found
    ]
    return TemplateResponse(request, "my/passkeys.html", {"rows": rows})


@mine
@require_POST
def remove(request: HttpRequest, ids: list[str], passkey_id: UUID) -> HttpResponse:
    """Take one away."""
    found = own(ids).get(passkey_id)
    if found is None:
        raise PasskeyUnknown()
    customer_passkeys.remove(passkey_id=passkey_id, party=found[1])
    messages.success(request, _("已移除。它不能再签名，以前签过的文件仍然有效。"))
    return HttpResponseRedirect(reverse("my_passkeys"))
