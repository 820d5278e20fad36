"""What waits for the insurer's people: one table of named queues, each a set of cases. The console's figures and lists are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases import queries as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.notices import queries as notices
from vermilion.apps.parties.scoping import Scope
from vermilion.apps.signing.group.models import InsuredConsent
from vermilion.base import clock
from vermilion.base.validation.values import half_width

from .models import Endorsement, PolicyStatus
from .servicing import OPEN_STATES

Cases = QuerySet[Case]


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed to. Empty fields do not narrow; ``by`` and ``key`` are what :func:`seek` returned."""

    by: str = ""  # number | phone | id_number | name
    key: str = ""
    branch: str = ""
    product: str = ""  # code
    salesperson: str = ""  # licence number
    older_than_days: int = 0  # in the present state


@dataclass(frozen=True)
class Queue:
    """One list of cases: those in one of some states, or otherwise chosen. ``alarm``: any case in it is one too many."""

    name: str
    title: Any
    chosen: tuple[State, ...] | Callable[[Cases], Cases]
    group: str = "step"  # step | trouble | after | all
    alarm: bool = False

    def select(self, rows: Cases) -> Cases:
        """Return those of ``rows`` that are in this queue."""
        return self.chosen(rows) if callable(self.chosen) else rows.filter(state__in=self.chosen)


def _sealing_failed(rows: Cases) -> Cases:
    """Machine parts that stopped with an error: writing a signature, typesetting, sealing a policy, a notice or an endorsement."""
    stopped = Endorsement.objects.filter(policy__case=OuterRef("pk"), state__in=OPEN_STATES).exclude(last_error="")
    return rows.filter(~Q(blocked_by="") | Exists(stopped))


def _delivery_failed(rows: Cases) -> Cases:
    return rows.filter(Exists(notices.failing().filter(case=OuterRef("pk"))))


def _unacknowledged(rows: Cases) -> Cases:
    return rows.filter(state=State.DELIVERED, product__data__acknowledgement=True)


def _cooling_off(rows: Cases) -> Cases:
    return rows.filter(policy__status=PolicyStatus.IN_FORCE, policy__cooling_off_until__gte=clock.today())


def _issued_today(rows: Cases) -> Cases:
    midnight = clock.now().astimezone(clock.SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(issued_at__gte=midnight).order_by("-issued_at")


def _in_work(rows: Cases) -> Cases:
    return rows.filter(Exists(Endorsement.objects.filter(policy__case=OuterRef("pk"), state__in=OPEN_STATES)))


def _cover_endings(rows: Cases) -> Cases:
    """Who took her consent back is on a policy still, where her cover is void by law, or on one that is held because of her."""
    on_policy = InsuredConsent.objects.filter(round__case=OuterRef("pk"), ending_wanted=True, ended_at=None)
    return rows.filter(Exists(on_policy) | Q(state=State.HELD))


def _follow_up(rows: Cases) -> Cases:
    # Nobody is asked whether she understood a contract that has ended.
    waiting = rows.filter(policy__follow_up_call__isnull=False, policy__follow_up_call__done_at=None, policy__status=PolicyStatus.IN_FORCE)
    return waiting.order_by("policy__follow_up_call__due_on")


QUEUES: tuple[Queue, ...] = (
    Queue("applying", _("投保填写"), (State.APPLYING,)),
    Queue("signing", _("待签署"), (State.SIGNING,)),
    Queue("underwriting", _("待核保"), (State.UNDERWRITING,)),
    Queue("information", _("待补充资料"), (State.INFORMATION_REQUESTED,)),
    Queue("offered", _("待确认新条件"), (State.OFFERED,)),
    Queue("payment", _("待缴费"), (State.AWAITING_PAYMENT,)),
    Queue("issuing", _("出单中"), (State.ISSUING, State.SEALED)),
    Queue("unacknowledged", _("未签收"), _unacknowledged),
    Queue("sealing-failed", _("签章失败"), _sealing_failed, "trouble", alarm=True),
    Queue("delivery-failed", _("送达失败"), _delivery_failed, "trouble", alarm=True),
    Queue("different", _("差异待说明"), (State.DIFFERENT,), "trouble", alarm=True),
    Queue("cooling-off", _("犹豫期内"), _cooling_off, "after"),
    Queue("endorsements", _("批单办理中"), _in_work, "after"),
    Queue("cover-endings", _("撤回同意待办"), _cover_endings, "after", alarm=True),
    Queue("follow-up", _("待回访"), _follow_up, "after"),
    Queue("issued-today", _("今日出单"), _issued_today, "all"),
    Queue("all", _("全部业务"), lambda rows: rows.order_by("-applied_at"), "all"),
)
BY_NAME = {queue.name: queue for queue in QUEUES}


def select(scope: Scope, name: str) -> Cases:
    """Return the cases of one queue in somebody's reach. Raises KeyError for an unknown name."""
    return BY_NAME[name].select(cases.within(scope).select_related("policy"))


def within(scope: Scope, names: Iterable[str]) -> dict[str, Cases]:
    """Return the cases of each of the queues ``names``, to be counted together (``base.rows.counted``): every page waits for that."""
    rows = Case.objects.filter(scope.q())
    return {name: BY_NAME[name].select(rows) for name in names}


def seek(scope: Scope, text: str) -> tuple[str, str]:
    """Return ``(by, key)`` for what somebody typed into a search: a number of case, policy or caller as it is, anything of a person hashed.

    The two may stand in an address, which what was typed may not: phones and ID numbers end up in histories and proxies' logs.
    """
    typed = "".join(half_width(text).split())
    if Case.objects.filter(_numbered(typed), scope.q()).exists():
        return "number", typed
    return cases.person_key(text)


def _numbered(number: str) -> Q:
    return Q(number=number.upper()) | Q(policy__number=number) | Q(external_id=number)


def narrow(rows: Cases, filters: Filters) -> Cases:
    """Return the cases that fit ``filters``."""
    if filters.by == "number" and filters.key:
        rows = rows.filter(_numbered(filters.key))
    elif filters.by in ("phone", "id_number", "name") and filters.key:
        rows = rows.filter(cases.of_person(filters.by, filters.key))
    if filters.branch:
        rows = rows.filter(branch__code=filters.branch)
    if filters.product:
        rows = rows.filter(product__code=filters.product)
    if filters.salesperson:
        rows = rows.filter(salesperson__licence_no=filters.salesperson)
    if filters.older_than_days:
        rows = rows.filter(state_since__lt=clock.now() - timedelta(days=filters.older_than_days))
    return rows
