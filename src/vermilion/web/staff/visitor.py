"""Who comes: what every page of the insurer's people asks first, put to the database as one question.

Written in SQL, since by the models it took six questions (log-in, second factor, first password, member of staff, where her roles hold,
whether a colleague lends her one) that Django wrote anew for every page. It is asked anew by every request and kept for that request only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import connection, models

from vermilion.apps.parties import scoping
from vermilion.apps.parties.models import Branch, Delegation, FirstPassword, Insurer, RoleBinding, StaffMember
from vermilion.base import clock
from vermilion.base.rows import built, columns
from vermilion.web.models import StaffLogIn


@dataclass(frozen=True)
class Visitor:
    """Who is logged in. ``staff``: the active member of staff, with insurer, branch and the places of her roles; None for others."""

    seen_at: datetime  # when this log-in was noted last
    second_factor: bool
    first_password: bool  # somebody else knows her password
    lent: bool  # a colleague lends her a role now, which counts only if he holds it himself: ask ``delegating.lenders``
    staff: StaffMember | None


def of(user: Any, log_in: UUID) -> Visitor | None:
    """Return who is logged in as ``user`` by this log-in; None when there is no such log-in of hers, or it was ended."""
    with connection.cursor() as cursor:
        cursor.execute(_question(), {"log_in": log_in, "user": user.pk, "now": clock.now()})
        row = cursor.fetchone()
    if row is None:
        return None
    seen_at, second_factor, first_password, lent, places, *rest = row
    return Visitor(seen_at, second_factor, first_password, lent, _member(user, places, rest))


def _member(user: Any, places: list[str], values: list[Any]) -> StaffMember | None:
    staff, insurer, branch = built(values, StaffMember, Insurer, Branch)
    if staff is None:
        return None
    branch.insurer = staff.insurer = insurer
    staff.branch, staff.user = branch, user
    scoping.know(staff, [(role, UUID(place)) for role, place in (entry.split() for entry in places)])
    return staff  # type: ignore[no-any-return]


@cache
def _question() -> str:
    def table(model: type[models.Model]) -> str:
        return f'"{model._meta.db_table}"'

    return f"""
SELECT log_in.seen_at,
       EXISTS (SELECT 1 FROM {table(Authenticator)} WHERE user_id = log_in.user_id AND type = '{Authenticator.Type.TOTP.value}'),
       EXISTS (SELECT 1 FROM {table(FirstPassword)} WHERE user_id = log_in.user_id),
       EXISTS (SELECT 1 FROM {table(Delegation)} WHERE receiver_id = member.id AND withdrawn_at IS NULL
               AND valid_from <= %(now)s AND valid_to > %(now)s),
       ARRAY(SELECT role || ' ' || branch_id FROM {table(RoleBinding)} WHERE staff_id = member.id),
       {columns(member=StaffMember, insurer=Insurer, branch=Branch)}
FROM {table(StaffLogIn)} log_in
LEFT JOIN {table(StaffMember)} member ON member.user_id = log_in.user_id AND member.active
LEFT JOIN {table(Insurer)} insurer ON insurer.id = member.insurer_id
LEFT JOIN {table(Branch)} branch ON branch.id = member.branch_id
WHERE log_in.id = %(log_in)s AND log_in.user_id = %(user)s AND log_in.ended_at IS NULL
"""  # noqa: S608  # names of our own tables and columns; what comes from outside is a parameter
