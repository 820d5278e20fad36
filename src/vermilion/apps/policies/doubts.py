"""Telling a holder that the certificate of the seal on her documents was revoked: one draft at a time, when compliance sends it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import doubting
from vermilion.apps.seals.errors import HolderUnknown
from vermilion.apps.seals.models import DoubtDraft
from vermilion.apps.signing.applying import applicant


@transaction.atomic
def send_draft(*, draft_id: UUID, by: StaffMember) -> DoubtDraft:
    """Send a draft to who applied for the case. Raises DraftSettled, HolderUnknown."""
    draft = doubting.settle(draft_id=draft_id, state=DoubtDraft.State.SENT, by=by)
    party = applicant(draft.case)
    phone = party.personal.get("phone") if party is not None and party.personal else None
    if party is None or not phone:
        raise HolderUnknown()
    send(case=draft.case, template="seal_doubt", channel="sms", to=phone, party=party, data={})
    return draft
