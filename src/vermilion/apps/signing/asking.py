"""Ask the signer to prove her will, by code, passkey or face, each bound to the shown digest; and what she agrees to, in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from vermilion.apps.conduct import guarding
from vermilion.apps.conduct.errors import OwnPhoneOnly
from vermilion.apps.identity import customer_passkeys
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import WillingnessMethodRefused
from vermilion.apps.identity.models import PasskeyQuestion
from vermilion.apps.parties.passkeys import RelyingParty
from vermilion.apps.parties.queries import staff_phones

from . import opening, proofs
from .company import sealing as company_sealing
from .errors import NotRead, StaffPhone
from .models import SigningTask


def send_willingness_code(*, task_id: UUID, party_id: UUID, shown_digest: str, ip: str, device: str = "") -> Any:
    """Send the signer a one-time code bound to the shown digest; return the OneTimeCode. The phone is never a salesperson's.

    Raises OwnPhoneOnly on the salesperson's device of a meeting, SalespersonDevice, SigningHeld.
    """
    task = opening.open_task(task_id, party_id, shown_digest)
    if guarding.require_signable(case=task.case, party=task.party, device=device, acted=True):
        raise OwnPhoneOnly()
    if "sms" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    return identity.send_code(
        purpose="willingness",
        phone=_own_phone(task),
        case=task.case,
        party=task.party,
        bound_digest=shown_digest,
        wording=wording(task),
        ip=ip,
    )


def send_passkey_code(*, task_id: UUID, party_id: UUID, shown_digest: str, ip: str) -> Any:
    """Send the signer a code by which she may set up a passkey on the device that she holds; return the OneTimeCode."""
    task = opening.open_task(task_id, party_id, shown_digest)
    if "passkey" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    return identity.send_code(purpose="passkey", phone=_own_phone(task), case=task.case, party=task.party, ip=ip)


def ask_passkey(*, task_id: UUID, party_id: UUID, shown_digest: str, site: RelyingParty) -> PasskeyQuestion:
    """Make the question to the signer's passkey that is bound to the shown digest and the wording."""
    task = opening.open_task(task_id, party_id, shown_digest)
    if "passkey" not in proofs.accepted(task):
        raise WillingnessMethodRefused()
    if task.read_at is None and proofs.by_hand(task):
        raise NotRead()
    about: dict[str, Any] = {"document_id": task.document_id, "shown_digest": shown_digest, "wording": wording(task)}
    return customer_passkeys.ask(party=task.party, site=site, purpose=customer_passkeys.Purpose.WILLINGNESS, **about)


def start_willingness_face(*, task_id: UUID, party_id: UUID, shown_digest: str, ip: str, return_url: str, device: str = "") -> Any:
    """Begin the signer's visit to face recognition, bound to the shown digest; return the IdentityCheck. Not inside a transaction."""
    task = opening.open_task(task_id, party_id, shown_digest)
    if guarding.require_signable(case=task.case, party=task.party, device=device, acted=True):
        raise OwnPhoneOnly()
    return proofs.visit(task=task, wording=wording(task), ip=ip, return_url=return_url)


def wording(task: SigningTask) -> str:
    """Return what the signer agrees to, as the page and the code say it: the document, in the case's language, and its first digits."""
    with translation.override(task.case.language):
        told = f"{gettext(task.document.title)} {task.shown_digest[:8]}"
        return gettext("%(document)s并加盖单位印章") % {"document": told} if company_sealing.is_set_by(task) else told


def _own_phone(task: SigningTask) -> str:
    """Return the signer's phone. Raises StaffPhone for one of the insurer's people."""
    phone = str(task.party.personal["phone"])
    if phone in staff_phones(task.case.insurer):
        raise StaffPhone()
    return phone
