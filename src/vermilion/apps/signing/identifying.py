"""Who has to be proven how in this case, what of it holds, and the next thing to do. The product's rule decides; nothing here does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.identity import providers, reviewing
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import CheckMethod, CheckResult, IdentityCheck
from vermilion.apps.identity.queries import latest_check, passed_check, subject_hash
from vermilion.apps.products.proving import IdentityRule, rule_for
from vermilion.apps.products.signers import is_minor
from vermilion.base import clock
from vermilion.base.config import config

CALLBACK = "/api/identity/callback/{provider}/"
#: What is done elsewhere than by one question: at a provider's page, or by papers.
PAPERS = (CheckMethod.MANUAL, CheckMethod.AUTHORISATION)


@dataclass(frozen=True)
class Standing:
    """One method of a party: ``check`` is the one that holds, else the newest. ``by``: question, visit or papers. ``may_review``: two
    members of staff may look instead."""

    method: str
    by: str
    passed: bool
    check: IdentityCheck | None
    may_review: bool

    @property
    def waiting(self) -> bool:
        """Tell whether somebody else's word is waited for."""
        return not self.passed and self.check is not None and self.check.result == CheckResult.WAITING


def rule_of(case: Case, party: CaseParty) -> IdentityRule:
    """Return the rule of the product that holds for this person and this risk."""
    data = cases.application(case).data
    insured = (data.get("insured") or [{}])[0]
    facts: dict[str, int | str] = {
        "role": party.role,
        "id_type": str(party.personal.get("id_type") or "resident_id"),
        "minor": int(is_minor(insured, today=clock.today())),
    }
    if isinstance(total := (data.get("plan") or {}).get("sum_insured"), int):
        facts["sum_insured"] = total
    return rule_for(case.product.definition.identity, facts)


def standing(case: Case, party: CaseParty) -> list[Standing]:
    """Return the methods of a party in order, and how each stands."""
    rule = rule_of(case, party)
    found = []
    for method in rule.methods:
        held, newest = passed_check(party, method), latest_check(party, method)
        review = latest_check(party, CheckMethod.MANUAL)
        if held is None and review and review.instead_of == method and (newest is None or review.started_at > newest.started_at):
            newest = review
        if newest and newest.subject_hash != subject_hash(party, newest.method):
            newest = None  # about data that she has changed since
        instead = rule.instead == "manual" and method not in PAPERS and held is None
        found.append(Standing(method, _by(method), held is not None, held or newest, instead))
    return found


def complete(case: Case, party: CaseParty) -> bool:
    """Tell whether everything that the product asks about a party holds now."""
    return "identity" not in case.product.definition.steps or all(one.passed for one in standing(case, party))


def proceed(*, party_id: UUID, ip: str, bank_card: str = "") -> IdentityCheck | None:
    """Ask the questions that are still open, in order, until one does not pass or somebody has to act; return the last answer.

    None: the next thing is not a question. Not inside a transaction. Raises as ``identity.check_identity`` does.
    """
    party = CaseParty.objects.select_related("case__product", "case__insurer").defer("case__product__data").get(pk=party_id)
    rule, answer = rule_of(party.case, party), None
    for one in standing(party.case, party):
        if one.passed:
            answer = one.check
            continue
        if one.by != "question" or (one.method == CheckMethod.FOUR_ELEMENT and not bank_card):
            return None
        answer = identity.check_identity(party_id=party_id, method=one.method, ip=ip, terms=_terms(rule, one.method), bank_card=bank_card)
        if answer.result != CheckResult.PASSED:
            return answer
    return answer


def visit(*, party_id: UUID, ip: str, return_url: str) -> IdentityCheck:
    """Begin the visit to face recognition that the rule asks for. Not inside a transaction."""
    party = CaseParty.objects.select_related("case__product", "case__insurer").defer("case__product__data").get(pk=party_id)
    return identity.start_face(
        party_id=party_id,
        ip=ip,
        return_url=return_url,
        callback_url=config().base_url + CALLBACK,
        terms=_terms(rule_of(party.case, party), CheckMethod.FACE),
    )


def submit_papers(*, party_id: UUID, method: str, papers: dict[str, bytes], ip: str) -> IdentityCheck:
    """Put papers before the staff: for a method that is proven by papers, or in the place of one that could not decide.

    Raises PaperRefused, IdentityAttemptsExhausted, StepOutOfOrder for a method that is not asked or may not be reviewed.
    """
    party = CaseParty.objects.select_related("case__product", "case__insurer").defer("case__product__data").get(pk=party_id)
    wanted = next((one for one in standing(party.case, party) if one.method == method and not one.passed), None)
    if wanted is None or not (wanted.may_review or wanted.by == "papers"):
        raise cases.StepOutOfOrder(missing=["identity"])
    own = wanted.by == "papers"
    return identity.ask_review(
        party_id=party_id,
        method=method if own else CheckMethod.MANUAL,
        papers=papers,
        ip=ip,
        terms=_terms(rule_of(party.case, party), method if own else CheckMethod.MANUAL),
        instead_of="" if own else method,
    )


def needed_papers(one: Standing) -> tuple[str, ...]:
    """Return the kinds of papers that a method, or the review in its place, needs."""
    return reviewing.PAPERS[CheckMethod(one.method) if one.by == "papers" else CheckMethod.MANUAL]


def _by(method: str) -> str:
    if method == CheckMethod.FACE:
        return "visit"
    if method in PAPERS:
        return "papers"
    # A relation that no provider knows is shown by papers.
    return "papers" if method == CheckMethod.GUARDIAN and not any(one.assurance(method) for one in providers.every()) else "question"


def _terms(rule: IdentityRule, method: str) -> identity.Terms:
    days = rule.valid_days.get(method, 30)  # type: ignore[call-overload]
    return identity.Terms(lower=rule.lower, valid=timedelta(days=days), keep_faces=timedelta(days=rule.keep_faces_days))


def held(case: Case, party: CaseParty) -> list[dict[str, str]]:
    """Return what the record keeps of the checks that hold for a party."""
    checks = [one.check for one in standing(case, party) if one.check]
    return [{"check": str(one.id), "method": one.method, "provider": one.provider, "assurance": one.assurance} for one in checks]
