"""Whose seals somebody reaches: those of her branches, and the company's own. The latter are changed by who acts for the whole company."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from vermilion.apps.cases.models import Case
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.seals.models import Seal
from vermilion.web.staff.permissions import StaffForbidden


def within(scope: Scope, prefix: str = "") -> Q:
    """Return the condition that a row with insurer and branch, or what its path ``prefix`` leads to, is the company's or of ``scope``."""
    own = Q(**{f"{prefix}insurer": scope.insurer})
    if scope.branches is None:
        return own
    return own & (Q(**{f"{prefix}branch": None}) | Q(**{f"{prefix}branch__in": scope.branches}))


def uses_within(scope: Scope) -> Q:
    """Return the condition that a use is of a seal of ``scope``'s branches, or of the company's for one of their requests or cases."""
    if scope.branches is None:
        return Q(seal__insurer=scope.insurer)
    cases = Case.objects.filter(scope.q()).values("pk")
    for_them = Q(permission__request__branch__in=scope.branches) | Q(permission__case__in=cases)
    return Q(seal__insurer=scope.insurer) & (Q(seal__branch__in=scope.branches) | (Q(seal__branch=None) & for_them))


def seal_of(request: HttpRequest, seal_id: UUID, *, acting: bool = False) -> Seal:
    """Return a seal that the visitor reaches, one that she may change when ``acting``. Raises Http404, StaffForbidden."""
    found = Seal.objects.filter(within(request.scope), pk=seal_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    if acting:
        may_act(request, found.branch_id)
    return found


def may_act(request: HttpRequest, branch_id: UUID | None) -> None:
    """Let pass who may change what belongs to this branch (None: to the company). Raises StaffForbidden."""
    if not request.scope.covers(branch_id):  # type: ignore[attr-defined]
        raise StaffForbidden(_("这是全公司的印章或规则，您的角色只管本机构，不能改变它。"), hint=_("请由管理全公司印章的同事办理。"))
