"""A visit to a provider of face recognition: begin, be told (or ask) how it ended, and what a late or contradictory word is worth.

The first word decides. The same word again changes nothing; another one takes a pass back, because one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import lock
from vermilion.apps.chronicle.services import record
from vermilion.base import clock
from vermilion.base.canonical import sha256
from vermilion.base.vault import keyed_hash

from . import providers
from .checks import USUAL_TERMS, Terms, begin, locked, note, settle, subject
from .errors import CallbackForged, CallbackStale, CallbackUnknown, CallbackUnreadable
from .limits import STRANGERS_KEPT
from .models import CheckMethod, CheckResult, IdentityCheck, ProviderCallback, Willingness, WillingnessState
from .outside.signing import Unsigned
from .queries import passed_check

UNSIGNED = ("forged", "stale", "unknown")
#: The stream of callbacks that were not believed: they belong to no case.
STRANGERS = UUID("3c0d7a52-90f1-4a7b-8d0b-5f3b6a1f7e02")


def start_face(
    *,
    party_id: UUID,
    ip: str,
    return_url: str,
    callback_url: str,
    terms: Terms = USUAL_TERMS,
    bound_digest: str = "",
    wording: str = "",
) -> IdentityCheck:
    """Begin a visit; ``check.details["redirect"]`` is where the customer goes, if its result is ``waiting``. Not inside a transaction.

    ``callback_url`` has ``{provider}`` in it. With ``bound_digest`` the visit proves the will to sign exactly that file. A check that still
    holds is returned for an identity, never for a will. Raises as ``check_identity`` does.
    """
    asked = [one for one in providers.offering(CheckMethod.FACE) if isinstance(one, providers.FaceProvider)]
    wanted = asked[0].assurance(CheckMethod.FACE)
    with transaction.atomic(durable=True):
        party = CaseParty.objects.get(pk=party_id)
        lock(party.case_id)
        party = CaseParty.objects.select_related("case").get(pk=party_id)
        if not bound_digest and (known := passed_check(party, CheckMethod.FACE)):
            return known
        # A visit given up for a new one decides nothing any more.
        IdentityCheck.objects.filter(party=party, method=CheckMethod.FACE, result=CheckResult.WAITING, bound_digest=bound_digest).update(
            result=CheckResult.UNAVAILABLE, reason="given_up", waits_until=None
        )
        about = subject(party, CheckMethod.FACE)
        purpose = "willingness" if bound_digest else "identity"
        details = {"wording": wording} if wording else {}
        check = begin(
            party, CheckMethod.FACE, asked[0], about, ip=ip, terms=terms, purpose=purpose, bound_digest=bound_digest, details=details
        )
    attempts: list[dict[str, Any]] = []
    started, by = None, asked[0]
    for provider in asked:
        if provider.assurance(CheckMethod.FACE) != wanted:  # a face of a lower level is no face check
            attempts.append({"provider": provider.name, "outcome": "refused_lower", "cost": 0})
            continue
        question = providers.Question(str(check.id), return_url, callback_url.replace("{provider}", provider.name))
        try:
            started, by = provider.start(about, question), provider
        except providers.ProviderUnavailable as error:
            attempts.append({"provider": provider.name, "outcome": str(error)[:40], "cost": 0})
            continue
        attempts.append({"provider": provider.name, "outcome": "started", "cost": provider.cost})
        break
    with transaction.atomic(durable=True):
        check = locked(check.id)
        check.provider, check.sandbox, check.attempts = by.name, by.sandbox, attempts
        check.cost = sum(one["cost"] for one in attempts)
        if started is None:
            settle(check, providers.Answer(CheckResult.UNAVAILABLE, "provider_unavailable"))
            return check
        check.result, check.waits_until = CheckResult.WAITING, clock.now() + timedelta(minutes=started.minutes)
        check.reference_hash = keyed_hash("identity_reference", started.reference)
        check.details = {**check.details, "reference": started.reference, "redirect": started.redirect, "return_url": return_url}
        check.save()
        note(check, "identity.face_started", purpose=check.purpose, bound=check.bound_digest)
    return check


def ask_result(*, check_id: UUID) -> IdentityCheck:
    """The customer is back and no callback came yet: ask the provider. The check stays ``waiting`` when it cannot say. Idempotent."""
    check = IdentityCheck.objects.select_related("case").get(pk=check_id)
    provider = providers.named(check.provider)
    if check.result != CheckResult.WAITING or not isinstance(provider, providers.FaceProvider):
        return check
    try:
        answer = provider.result(str(check.details["reference"]), str(check.id))
    except providers.ProviderUnavailable:
        return close_late(check_id)
    _told(check_id, answer, provider.assurance(CheckMethod.FACE))
    return IdentityCheck.objects.select_related("case").get(pk=check_id)


def close_late(check_id: UUID) -> IdentityCheck:
    """Close a visit whose time is over without a word."""
    with transaction.atomic():
        check = locked(check_id)
        if check.result == CheckResult.WAITING and check.waits_until and check.waits_until < clock.now():
            settle(check, providers.Answer(CheckResult.UNAVAILABLE, "late"))
    return check


def take_callback(*, provider_name: str, headers: Mapping[str, str], path: str, raw: bytes) -> str:
    """Believe or refuse one callback; return ``accepted``, ``repeated``, ``late`` or ``contradictory``. Every arrival is kept.

    Raises CallbackForged, CallbackStale, CallbackUnknown, CallbackUnreadable. Signature and age are checked over the raw body before it is
    parsed. A known visit that was spoken of late or otherwise than before is answered 200: the provider need not say it again.
    """
    provider = providers.named(provider_name)
    if not isinstance(provider, providers.FaceProvider) or not provider.assurance(CheckMethod.FACE):  # type: ignore[attr-defined]
        _keep(provider_name, raw, "unknown", None)
        raise CallbackUnknown()
    try:
        told = provider.read_callback(headers, path, raw)
    except Unsigned as error:
        _keep(provider_name, raw, str(error), None)
        raise (CallbackStale() if str(error) == "stale" else CallbackForged()) from error
    except (providers.ProviderUnavailable, ValueError, KeyError, TypeError, AttributeError) as error:
        _keep(provider_name, raw, "unreadable", None)
        raise CallbackUnreadable() from error
    check = IdentityCheck.objects.filter(provider=provider_name, reference_hash=keyed_hash("identity_reference", told.reference)).first()
    if check is None:
        _keep(provider_name, raw, "unknown", None)
        raise CallbackUnknown()
    outcome = _told(check.id, told.answer, provider.assurance(CheckMethod.FACE))  # type: ignore[attr-defined]
    _keep(provider_name, raw, outcome, check)
    return outcome


def _told(check_id: UUID, answer: providers.Answer, level: str) -> str:
    """Let a word about a visit count for what it is worth."""
    with transaction.atomic():
        check = locked(check_id)
        if check.result == CheckResult.WAITING:
            if check.waits_until and check.waits_until < clock.now():
                settle(check, providers.Answer(CheckResult.UNAVAILABLE, "late"))
                note(check, "identity.late", said=answer.result)
                return "late"
            passed = answer.result == CheckResult.PASSED
            settle(check, providers.Answer(answer.result, answer.reason, level if passed else "", answer.response, answer.picture))
            return "accepted"
        if check.result == CheckResult.UNAVAILABLE:
            note(check, "identity.late", said=answer.result)
            return "late"
        if check.reason == "contradictory" or check.result != answer.result:
            note(check, "identity.contradicted", before=str(check.result), said=answer.result)
            if check.result == CheckResult.PASSED:
                check.result, check.reason, check.assurance, check.expires_at = CheckResult.FAILED, "contradictory", "", None
                check.save(update_fields=["result", "reason", "assurance", "expires_at"])
                if Willingness.objects.filter(check_made=check, state=WillingnessState.CONSUMED).exists():
                    note(check, "identity.contradicted_after_signing")
            return "contradictory"
        note(check, "identity.repeated", said=answer.result)
        return "repeated"


def _keep(provider: str, raw: bytes, outcome: str, check: IdentityCheck | None) -> None:
    now = clock.now()
    strangers = ProviderCallback.objects.filter(made_for=None, received_at__gt=now - timedelta(hours=1))
    if outcome in UNSIGNED and strangers.count() >= STRANGERS_KEPT:
        return
    digest = sha256(raw)
    with transaction.atomic():
        ProviderCallback.objects.create(made_for=check, provider=provider[:40], body_digest=digest, outcome=outcome, received_at=now)
        if check is None:  # forged, kept and sent again, of a clock that goes wrong, or about no visit of ours
            known = provider if providers.named(provider) else ""
            facts = {"provider": known, "why": outcome, "body": digest}
            record(stream="system", stream_id=STRANGERS, type="identity.callback_refused", public=facts)
