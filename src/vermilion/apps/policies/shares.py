"""Who is on a policy since when, what of its premium was charged for whom, and what of that is not earned yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from vermilion.apps.products import rating
from vermilion.base import clock

from .errors import ChangeNotAllowed
from .models import Policy, PolicyVersion

#: By what an insured person is the same one in every version: kind and number of her document.
Key = tuple[str, str]


@dataclass(frozen=True)
class Cohort:
    """Those who came onto a policy with one version of it; ``staying``: who of them is still on it."""

    version: PolicyVersion
    people: list[dict[str, Any]]
    staying: set[Key]


def key(person: dict[str, Any]) -> Key:
    """Return by what a person of the list is known."""
    return str(person.get("id_type", "")), str(person.get("id_number", "")).upper()


def cohorts(policy: Policy, *, upto: int | None = None) -> list[Cohort]:
    """Return who came with which version, in order; ``upto``: as of the version of that number. Who left and came back came then."""
    found: list[Cohort] = []
    before: set[Key] = set()
    versions = policy.versions.order_by("number")
    for version in versions if upto is None else versions.filter(number__lte=upto):
        listed = {key(person): person for person in version.fields["application"]["insured"]}
        for cohort in found:
            cohort.staying.intersection_update(listed)
        fresh = {one: person for one, person in listed.items() if one not in before}
        if fresh:
            found.append(Cohort(version, list(fresh.values()), set(fresh)))
        before = set(listed)
    return found


def unearned(policy: Policy, *, ended: date, people: Collection[Key] | None = None) -> int:
    """Return what is not earned of the premium of ``people`` (none: everybody) whose last day is ``ended``, less the retained part, in fen.

    Each has the part of what was charged when she came, and for the days from then on.
    """
    definition, (start, last) = policy.case.product.definition, cover_days(policy)
    total = 0
    for cohort in cohorts(policy):
        chosen = [person for person in cohort.people if key(person) in cohort.staying and (people is None or key(person) in people)]
        if chosen:
            since = max(start, cohort.version.effective_at.astimezone(clock.SHANGHAI).date())
            part = _part(policy, cohort, chosen)
            total += rating.surrender_value_unearned(definition, part, cover_start=since, cover_end=last, ended=ended)
    return total


def _part(policy: Policy, cohort: Cohort, chosen: list[dict[str, Any]]) -> int:
    """Return what of a cohort's charge was for ``chosen``, in the proportion of their own premiums."""
    version, definition = cohort.version, policy.case.product.definition
    charged: int = version.fields["premium"] if version.number == 1 else max(version.premium_delta, 0)
    if len(chosen) == len(cohort.people):
        return charged
    application, day = version.fields["application"], priced_on(version)
    theirs, all_of_them = (
        rating.quote(definition, {**application, "insured": people}, today=day).annual_premium for people in (chosen, cohort.people)
    )
    return rating.divide(charged * theirs, all_of_them) if all_of_them else 0


def cover_days(policy: Policy) -> tuple[date, date]:
    """Return the first and the last day of cover, counted in Asia/Shanghai. Raises ChangeNotAllowed for cover without an end."""
    if policy.cover_to is None:
        raise ChangeNotAllowed()
    last = (policy.cover_to - timedelta(seconds=1)).astimezone(clock.SHANGHAI).date()
    return policy.cover_from.astimezone(clock.SHANGHAI).date(), last


def priced_on(version: PolicyVersion) -> date:
    """Return the day on which ages were counted."""
    return datetime.fromisoformat(version.fields["priced_on"]).date()
