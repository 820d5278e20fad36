"""疑似代签: comparing a customer with the insurer's people and with other customers, and raising what compliance must look at."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.chronicle.services import record
from vermilion.apps.notices.services import send
from vermilion.apps.parties.models import Role, Salesperson, StaffMember
from vermilion.base import clock

from . import traces
from .models import ConductRule, Kind, SharedWith, Suspicion, SuspicionState, Trace
from .rules import most_customers, rule_of
from .traces import Owner

#: The same signer looking at a page again is no new fact; another signer is, and somebody who tries to go on, each time.
QUIET = timedelta(minutes=10)


def look(*, case: Case, party: CaseParty, device: str = "", nearby: str = "", acted: bool = False) -> list[Suspicion]:
    """Compare what a signer uses now, raise what is new, and return all that was found. ``acted``: she tried to go on."""
    rule = rule_of(case.insurer)
    used = {Kind.PHONE: party.phone_hash if party.personal.get("phone") else "", Kind.DEVICE: device}
    found = []
    for kind, digest in used.items():
        traces.leave(case=case, party=party, kind=kind, digest=digest)
        found += compare(case=case, party=party, kind=kind, digest=digest, rule=rule, acted=acted)
    near = traces.owner_of(rule=rule, kind=Kind.NEARBY, digest=nearby) if rule.nearby else None
    if near is not None:  # only salespeople are noted so
        found.append(raise_one(case=case, party=party, kind=Kind.NEARBY, digest=nearby, owner=near, acted=acted))
    return found


def compare(*, case: Case, party: CaseParty | None, kind: Kind, digest: str, rule: ConductRule, acted: bool = False) -> list[Suspicion]:
    """Compare one phone, device or payer of a case with the insurer's people and with all other customers."""
    if not digest:
        return []
    found = []
    if owner := traces.owner_of(rule=rule, kind=kind, digest=digest):
        found.append(raise_one(case=case, party=party, kind=kind, digest=digest, owner=owner, acted=acted))
    sharing = traces.customers_of(rule=rule, kind=kind, digest=digest)
    if sharing > most_customers(rule, kind):
        found.append(raise_one(case=case, party=party, kind=kind, digest=digest, customers=sharing, acted=acted))
    return found


def raise_one(
    *,
    case: Case,
    party: CaseParty | None,
    kind: Kind,
    digest: str,
    owner: Owner | None = None,
    customers: int = 0,
    acted: bool = False,
    anew: bool = False,
) -> Suspicion:
    """Put one on compliance's list, once for a case however often it is met; each time that somebody tries to go on is an event.

    ``anew``: a decision to clear it was about what was before, and does not cover this.
    """
    shared_with = owner.shared_with if owner else SharedWith.CUSTOMERS
    with transaction.atomic():
        locked = cases.lock(case.pk)
        known = Suspicion.objects.filter(case=locked, kind=kind, shared_with=shared_with, digest=digest).select_related("case").first()
        now, person = clock.now(), owner.person if owner else None
        if known is not None:
            _met_again(known, party=party, person=person, customers=customers, acted=acted, anew=anew)
            return known
        first = not Suspicion.objects.filter(case=locked).exists()
        made = Suspicion(
            insurer_id=locked.insurer_id,
            case=locked,
            party=party,
            kind=kind,
            shared_with=shared_with,
            digest=digest,
            signers=[str(party.pk)] if party else [],
            salesperson=person if isinstance(person, Salesperson) else None,
            staff=person if isinstance(person, StaffMember) else None,
            customers=customers,
            raised_at=now,
            last_at=now,
            content={},
        )
        made.save(force_insert=True)
        _note("suspicion.raised", made, party=party, acted=acted)
        if first:
            tell_compliance(locked)
    return made


def _met_again(
    known: Suspicion, *, party: CaseParty | None, person: Salesperson | StaffMember | None, customers: int, acted: bool, anew: bool
) -> None:
    """Put on record what is new about a suspicion: a signer, one of the insurer's people, a customer, a try, or only time. Case locked."""
    now, reopened = clock.now(), anew and known.state == SuspicionState.CLEARED
    other_signer = party is not None and str(party.pk) not in known.signers
    other_person = person is not None and person.pk not in (known.salesperson_id, known.staff_id)
    more = customers > known.customers
    if not (acted or reopened or other_signer or other_person or more or known.last_at < now - QUIET):
        return
    known.met, known.last_at, known.customers = known.met + 1, now, max(customers, known.customers)
    if other_signer and party is not None:
        known.signers = [*known.signers, str(party.pk)]
    if other_person:
        known.salesperson = person if isinstance(person, Salesperson) else None
        known.staff = person if isinstance(person, StaffMember) else None
    if reopened:
        known.state, known.decided_by, known.decided_at, known.content = SuspicionState.OPEN, None, None, {}
    changed = ["met", "last_at", "customers", "signers", "salesperson", "staff"]
    known.save(update_fields=changed + (["state", "decided_by", "decided_at", "content"] if reopened else []))
    _note("suspicion.reopened" if reopened else "suspicion.met", known, party=party, acted=acted)
    if reopened:
        tell_compliance(known.case)


def paid(*, case: Case, payer: str) -> None:
    """Compare the account that a genuine callback named. Called by payments in the transaction that accepts it, case locked."""
    digest = traces.payer_digest(payer)
    party = case.parties.filter(role__in=("policyholder", "company_agent"), position=0).first()
    if digest and party is not None:
        traces.leave(case=case, party=party, kind=Kind.PAYER, digest=digest)
        compare(case=case, party=party, kind=Kind.PAYER, digest=digest, rule=rule_of(case.insurer))


def now_staffs(*, person: Salesperson | StaffMember, kind: Kind, digest: str) -> None:
    """This device or account was just seen to be one of the insurer's people's: the cases in which customers used it before are found."""
    rule = rule_of(person.insurer)
    owner = Owner(SharedWith.SALESPERSON if isinstance(person, Salesperson) else SharedWith.STAFF, person)
    since = clock.now() - timedelta(days=rule.window_days)
    used = Trace.objects.filter(insurer=person.insurer, kind=kind, digest=digest, at__gt=since).values_list("case_id", flat=True)
    for case in Case.objects.filter(pk__in=set(used)).order_by("pk")[:200]:
        raise_one(case=case, party=None, kind=kind, digest=digest, owner=owner)


def tell_compliance(case: Case) -> None:
    """Tell the insurer's compliance that a case stands on the list."""
    for staff in StaffMember.objects.filter(insurer_id=case.insurer_id, active=True, roles__contains=[Role.COMPLIANCE]):
        send(case=case, template="suspected_signing", channel="sms", to=staff.phone, data={"case": case.number})


def _note(type: str, suspicion: Suspicion, *, party: CaseParty | None, acted: bool) -> None:
    record(
        stream="case",
        stream_id=suspicion.case_id,
        type=type,
        public={
            "suspicion": str(suspicion.pk),
            "kind": str(suspicion.kind),
            "shared_with": str(suspicion.shared_with),
            "customers": suspicion.customers,
            "acted": acted,
            "signer": party.role if party else "",
        },
        private={"digest": suspicion.digest, "person": str(suspicion.salesperson_id or suspicion.staff_id or "")},
    )
