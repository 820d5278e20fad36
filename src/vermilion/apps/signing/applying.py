"""The customer's way up to the confirmation, in the lawful order (design §4). Each function is one confirmed page.

The product declares the steps; a page that is not the next one is refused, so that nothing can be confirmed before it was shown.
Salespeople may prefill the form; consents, answers about health and confirmations are the customer's alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import ApplicationLocked, CaseStopped, ConsentMissing
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.cases.transitions import State
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.errors import CodeBoundElsewhere
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.products import paths, signers
from vermilion.apps.products.application import SignerRole
from vermilion.apps.products.checking import CheckedApplication, check_application
from vermilion.apps.products.definition import STEPS
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.wording import Consent
from vermilion.base import clock
from vermilion.base.canonical import digest
from vermilion.base.rows import only
from vermilion.base.validation import InvalidValue, validate_phone
from vermilion.core.typeset import missing_characters

from . import identifying, prefilling
from .models import AccessLink

# Steps that belong to the policyholder's own way; willingness and signature are each signer's SigningTask.
OWN_STEPS = STEPS[: STEPS.index("willingness")]

# Called when the form is handed in again, with the locked case and its new application.
_changed: list[Callable[[Case, dict[str, Any]], None]] = []


def on_changed(handler: Callable[[Case, dict[str, Any]], None]) -> None:
    """Register what follows when a complete form is handed in (site/wiring.py)."""
    _changed.append(handler)


# By the key of a consent: how its text was read (``Consent.reading``).
Reading = dict[str, dict[str, int]]
# A step of one party, not of the product: the phone on record is hers.
PHONE = "phone"


def own_steps(case: Case) -> list[str]:
    """Return the applicant's steps of this product, in order."""
    return [step for step in case.product.definition.steps if step in OWN_STEPS]


def applicant_role(case: Case) -> SignerRole:
    """Return who applies: the policyholder, or a company's authorised person."""
    return "company_agent" if case.product.definition.policyholder_kind == "company" else "policyholder"


def applicant(case: Case) -> CaseParty | None:
    """Return the applying party once the form has named her."""
    return only(case.parties.filter(role=applicant_role(case), position=0))


def phone_on_record(case: Case, party: CaseParty | None = None) -> str:
    """Return the phone of ``party`` (none: of the applicant), or the one in the form of a case that names nobody yet; else empty."""
    party = party or applicant(case)
    if party is not None:
        return str(party.personal.get("phone") or "")
    data = cases.application(case).data.get("policyholder") or {}
    holder = ((data.get("company") or {}).get("agent") or {}) if applicant_role(case) == "company_agent" else data
    try:
        return validate_phone(holder.get("phone") or "")
    except InvalidValue:
        return ""


def named_applicant(case: Case) -> CaseParty:
    """Return the applying party of a case whose form is complete."""
    party = applicant(case)
    if party is None:
        raise RuntimeError(f"case {case.number} came this far without an applicant")
    return party


def done_steps(case: Case) -> set[str]:
    """Return the steps that are done for the present version of the application."""
    return cases.done_steps(case)


def next_step(case: Case) -> str | None:
    """Return the applicant's next step, or None when the confirmation was presented."""
    done = done_steps(case)
    return next((step for step in own_steps(case) if step not in done), None)


def confirm_notice(*, case_id: UUID) -> None:
    """The notice about handler, purposes and recording was read; nothing personal has been asked before."""
    with transaction.atomic():
        case = open_case(case_id)
        notice = case.product.definition.notice
        _done(case, "notice", content_digest=digest(notice.model_dump()), facts={"version": notice.version})


def give_consents(*, case_id: UUID, ticked: set[str], reading: Reading | None = None) -> None:
    """Record the separately ticked consents and how they were read. Raises ConsentMissing, naming each necessary one left empty."""
    with transaction.atomic():
        case = open_case(case_id)
        role = applicant_role(case)
        chosen = checked_consents(case, role, ticked)
        cases.give_consents(case, signer_role=role, party=None, consents=[given(item) for item in chosen], reading=reading)
        _done(case, "consents", content_digest=digest([item.model_dump() for item in chosen]))


def checked_consents(case: Case, role: Any, ticked: set[str]) -> list[Consent]:
    """Return the consents of ``role`` that were ticked. Raises ConsentMissing."""
    definition = case.product.definition
    missing = [item for item in signers.required_consents(definition, role) if item.key not in ticked]
    if missing:
        raise ConsentMissing(fields={f"consent.{item.key}": item.title.of(case.language) for item in missing})
    return [item for item in signers.offered_consents(definition, role) if item.key in ticked]


def check_form(case: Case, data: dict[str, Any], *, with_disclosure: bool) -> CheckedApplication:
    """Check an application of this case, with the phones that no customer may use. Raises ApplicationInvalid."""
    return check_application(
        case.product.definition,
        data,
        today=clock.today(),
        missing_characters=missing_characters,
        forbidden_phones=staff_phones(case.insurer),
        with_disclosure=with_disclosure,
    )


def phone_path(case: Case) -> str:
    """Return where the form has the applicant's phone."""
    return "policyholder.company.agent.phone" if applicant_role(case) == "company_agent" else "policyholder.phone"


def with_phone_kept(case: Case, data: dict[str, Any]) -> dict[str, Any]:
    """Return a draft of the form with the applicant's phone as it is kept."""
    path, kept = phone_path(case), cases.application(case).data
    top = path.partition(".")[0]
    if paths.get(data, path) == paths.get(kept, path):
        return data
    flat = paths.flatten({top: data.get(top)}) | {path: paths.get(kept, path) or ""}
    return {**data, top: paths.unflatten(flat)[top]}


def save_draft(*, case_id: UUID, data: dict[str, Any], lent: bool = False) -> None:
    """Keep an unfinished form, unchecked, so that the customer can leave and resume.

    ``lent``: on a salesperson's device in a meeting. The applicant's phone is the one that agreed to the meeting, and stays.
    """
    with transaction.atomic():
        case = open_case(case_id)
        _after(case, "consents")
        row = cases.application(case)
        data = with_phone_kept(case, data) if lent else data
        changed = {key for key, value in data.items() if row.data.get(key) != value}
        if not changed:
            return
        # What was confirmed before was about other content: it is asked again, from the form or from the health questions.
        forget_from(case, "disclosure" if changed <= {"disclosure"} else "application")
        row.data = {**row.data, **data}
        row.save(update_fields=["data"])


def submit_application(*, case_id: UUID, data: dict[str, Any]) -> CheckedApplication:
    """Check and keep the form without the health questions; name the people of the case and what they pay."""
    with transaction.atomic():
        case = open_case(case_id)
        _after(case, "consents")
        if waiting := prefilling.open_paths(case):
            raise ApplicationInvalid(fields=dict.fromkeys(sorted(waiting), prefilling.UNCONFIRMED))
        if waiting := prefilling.unchecked(case):
            raise ApplicationInvalid(fields=dict.fromkeys(sorted(waiting), prefilling.UNCHECKED))
        answers = cases.application(case).data.get("disclosure")
        checked = check_form(case, data, with_disclosure=False)
        kept = {**checked.application, "disclosure": answers} if answers else checked.application
        # A changed form makes later confirmations void: they are asked again.
        forget_from(case, "application")
        before = applicant(case)
        cases.save_application(case_id=case.id, data=kept, sum_insured=checked.quote.sum_insured, premium=checked.quote.premium)
        cases.set_parties(case=case, people=[(role, signers.signer_person(checked.application, role)) for role in _roles(case, checked)])
        AccessLink.objects.filter(case=case, party__former=True, revoked=False).update(revoked=True)
        for handler in _changed:
            handler(case, checked.application)
        after = applicant(case)
        if before and after and before.phone_hash != after.phone_hash:
            case.steps.filter(party=before, name=PHONE).delete()
        _done(case, "application", content_digest=checked.digest)
    return checked


def submit_disclosure(*, case_id: UUID, answers: list[dict[str, Any]]) -> CheckedApplication:
    """Check and keep the answers to the health questions; from here on the application is complete."""
    with transaction.atomic():
        case = open_case(case_id)
        _after(case, "application")
        forget_from(case, "disclosure")
        data = {**cases.application(case).data, "disclosure": answers}
        checked = check_form(case, data, with_disclosure=True)
        cases.save_application(
            case_id=case.id, data=checked.application, sum_insured=checked.quote.sum_insured, premium=checked.quote.premium
        )
        _done(case, "disclosure", content_digest=digest(checked.application["disclosure"]))
    return checked


def confirm_application_notice(*, case_id: UUID) -> None:
    """投保提示书 was read and confirmed on its own page."""
    with transaction.atomic():
        case = open_case(case_id)
        _done(case, "application_notice", content_digest=digest(case.product.definition.prompts.model_dump()))


def confirm_exemption(*, case_id: UUID) -> None:
    """The explanation of exemptions was read and confirmed on its own page (IL 17)."""
    with transaction.atomic():
        case = open_case(case_id)
        _done(case, "exemption", content_digest=digest(case.product.definition.exemption.model_dump()))


def check_identity(*, case_id: UUID, ip: str, bank_card: str = "") -> Any:
    """Ask what the product wants to know about the applicant; the step is done when all of it holds.

    Returns the last IdentityCheck, or None when the next thing is not a question but a visit or papers. Asked outside any transaction.
    """
    case = Case.objects.select_related("product", "insurer").defer("product__data").get(pk=case_id)
    _after(case, "exemption" if "exemption" in own_steps(case) else "application")
    party = applicant(case)
    assert party is not None  # noqa: S101 -- the application names her
    check = identifying.proceed(party_id=party.id, ip=ip, bank_card=bank_card)
    finish_identity(case_id=case_id)
    return check


def finish_identity(*, case_id: UUID) -> bool:
    """Close the applicant's step if everything that the product asks about her holds; tell whether it does."""
    with transaction.atomic():
        case = open_case(case_id)
        party = applicant(case)
        if party is None or not identifying.complete(case, party):
            return False
        if "identity" not in done_steps(case):
            _done(case, "identity", facts={"checks": identifying.held(case, party)})
    return True


def send_phone_code(*, case_id: UUID, party_id: UUID, ip: str) -> Any:
    """Send a code to the phone that a party gave; return the OneTimeCode."""
    party = CaseParty.objects.select_related("case__insurer").get(pk=party_id, case_id=case_id)
    return identity.send_code(purpose="phone", phone=party.personal["phone"], case=party.case, party=party, ip=ip)


def prove_phone(*, case_id: UUID, party_id: UUID, code_id: UUID, code: str) -> None:
    """The code sent to a party's phone came back: the phone is hers. Raises the code errors. Not inside a transaction."""
    used = identity.check_code(code_id=code_id, value=code, purpose="phone")
    with transaction.atomic():
        case = cases.lock(case_id)
        party = case.parties.get(pk=party_id)
        if used.party_id != party.pk or used.phone_hash != party.phone_hash:
            raise CodeBoundElsewhere()
        cases.complete_step(case, PHONE, party=party, facts={"code": str(used.id)})


def phone_proven(case: Case, party: CaseParty | None) -> bool:
    """Tell whether the phone that a party has on record was proven in this case."""
    return party is not None and case.steps.filter(party=party, name=PHONE).exists()


def _roles(case: Case, checked: CheckedApplication) -> list[Any]:
    # The applicant is a party even when, as a company, the policyholder signs through somebody; the insured is one to be told.
    roles = list(checked.signers)
    if applicant_role(case) not in roles:
        roles.insert(0, applicant_role(case))
    return roles


def open_case(case_id: UUID) -> Case:
    """Return the locked case of an application that is being filled in. Raises ApplicationLocked."""
    case = cases.lock(case_id)
    if case.state != State.APPLYING:
        raise ApplicationLocked()
    return case


def ready_for(case_id: UUID, step: str) -> Case:
    """Return the locked case whose applicant has proven her phone and done all that comes before ``step``.

    Raises ApplicationLocked, CaseStopped, StepOutOfOrder.
    """
    case = open_case(case_id)
    if case.blocked_by == cases.STOPPED:
        raise CaseStopped()
    done = done_steps(case)
    missing = [name for name in before(case, step) if name not in done]
    if not phone_proven(case, applicant(case)):
        missing.append(PHONE)
    if missing:
        raise cases.StepOutOfOrder(missing=missing)
    return case


def before(case: Case, step: str) -> tuple[str, ...]:
    """Return the policyholder's own steps that come before ``step``."""
    steps = own_steps(case)
    return tuple(steps[: steps.index(step)])


def _after(case: Case, step: str) -> None:
    steps = own_steps(case)
    if step in steps:
        done = done_steps(case)
        missing = [name for name in steps[: steps.index(step) + 1] if name not in done]
        if missing:
            raise cases.StepOutOfOrder(missing=missing)


def forget_from(case: Case, step: str) -> None:
    """Let the applicant do ``step`` and what comes after it again, for the present version of the application."""
    steps = own_steps(case)
    if step in steps:
        case.steps.filter(party=None, round=cases.application_version(case), name__in=steps[steps.index(step) :]).delete()


def _done(case: Case, name: str, *, content_digest: str = "", facts: dict[str, Any] | None = None) -> None:
    steps = own_steps(case)
    cases.complete_step(case, name, required_before=tuple(steps[: steps.index(name)]), content_digest=content_digest, facts=facts)


def given(item: Consent) -> tuple[str, str, str]:
    """Return what is kept of a consent: its key, version and digest."""
    return item.key, item.version, digest(item.model_dump())
