"""The steps of a further signer (insured, guardian, representative, somebody on a company's list) before she sees what she signs.

Each reads the notice, gives her own consents and is identified herself.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty, PartyRole
from vermilion.base.canonical import digest

from . import applying, identifying


def consent_as_signer(*, case_id: UUID, party_id: UUID, ticked: set[str], reading: applying.Reading | None = None) -> None:
    """A further signer (insured, guardian) reads the notice and gives her own consents before she sees the confirmation."""
    with transaction.atomic():
        case = cases.lock(case_id)
        party = case.parties.get(pk=party_id)
        chosen = applying.checked_consents(case, party.role, ticked)
        given = [applying.given(item) for item in chosen]
        cases.give_consents(case, signer_role=party.role, party=party, consents=given, reading=reading)
        cases.complete_step(case, "consents", party=party, content_digest=digest([item.model_dump() for item in chosen]))


def check_signer_identity(*, case_id: UUID, party_id: UUID, ip: str, bank_card: str = "") -> Any:
    """Ask about a further signer who has consented to it herself, as :func:`applying.check_identity` does. Raises StepOutOfOrder."""
    party = CaseParty.objects.select_related("case").get(pk=party_id, case_id=case_id)
    _require(party.case, party, {"consents"})
    check = identifying.proceed(party_id=party_id, ip=ip, bank_card=bank_card)
    finish_signer_identity(case_id=case_id, party_id=party_id)
    return check


def finish_signer_identity(*, case_id: UUID, party_id: UUID) -> bool:
    """Close a further signer's step if everything that the product asks about her holds; tell whether it does."""
    with transaction.atomic():
        case = cases.lock(case_id)
        party = case.parties.get(pk=party_id)
        if not identifying.complete(case, party):
            return False
        cases.complete_step(case, "identity", party=party, required_before=("consents",), facts={"checks": identifying.held(case, party)})
    return True


def require_own_steps(case: Case, party: CaseParty) -> None:
    """Refuse a further signer who has not consented and been identified herself. Raises StepOutOfOrder."""
    if party.role in (PartyRole.INSURED, PartyRole.GUARDIAN, PartyRole.MEMBER, PartyRole.REPRESENTATIVE):
        _require(case, party, {"consents", "identity"})


def _require(case: Case, party: CaseParty, steps: set[str]) -> None:
    if missing := steps - cases.done_steps(case, party):
        raise cases.StepOutOfOrder(missing=sorted(missing))
