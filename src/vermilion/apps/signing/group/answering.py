"""The insured person's side: she reads, and consents by a code bound to what she read, or refuses; she may change her mind in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.chronicle.services import record
from vermilion.apps.conduct import guarding
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import IdentityLapsed
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.signing import identifying, joining
from vermilion.apps.signing.errors import DocumentChanged, NotRead, StaffPhone
from vermilion.base import clock
from vermilion.base.errors import VermilionError

from . import queries
from .errors import ConsentsClosed
from .models import InsuredConsent
from .queries import State

_answered: list[Callable[[InsuredConsent], None]] = []


def on_answered(handler: Callable[[InsuredConsent], None]) -> None:
    """Register what follows when somebody answered, in her transaction, case locked (site/wiring.py)."""
    _answered.append(handler)


def mark_read(*, party_id: UUID, shown_digest: str) -> None:
    """She confirms having read the paper of this digest to its end."""
    with transaction.atomic():
        answer = _open(party_id, shown_digest)
        if answer.read_at is None:
            answer.read_at = clock.now()
            answer.save(update_fields=["read_at"])
            facts = {"round": str(answer.round_id), "person": str(answer.party_id), "shown": shown_digest}
            record(stream="case", stream_id=answer.round.case_id, type="document.read", public=facts)


def send_code(*, party_id: UUID, shown_digest: str, ip: str) -> Any:
    """Send her a code bound to the paper; return the OneTimeCode. Raises NotRead, StaffPhone, ConsentsClosed."""
    answer = _open(party_id, shown_digest)
    if answer.read_at is None:
        raise NotRead()
    phone, case = answer.party.personal["phone"], answer.round.case
    if phone in staff_phones(case.insurer):
        raise StaffPhone()
    return identity.send_code(
        purpose="willingness", phone=phone, case=case, party=answer.party, bound_digest=shown_digest, wording=wording(answer), ip=ip
    )


def wording(answer: InsuredConsent) -> str:
    """Return what the code says that it is for."""
    with translation.override(answer.round.case.language):
        return f"{gettext('同意')}{gettext(answer.round.document.title)} {answer.round.shown_digest[:8]}"


def consent(
    *, party_id: UUID, shown_digest: str, code_id: UUID, code: str, ip: str, device: str, device_digest: str = ""
) -> InsuredConsent:
    """Take her consent. Not inside a transaction. Raises the errors of the code; NotRead, IdentityLapsed, ConsentsClosed, DocumentChanged,
    SalespersonDevice, SigningHeld. ``device``: the browser's words; ``device_digest``: as ``conduct.traces`` knows it.

    Who proved her will while the asking was closed sees that, and so does the record.
    """
    answer = _open(party_id, shown_digest)
    joining.require_own_steps(answer.round.case, answer.party)
    if not identifying.complete(answer.round.case, answer.party):
        raise IdentityLapsed()
    if answer.read_at is None:
        raise NotRead()
    guarding.require_signable(case=answer.round.case, party=answer.party, device=device_digest, acted=True)
    willingness = identity.verify_willingness(
        party=answer.party,
        document_id=answer.round.document_id,
        code_id=code_id,
        value=code,
        shown_digest=shown_digest,
        wording=wording(answer),
        ip=ip,
        device=device,
    )
    late: VermilionError | None = None
    with transaction.atomic():
        cases.lock(answer.round.case_id)
        facts = {"round": str(answer.round_id), "shown": shown_digest, "willingness": str(willingness.id), "person": str(party_id)}
        try:
            answer = _open(party_id, shown_digest)
        except VermilionError as error:
            late = error
            record(stream="case", stream_id=answer.round.case_id, type="consent.overtaken", public={**facts, "why": error.code})
        else:
            _answer(answer, State.CONSENTED, willingness=willingness, details={"ip": ip, "device": device[:300]})
            record(
                stream="case",
                stream_id=answer.round.case_id,
                type="insured.consented",
                public={**facts, "method": willingness.method},
                private={"name": answer.party.personal["name"], "ip": ip, "device": device[:300]},
            )
            _tell(answer)
    if late:
        raise late
    return answer


def note_late(answer: InsuredConsent) -> None:
    """Write down that she sent something when nothing could be answered any more; her answer stays as it is."""
    facts = {"round": str(answer.round_id), "shown": answer.round.shown_digest, "person": str(answer.party_id)}
    with transaction.atomic():
        record(stream="case", stream_id=answer.round.case_id, type="consent.overtaken", public={**facts, "why": ConsentsClosed.code})


def refuse(*, party_id: UUID, reason: str, ip: str, device: str) -> InsuredConsent:
    """Take her refusal, which needs no reason; also the withdrawal of a consent before the cut-off."""
    with transaction.atomic():
        case_id = _open(party_id, None).round.case_id
        cases.lock(case_id)
        answer = _open(party_id, None)
        details = {"reason": reason.strip()[:200], "ip": ip, "device": device[:300]}
        facts = {"round": str(answer.round_id), "shown": answer.round.shown_digest, "person": str(party_id), "before": str(answer.state)}
        _answer(answer, State.REFUSED, willingness=None, details=details)
        record(stream="case", stream_id=case_id, type="insured.refused", public=facts, private=details)
        _tell(answer)
    return answer


def _answer(answer: InsuredConsent, state: str, *, willingness: Any, details: dict[str, str]) -> None:
    answer.state, answer.willingness, answer.answered_at, answer.details = state, willingness, clock.now(), details
    answer.wanted_at = None
    answer.save(update_fields=["state", "willingness", "answered_at", "details", "wanted_at"])


def _tell(answer: InsuredConsent) -> None:
    for handler in _answered:
        handler(answer)


def _open(party_id: UUID, shown_digest: str | None) -> InsuredConsent:
    """Return an answer that may still be given. Raises ConsentsClosed, CaseStopped, DocumentChanged."""
    party = CaseParty.objects.filter(pk=party_id).first()
    answer = queries.answer_of(party) if party else None
    if answer is None:
        raise ConsentsClosed()
    asked, case = answer.round, answer.round.case
    if case.blocked_by == cases.STOPPED:
        raise CaseStopped()
    if not queries.is_answerable(answer):
        raise ConsentsClosed()
    if shown_digest is not None and shown_digest != asked.shown_digest:
        raise DocumentChanged()
    return answer
