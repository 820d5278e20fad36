"""Changes of a policy (保全、批改): request → (signature) → (approval by shown digest) → sealed 批单 → new PolicyVersion → told at once.

Who may ask, who signs and whether a leader approves is declared by the product for each kind of change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vermilion.apps.cases import services as cases
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.parties.queries import staff_phones
from vermilion.apps.products import rating
from vermilion.apps.products.changes import change_fields, check_added_insured, quote_addition
from vermilion.apps.products.paths import get
from vermilion.apps.products.rules import ServicingRule
from vermilion.apps.templates.services import check_characters
from vermilion.base import clock, jobs
from vermilion.core.typeset import missing_characters

from .errors import ChangeNotAllowed, ChangeOpen, NothingChanged, PolicyNotFound, PolicyNotInForce
from .giving_up import give_up
from .models import Endorsement, EndorsementState, Policy, PolicyStatus, PolicyVersion
from .shares import cover_days, priced_on, unearned

OPEN_STATES = (EndorsementState.CONSENTS, EndorsementState.SIGNING, EndorsementState.APPROVAL, EndorsementState.SEALING)
WITHDRAWABLE = (EndorsementState.CONSENTS, EndorsementState.SIGNING, EndorsementState.APPROVAL)
CONTACT_LABELS = {"phone": "联系电话", "email": "电子邮箱", "address": "联系地址"}


def locked_policy(policy_id: UUID) -> Policy:
    """Return a policy in force with its case locked. Raises PolicyNotFound, PolicyNotInForce or ChangeOpen."""
    found = Policy.objects.filter(pk=policy_id).first()
    if found is None:
        raise PolicyNotFound()
    case = cases.lock(found.case_id)
    policy = Policy.objects.select_for_update(no_key=True).get(pk=policy_id)
    policy.case = case
    # ``ended_at`` of a policy in force is the day on which a surrender becomes effective.
    if policy.status != PolicyStatus.IN_FORCE or policy.ended_at:
        raise PolicyNotInForce()
    if policy.endorsements.filter(state__in=OPEN_STATES).exists():
        raise ChangeOpen()
    return policy


def latest_version(policy: Policy) -> PolicyVersion:
    """Return what the policy says now."""
    return policy.versions.latest("number")


def contact(policy: Policy) -> dict[str, str]:
    """Return phone, e-mail and address as the policy has them now; empty text for what it has not."""
    application = latest_version(policy).fields["application"]
    return {key: str(get(application, _contact_path(application, key)) or "") for key in CONTACT_LABELS}


def change_contact(*, policy_id: UUID, contact: dict[str, str]) -> Endorsement:
    """The policyholder, proven by sign-in and code, changes her own phone, e-mail or address; by rule no approval is needed."""
    with transaction.atomic():
        policy = locked_policy(policy_id)
        rule = rule_of(policy, "change_contact", by="policyholder")
        version = latest_version(policy)
        before = version.fields["application"]
        asked = {_contact_path(before, key): value.strip() for key, value in contact.items() if key in CONTACT_LABELS}
        changed = {path: value for path, value in asked.items() if value != str(get(before, path) or "")}
        if not changed:
            raise NothingChanged()
        checked = change_fields(
            policy.case.product.definition,
            before,
            kind=rule.kind,
            changes=changed,
            today=clock.today(),
            missing_characters=missing_characters,
            forbidden_phones=staff_phones(policy.insurer),
        )
        changes = [
            {"label": label, "before": str(get(before, path) or ""), "after": str(get(checked, path) or "")}
            for key, label in CONTACT_LABELS.items()
            if (path := _contact_path(before, key)) in changed
        ]
        text = "兹经投保人申请，变更投保人联系方式如下表，自本批单载明的生效时间起生效。其他条款不变。"
        return open_change(policy, rule, version, application=checked, changes=changes, text=text, staff=None)


@dataclass(frozen=True)
class Addition:
    """Persons to add and the cost: ``delta`` in fen for the rest of the period, ``people`` as checked, ``before``: how many there were."""

    application: dict[str, Any]
    people: list[dict[str, Any]]
    before: int
    delta: int
    premium: int
    effective: datetime


def preview_insured(*, policy_id: UUID, people: list[dict[str, Any]]) -> Addition:
    """Check and price persons to add to a group policy without changing anything. Raises ApplicationInvalid (paths ``insured.<n>.…``)."""
    with transaction.atomic():
        policy = locked_policy(policy_id)
        return addition(policy, addition_rule(policy), people)


def add_insured(*, policy_id: UUID, people: list[dict[str, Any]], reason: str, staff: StaffMember) -> Endorsement:
    """A clerk enters persons to add to a group policy; where each consents herself they are asked first (``adding``), then the company's
    authorised person signs the 批改申请书."""
    with transaction.atomic():
        policy = locked_policy(policy_id)
        rule = addition_rule(policy)
        added = addition(policy, rule, people)
        changes, text = added_content(added)
        return open_change(
            policy,
            rule,
            latest_version(policy),
            application=added.application,
            changes=changes,
            text=text,
            staff=staff,
            delta=added.delta,
            reason=reason,
            more={"first_added": added.before, **({"asked": added.people} if consents_needed(policy) else {})},
        )


def consents_needed(policy: Policy) -> bool:
    """Tell whether each insured person of this product consents herself, also who is added later."""
    return "insured_consents" in policy.case.product.definition.steps


def addition_rule(policy: Policy) -> ServicingRule:
    """Return by which rule people are added. Raises ChangeNotAllowed."""
    return rule_of(policy, "add_insured", by="clerk")


def added_content(added: Addition) -> tuple[list[dict[str, str]], str]:
    """Return what changes, line by line, and the text of the endorsement."""
    after = added.premium + added.delta
    changes = [
        {"label": "被保险人人数", "before": f"{added.before} 人", "after": f"{added.before + len(added.people)} 人"},
        {"label": "保险费合计", "before": f"{added.premium / 100:,.2f} 元", "after": f"{after / 100:,.2f} 元"},
    ]
    names = "、".join(person["name"] for person in added.people)
    return changes, (
        f"兹经投保人申请，本保险单增加被保险人 {names}，保险责任与原被保险人相同，"
        f"增收保险费人民币 {added.delta / 100:,.2f} 元。其他条款不变。"
    )


def addition(policy: Policy, rule: ServicingRule, people: list[dict[str, Any]]) -> Addition:
    """Check and price people to add to a policy whose case is locked. Raises ApplicationInvalid."""
    version, definition = latest_version(policy), policy.case.product.definition
    application, day = version.fields["application"], priced_on(version)
    added = check_added_insured(
        definition,
        application,
        people,
        today=day,
        missing_characters=missing_characters,
        forbidden_phones=staff_phones(policy.insurer) if consents_needed(policy) else (),
    )
    effective = effective_by(policy, rule)
    start, last = cover_days(policy)
    delta, _yearly = quote_addition(
        definition,
        application,
        added,
        today=day,
        cover_start=start,
        cover_end=last,
        effective=effective.astimezone(clock.SHANGHAI).date(),
    )
    together = {**application, "insured": [*application["insured"], *added]}
    return Addition(together, added, len(application["insured"]), delta, version.fields["premium"], effective)


def in_cooling_off(policy: Policy) -> bool:
    """Tell whether the policyholder may still step back for the whole premium: until the last day, and before the period has begun."""
    if not policy.case.product.definition.times.cooling_off_days:
        return False
    return policy.cooling_off_until is None or clock.today() <= policy.cooling_off_until


@dataclass(frozen=True)
class Ending:
    """How the policyholder may end the contract today: within the cooling-off period or after it, and what she gets back, in fen."""

    cooling: bool
    refund: int


def preview_end(policy: Policy) -> Ending | None:
    """Return what ending the contract today would give back; None when it cannot be asked for: ending already, or a change is open."""
    cooling = in_cooling_off(policy)
    rule = policy.case.product.definition.servicing_rule("cooling_off_cancel" if cooling else "surrender")
    if rule is None or "clerk" not in rule.requested_by or policy.status != PolicyStatus.IN_FORCE or policy.ended_at:
        return None
    if policy.endorsements.filter(state__in=OPEN_STATES).exists():
        return None
    return Ending(cooling, _refund(policy, latest_version(policy), rule))


def end_policy(*, policy_id: UUID, reason: str, staff: StaffMember) -> Endorsement:
    """Cancel in the cooling-off period (full refund) or surrender after it, on the policyholder's signed application."""
    with transaction.atomic():
        policy = locked_policy(policy_id)
        cooling = in_cooling_off(policy)
        rule = rule_of(policy, "cooling_off_cancel" if cooling else "surrender", by="clerk")
        version = latest_version(policy)
        refund = _refund(policy, version, rule)
        changes = [
            {"label": "保单状态", "before": "有效", "after": "犹豫期内撤销" if cooling else "退保"},
            {"label": "应退金额", "before": "", "after": f"{refund / 100:,.2f} 元"},
        ]
        text = f"兹经投保人申请，本保险合同自本批单生效时起终止，应退还人民币 {refund / 100:,.2f} 元，退至投保人本人账户。"
        return open_change(
            policy,
            rule,
            version,
            application=version.fields["application"],
            changes=changes,
            text=text,
            staff=staff,
            delta=-refund,
            reason=reason,
        )


def withdraw(*, endorsement_id: UUID, staff: StaffMember) -> None:
    """Give up a change that is not approved yet."""
    with transaction.atomic():
        found = Endorsement.objects.select_related("policy").filter(pk=endorsement_id, policy__insurer=staff.insurer).first()
        if found is None:
            raise PolicyNotFound()
        cases.lock(found.policy.case_id)
        rows = Endorsement.objects.select_for_update(of=("self",), no_key=True)
        endorsement = rows.select_related("policy__case", "application_document").get(pk=found.pk)
        if endorsement.state not in WITHDRAWABLE:
            raise ChangeNotAllowed()
        give_up(endorsement, "withdrawn")
        note(endorsement, "endorsement.withdrawn", {"by": staff.name})


def open_change(
    policy: Policy,
    rule: ServicingRule,
    version: PolicyVersion,
    *,
    application: dict[str, Any],
    changes: list[dict[str, str]],
    text: str,
    staff: StaffMember | None,
    delta: int = 0,
    reason: str = "",
    more: dict[str, Any] | None = None,
) -> Endorsement:
    """Ask for a change and let its papers be made; ``more``: what its kind keeps beside. With ``asked`` these people consent first."""
    check_characters({"reason": reason})  # the rest was checked with the form
    # Every withdrawn or refused try keeps its number, so the count of all of them numbers the next.
    number = f"{policy.number}-E{policy.endorsements.count() + 1:03d}"
    endorsement = Endorsement.objects.create(
        policy=policy,
        number=number,
        kind=rule.kind,
        state=EndorsementState.CONSENTS if (more or {}).get("asked") else _first_state(rule),
        content={
            "application": application,
            "changes": changes,
            "text": text,
            "reason": reason,
            "rule": rule.kind,
            **(more or {}),
        },
        from_version=version.number,
        premium_delta=delta,
        requested_by=staff,
        effective_at=effective_by(policy, rule),
        intent_at=clock.now(),
        created_at=clock.now(),
    )
    note(endorsement, "endorsement.requested", {"by": staff.name if staff else "policyholder", "changes": changes})
    from .tasks import prepare_endorsement_job

    jobs.enqueue(prepare_endorsement_job, lock=f"case:{policy.case_id}", endorsement_id=str(endorsement.id))
    return endorsement


def _first_state(rule: ServicingRule) -> EndorsementState:
    if rule.signers:
        return EndorsementState.SIGNING
    return EndorsementState.APPROVAL if rule.approval else EndorsementState.SEALING


def rule_of(policy: Policy, kind: str, *, by: str) -> ServicingRule:
    """Return by which rule ``by`` may ask for this kind of change. Raises ChangeNotAllowed."""
    rule = policy.case.product.definition.servicing_rule(kind)
    if rule is None or by not in rule.requested_by:
        raise ChangeNotAllowed(_("本产品不办理这项变更，或不能由您提出。"))
    return rule


def _contact_path(application: dict[str, Any], key: str) -> str:
    """A company is reached through its authorised person; only the address is its own."""
    company = application["policyholder"].get("kind") == "company"
    return f"policyholder.company.agent.{key}" if company and key != "address" else f"policyholder.{key}"


def effective_by(policy: Policy, rule: ServicingRule) -> datetime:
    """Return when a change takes effect that is asked for now."""
    if rule.effective == "at_once":
        return clock.now()
    tomorrow = datetime.combine(clock.today() + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)
    return max(tomorrow, policy.cover_from)


def _refund(policy: Policy, version: PolicyVersion, rule: ServicingRule) -> int:
    premium, definition = version.fields["premium"], policy.case.product.definition
    today, start = clock.today(), policy.cover_from.astimezone(clock.SHANGHAI).date()
    if rule.premium == "refund_full":
        return premium
    if rule.premium == "refund_cash_value":
        return rating.cash_value_on(definition, version.fields["application"], priced_on=priced_on(version), cover_start=start, ended=today)
    if rule.premium == "refund_unearned" and policy.cover_to:
        return unearned(policy, ended=today)
    return 0


def note(endorsement: Endorsement, type: str, private: dict[str, Any] | None = None, **public: Any) -> None:
    """Record what happened to a change."""
    record(
        stream="case",
        stream_id=endorsement.policy.case_id,
        type=type,
        public={"endorsement": str(endorsement.id), "kind": endorsement.kind, **public},
        private={"number": endorsement.number, **(private or {})},
    )
