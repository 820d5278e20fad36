"""Use cases of a Case itself: start it, save the application, complete steps, move it along its table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, ProtectedError

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Branch, Salesperson, StaffMember
from vermilion.apps.products.models import ProductVersion
from vermilion.base.canonical import digest
from vermilion.base.clock import now
from vermilion.base.rows import only
from vermilion.base.vault import keyed_hash, new_data_key

from .errors import ApplicationLocked, CaseNotFound, CaseStopped, ExternalIdTaken, StepOutOfOrder, TransitionRefused
from .models import Application, Case, CaseParty, CaseStep, Consent, PartyRole
from .transitions import BY_EVENT, CLOSED, State

# ``blocked_by`` of a case that was reported as not the customer's doing. It lasts until compliance lifts it; only an end is possible.
STOPPED = "not_me"
_POSSIBLE_WHEN_STOPPED = {"case.withdrawn", "case.expired"}

# Which date column a transition fills (lifecycle.md §4).
DATES = {
    "application.signed": "application_signed_at",
    "application.accepted": "accepted_at",
    "terms.signed": "accepted_at",
    "premium.paid": "premium_paid_at",
    "policy.sealed": "sealed_at",
    "policy.delivered": "delivered_at",
    "policy.acknowledged": "receipt_signed_at",
}


_closed: list[Callable[[Case], None]] = []
_reopened: list[Callable[[Case], None]] = []


def on_closed(handler: Callable[[Case], None]) -> None:
    """Register ``handler(case)``, called in the transaction that closes a case without a policy (site/wiring.py)."""
    _closed.append(handler)


def on_reopened(handler: Callable[[Case], None]) -> None:
    """Register ``handler(case)``, called in the transaction that gives an application back to be changed (site/wiring.py)."""
    _reopened.append(handler)


def start_case(
    *,
    product: ProductVersion,
    branch: Branch,
    channel: str,
    salesperson: Salesperson | None = None,
    language: str = "zh-hans",
    client_id: str = "",
    external_id: str = "",
) -> Case:
    """Open a Case in state APPLYING. Raises ExternalIdTaken when this client has used ``external_id`` before."""
    moment = now()
    try:
        with transaction.atomic():
            case = Case.objects.create(
                insurer=product.insurer,
                branch=branch,
                product=product,
                salesperson=salesperson,
                data_key=new_data_key("case"),
                channel=channel,
                language=language,
                client_id=client_id,
                external_id=external_id,
                applied_at=moment,
                state_since=moment,
            )
            Application.objects.create(case=case, data={}, prefilled_by_staff=channel == "salesperson")
            record(
                stream="case",
                stream_id=case.id,
                type="case.started",
                data_key_id=case.data_key_id,
                public={"product": product.code, "product_digest": product.digest, "channel": channel, "language": language},
                private={"salesperson": salesperson.licence_no if salesperson else None},
            )
    except IntegrityError as error:
        if "cases_external_id_once_per_client" in str(error):
            raise ExternalIdTaken() from error
        raise
    return case


def lock(case_id: UUID) -> Case:
    """Return the Case with its row locked for this transaction; every use case does this first, so two at once take turns."""
    case = only(Case.objects.select_for_update(no_key=True).filter(pk=case_id))
    if case is None:
        raise CaseNotFound()
    return case


def advance(case: Case, event: str, *, why: dict[str, Any] | None = None, actor: str = "", deadline: datetime | None = None) -> None:
    """Move a locked Case by ``event`` and record it. ``why`` is private detail, ``actor`` a role. Raises TransitionRefused."""
    move = BY_EVENT[event]
    if case.state not in move.sources:
        raise TransitionRefused(state=case.state, event=event)
    if case.blocked_by == STOPPED and event not in _POSSIBLE_WHEN_STOPPED:
        raise CaseStopped()
    source, moment = case.state, now()
    case.state, case.state_since, case.deadline_at = move.target, moment, deadline
    case.blocked_by = case.blocked_reason = ""
    fields = ["state", "state_since", "deadline_at", "blocked_by", "blocked_reason"]
    if event in DATES:
        setattr(case, DATES[event], moment)
        fields.append(DATES[event])
    case.save(update_fields=fields)
    record(
        stream="case",
        stream_id=case.id,
        type=event,
        public={"from": source, "to": str(move.target), "actor": actor},
        private=why,
    )
    if move.target in CLOSED:
        for handler in _closed:
            handler(case)


def mark_blocked(*, case_id: UUID, code: str, reason: str) -> None:
    """Show on the case page what stops its machine part; the next transition clears it."""
    Case.objects.filter(pk=case_id).exclude(blocked_by=STOPPED).update(blocked_by=code, blocked_reason=reason[:400])


def clear_block(*, case_id: UUID) -> None:
    """Take the mark off once the machine part went on."""
    Case.objects.filter(pk=case_id).exclude(blocked_by__in=["", STOPPED]).update(blocked_by="", blocked_reason="")


def application(case: Case) -> Application:
    """Return the newest version of the case's application."""
    return case.applications.latest("version")


def application_version(case: Case) -> int:
    """Return the number of the newest version, without opening what it says."""
    return int(case.applications.aggregate(newest=Max("version"))["newest"])


def done_steps(case: Case, party: CaseParty | None = None) -> set[str]:
    """Return the steps of ``party`` (none: the applicant's) that are done for the newest version of the application."""
    newest = Application.objects.filter(case=case).order_by("-version").values("version")[:1]
    return set(case.steps.filter(party=party, round=newest).values_list("name", flat=True))


def premium_of(row: Application) -> int:
    """Return the premium in fen of a checked application."""
    if row.premium is None:
        raise RuntimeError(f"application {row.id} was never priced")
    return row.premium


def save_application(*, case_id: UUID, data: dict[str, Any], sum_insured: int | None = None, premium: int | None = None) -> Application:
    """Keep what the customer has entered so far. Raises ApplicationLocked once the confirmation was presented."""
    with transaction.atomic():
        case = lock(case_id)
        row = application(case)
        if case.state != State.APPLYING or row.presented_at:
            raise ApplicationLocked()
        row.data, row.sum_insured, row.premium = data, sum_insured, premium
        row.digest = digest(data)
        row.save()
        record(stream="case", stream_id=case.id, type="application.saved", public={"version": row.version}, private={"digest": row.digest})
    return row


def present_application(case: Case, *, premium: int | None = None) -> Application:
    """Make the newest application version immutable, with the ``premium`` (fen) of the day; the case is locked by the caller."""
    row = application(case)
    if not row.presented_at:
        row.presented_at = now()
        row.premium = premium if premium is not None else row.premium
        row.save(update_fields=["presented_at", "premium"])
    return row


def reopen_application(*, case_id: UUID, actor: str, event: str = "application.reopened") -> Case:
    """Go back to APPLYING with a new application version; what was signed stays as it was, but counts no longer."""
    with transaction.atomic():
        case = lock(case_id)
        old = application(case)
        advance(case, event, actor=actor)
        if old.presented_at:
            Application.objects.create(
                case=case,
                version=old.version + 1,
                data=old.data,
                digest=old.digest,
                sum_insured=old.sum_insured,
                premium=old.premium,
                prefilled_by_staff=old.prefilled_by_staff,
                prefilled=old.prefilled,
            )
        case.documents.filter(kind__in=("confirmation", "application", "underwriting_notice", "terms_consent")).update(void=True)
        if case.accepted_at:
            case.accepted_at = None
            case.save(update_fields=["accepted_at"])
        for handler in _reopened:
            handler(case)
    return case


def set_parties(*, case: Case, people: list[tuple[str, dict[str, Any]]]) -> list[CaseParty]:
    """Replace the people of a locked case by ``(role, personal)`` in order; a person who is already there keeps their id.

    Who was asked to sign before and is not in it any more becomes former: what she consented to or signed stays hers and nobody else's.
    """
    kept = []
    counters: dict[str, int] = {}
    for role, personal in people:
        position = counters.get(role, 0)
        counters[role] = position + 1
        party = only(CaseParty.objects.filter(case=case, role=role, position=position))
        if party and role in (PartyRole.INSURED, PartyRole.GUARDIAN) and party.id_hash != _id_hash(personal):
            _part_with(party)
            party = None
        party = party or CaseParty(case=case, role=role, position=position)
        party.personal = personal
        kept.append(rehash_party(party))
    # Who is only on a company's list comes and goes with the list (signing.group).
    for party in case.parties.exclude(pk__in=[party.pk for party in kept]).exclude(role=PartyRole.MEMBER):
        _part_with(party)
    return kept


def _part_with(party: CaseParty) -> None:
    """Remove somebody who is not of the case any more; with evidence of her on record she stays as a former party."""
    try:
        with transaction.atomic():
            party.steps.all().delete()
            party.delete()
    except ProtectedError:
        party.former = True
        party.save(update_fields=["former"])


def _id_hash(personal: dict[str, Any]) -> str:
    return keyed_hash("id_number", personal.get("id_number", "").upper())


def rehash_party(party: CaseParty) -> CaseParty:
    """Save a party whose ``personal`` changed, with the keyed hashes by which she is found."""
    personal = party.personal
    party.name_hash = keyed_hash("name", personal.get("name", ""))
    party.id_hash = _id_hash(personal)
    party.phone_hash = keyed_hash("phone", personal.get("phone", ""))
    party.save()
    return party


def complete_step(
    case: Case,
    name: str,
    *,
    party: CaseParty | None = None,
    required_before: tuple[str, ...] = (),
    content_digest: str = "",
    facts: dict[str, Any] | None = None,
) -> CaseStep:
    """Mark one step of a locked case done, once. Raises StepOutOfOrder when one of ``required_before`` is not, CaseStopped."""
    if case.blocked_by == STOPPED:
        raise CaseStopped()
    current = application_version(case)
    done = set(case.steps.filter(party=party, round=current).values_list("name", flat=True))
    if not set(required_before) <= done:
        raise StepOutOfOrder(missing=sorted(set(required_before) - done))
    step, made = CaseStep.objects.get_or_create(
        case=case, party=party, round=current, name=name, defaults={"digest": content_digest, "done_at": now()}
    )
    if made:
        record(stream="case", stream_id=case.id, type=f"step.{name}", public={"digest": content_digest, "round": current}, private=facts)
    return step


def give_consents(
    case: Case,
    *,
    signer_role: str,
    party: CaseParty | None,
    consents: list[tuple[str, str, str]],
    reading: dict[str, dict[str, int]] | None = None,
) -> None:
    """Record consents ``(key, version, text digest)`` one by one for a locked case. ``reading``: by key, how the text was read."""
    for key, version, text_digest in consents:
        _consent, made = Consent.objects.get_or_create(
            case=case,
            signer_role=signer_role,
            party=party,
            key=key,
            version=version,
            defaults={"text_digest": text_digest, "given_at": now(), "reading": (reading or {}).get(key, {})},
        )
        if made:
            record(
                stream="case",
                stream_id=case.id,
                type="consent.given",
                public={"key": key, "version": version, "text": text_digest, "signer": signer_role, "kind": "tick"},
                private={"reading": _consent.reading} if _consent.reading else None,
            )


def assign(*, case_id: UUID, staff: StaffMember | None) -> None:
    """Make ``staff`` the owner of the case, or nobody."""
    with transaction.atomic():
        case = lock(case_id)
        case.owner = staff
        case.save(update_fields=["owner"])
        record(stream="case", stream_id=case.id, type="case.assigned", private={"to": staff.name if staff else None})


def withdraw(*, case_id: UUID, actor: str, reason: str) -> Case:
    """The customer ends the application before a policy exists."""
    with transaction.atomic():
        case = lock(case_id)
        advance(case, "case.withdrawn", actor=actor, why={"reason": reason})
    return case


def expire_overdue(moment: datetime, limit: int = 100) -> int:
    """Close up to ``limit`` cases whose deadline has passed; return how many. Called by the minute sweep."""
    count = 0
    for case_id in Case.objects.filter(deadline_at__lt=moment, state__in=BY_EVENT["case.expired"].sources).values_list("pk", flat=True)[
        :limit
    ]:
        with transaction.atomic():
            case = lock(case_id)
            if case.deadline_at and case.deadline_at < moment and case.state in BY_EVENT["case.expired"].sources:
                advance(case, "case.expired", actor="sweep")
                count += 1
    return count


def days(count: int) -> datetime:
    """Return the moment ``count`` days from now, for a deadline column."""
    return now() + timedelta(days=count)
