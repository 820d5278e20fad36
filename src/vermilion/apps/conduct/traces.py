"""What customers and the insurer's people left: phones, devices, payers, each as a keyed digest; and who meets whom in them.

Nobody can read a phone, an account or a cookie out of these rows; without the master key they cannot even be compared.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from vermilion.apps.cases.models import Case, CaseParty, PartyRole
from vermilion.apps.parties.models import Insurer, Salesperson, StaffMember
from vermilion.base import clock, master_key
from vermilion.base.vault import keyed_hash

from .models import ConductRule, Kind, SharedWith, StaffTrace, Suspicion, Trace

#: A hint of nearness is about minutes.
NEARBY_LASTS = timedelta(minutes=15)
Person = Salesperson | StaffMember


@dataclass(frozen=True)
class Owner:
    """One of the insurer's people, to whom a phone, device or payer belongs."""

    shared_with: SharedWith
    person: Person


def device_digest(device_id: str) -> str:
    """Return by what a device is known; empty for none."""
    return keyed_hash("device", device_id) if device_id else ""


def nearby_digest(*, ip: str, user_agent: str) -> str:
    """Return by what an address with a browser's words is known; empty when either is missing."""
    return keyed_hash("nearby", f"{ip}\n{user_agent}") if ip and user_agent else ""


def payer_digest(account: str) -> str:
    """Return by what a paying account is known, however it is spaced or cased; empty for none."""
    tidy = "".join(unicodedata.normalize("NFKC", account).upper().split())
    return keyed_hash("payer", tidy) if tidy else ""


def person_of(party: CaseParty) -> str:
    """Return what tells the same customer in two cases: her document's keyed hash, or only herself here where there is no document."""
    return party.id_hash if party.personal.get("id_number") else keyed_hash("party", str(party.pk))


def leave(*, case: Case, party: CaseParty, kind: str, digest: str) -> None:
    """Note that a customer used this phone, device or payer."""
    if digest:
        row = Trace(insurer_id=case.insurer_id, case=case, kind=kind, digest=digest, person=person_of(party), at=clock.now())
        Trace.objects.bulk_create([row], update_conflicts=True, unique_fields=["case", "kind", "digest", "person"], update_fields=["at"])


def leave_as_staff(*, person: Person, kind: str, digest: str) -> bool:
    """Note that this is a device, an account or the place of one of the insurer's people; tell whether it was unknown before."""
    if not digest:
        return False
    seller = person if isinstance(person, Salesperson) else None
    owner = {"salesperson": seller, "staff": None if seller else person}
    known = StaffTrace.objects.filter(kind=kind, digest=digest, **owner).update(last_at=clock.now())
    if not known:
        now = clock.now()
        row = StaffTrace(insurer_id=person.insurer_id, kind=kind, digest=digest, first_at=now, last_at=now, **owner)
        StaffTrace.objects.bulk_create([row], ignore_conflicts=True)
    return not known


def was_salespersons(insurer: Insurer, device: str) -> bool:
    """Tell whether a salesperson of this insurer ever used the device."""
    return bool(device) and StaffTrace.objects.filter(insurer=insurer, kind=Kind.DEVICE, digest=device, salesperson__isnull=False).exists()


def owner_of(*, rule: ConductRule, kind: str, digest: str) -> Owner | None:
    """Return to whom of the insurer's people this belongs, a salesperson before others; None when to nobody."""
    if not digest:
        return None
    if kind == Kind.PHONE:
        return _owner_of_phone(rule.insurer, digest)
    lasts = {Kind.DEVICE: timedelta(days=rule.device_days), Kind.NEARBY: NEARBY_LASTS}.get(Kind(kind))
    rows = StaffTrace.objects.filter(insurer_id=rule.insurer_id, kind=kind, digest=digest).select_related("salesperson", "staff")
    if lasts is not None:
        rows = rows.filter(last_at__gt=clock.now() - lasts)
    found = sorted(rows.order_by("-last_at"), key=lambda row: row.salesperson is None)
    if not found:
        return None
    first = found[0]
    if first.salesperson is not None:
        return Owner(SharedWith.SALESPERSON, first.salesperson)
    assert first.staff is not None  # noqa: S101 -- a database rule
    return Owner(SharedWith.STAFF, first.staff)


def _owner_of_phone(insurer: Insurer, digest: str) -> Owner | None:
    for model, shared_with in ((Salesperson, SharedWith.SALESPERSON), (StaffMember, SharedWith.STAFF)):
        for pk, phone in model.objects.filter(insurer=insurer).values_list("pk", "phone"):
            if _phone_digest(phone, master_key.fingerprint()) == digest:
                return Owner(shared_with, model.objects.get(pk=pk))
    return None


@lru_cache(maxsize=65_536)
def _phone_digest(phone: str, _master: str) -> str:
    return keyed_hash("phone", phone)


def customers_of(*, rule: ConductRule, kind: str, digest: str) -> int:
    """Return how many customers used this within the rule's window. People of one case are one: a policyholder and her child."""
    since = clock.now() - timedelta(days=rule.window_days)
    rows = Trace.objects.filter(insurer_id=rule.insurer_id, kind=kind, digest=digest, at__gt=since)
    people = set(rows.values_list("person", flat=True))
    return len(people) if len(people) < 2 else _families(rule.insurer_id, people)


def cases_of(*, insurer_id: UUID, kind: str, digest: str) -> Iterable[Case]:
    """Return the cases in which this phone, device or payer was used, the newest first; also where it was refused, and left no trace."""
    about = {"insurer_id": insurer_id, "kind": kind, "digest": digest}
    used = Q(pk__in=Trace.objects.filter(**about).values("case")) | Q(pk__in=Suspicion.objects.filter(**about).values("case"))
    return Case.objects.filter(used).select_related("salesperson", "branch__insurer").defer("product__data").order_by("-applied_at")


def _families(insurer_id: UUID, people: set[str]) -> int:
    together: dict[UUID, set[str]] = defaultdict(set)
    rows = CaseParty.objects.filter(case__insurer_id=insurer_id, id_hash__in=people)
    # People on a company's list are no family.
    groups = CaseParty.objects.filter(case__in=rows.values("case"), role=PartyRole.COMPANY_AGENT).values("case")
    for case, person in rows.exclude(case__in=groups).values_list("case_id", "id_hash"):
        together[case].add(person)
    head = {person: person for person in people}

    def find(person: str) -> str:
        while head[person] != person:
            person = head[person]
        return person

    for group in together.values():
        first, *others = sorted(group)
        for other in others:
            head[find(other)] = find(first)
    return len({find(person) for person in people})


def forget_old(moment: datetime) -> int:
    """Delete what no rule looks at any more; return how many rows."""
    longest = {rule.insurer_id: rule.window_days for rule in ConductRule.objects.all()}
    count = StaffTrace.objects.filter(kind=Kind.NEARBY, last_at__lt=moment - NEARBY_LASTS).delete()[0]
    for insurer in Insurer.objects.all():
        window = timedelta(days=longest.get(insurer.pk, ConductRule().window_days))
        count += Trace.objects.filter(insurer=insurer, at__lt=moment - window).delete()[0]
    return count
