"""The life of a Case as one table. Nothing else changes ``Case.state``; a database trigger refuses what is not in it.

The states follow lifecycle.md §2; what a customer does inside APPLYING is a list of steps (``CaseStep``), because it can be resumed
at any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """投保业务的状态."""

    APPLYING = "applying", _("投保填写")
    SIGNING = "signing", _("待签署")
    UNDERWRITING = "underwriting", _("核保中")
    INFORMATION_REQUESTED = "information_requested", _("待补充资料")
    OFFERED = "offered", _("待客户确认新条件")
    AWAITING_PAYMENT = "awaiting_payment", _("待缴费")
    ISSUING = "issuing", _("出单中")
    DIFFERENT = "different", _("与投保单不一致，待说明")
    HELD = "held", _("撤回同意，暂缓出单")
    SEALED = "sealed", _("已签章")
    DELIVERED = "delivered", _("已送达")
    ACKNOWLEDGED = "acknowledged", _("已签收")
    ARCHIVED = "archived", _("已归档")
    POSTPONED = "postponed", _("延期承保")
    DECLINED = "declined", _("不予承保")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")


CLOSED = frozenset({State.POSTPONED, State.DECLINED, State.WITHDRAWN, State.EXPIRED})
ENDED = CLOSED | {State.ARCHIVED}


@dataclass(frozen=True)
class Transition:
    """One permitted move: the event that causes it, where it may start, where it leads."""

    event: str
    sources: tuple[State, ...]
    target: State


TRANSITIONS: tuple[Transition, ...] = (
    Transition("confirmation.presented", (State.APPLYING,), State.SIGNING),
    Transition("application.reopened", (State.SIGNING, State.INFORMATION_REQUESTED), State.APPLYING),
    # One of a company's insured took her consent back (IL 34): nobody contracts about her death, so it is applied for without her.
    Transition(
        "consent.withdrawn",
        (State.SIGNING, State.UNDERWRITING, State.INFORMATION_REQUESTED, State.OFFERED, State.AWAITING_PAYMENT),
        State.APPLYING,
    ),
    # The same when the premium is paid and nothing sealed: it waits until a clerk has had the premium returned.
    Transition("issuing.held", (State.ISSUING, State.DIFFERENT), State.HELD),
    Transition("premium.refunded", (State.HELD,), State.APPLYING),
    Transition("application.signed", (State.SIGNING,), State.UNDERWRITING),
    Transition("information.requested", (State.UNDERWRITING,), State.INFORMATION_REQUESTED),
    Transition("information.given", (State.INFORMATION_REQUESTED,), State.UNDERWRITING),
    Transition("terms.offered", (State.UNDERWRITING,), State.OFFERED),
    Transition("terms.signed", (State.OFFERED,), State.AWAITING_PAYMENT),
    Transition("terms.refused", (State.OFFERED,), State.DECLINED),
    Transition("application.accepted", (State.UNDERWRITING,), State.AWAITING_PAYMENT),
    Transition("application.postponed", (State.UNDERWRITING,), State.POSTPONED),
    Transition("application.declined", (State.UNDERWRITING,), State.DECLINED),
    Transition("premium.paid", (State.AWAITING_PAYMENT,), State.ISSUING),
    # A core system that has concluded and collected by itself asks only for the policy ("data in, sealed policy out").
    Transition("policy.ordered", (State.APPLYING,), State.ISSUING),
    Transition("difference.found", (State.ISSUING,), State.DIFFERENT),
    Transition("difference.explained", (State.DIFFERENT,), State.ISSUING),
    Transition("policy.sealed", (State.ISSUING,), State.SEALED),
    Transition("policy.delivered", (State.SEALED,), State.DELIVERED),
    Transition("policy.acknowledged", (State.DELIVERED,), State.ACKNOWLEDGED),
    Transition("case.archived", (State.DELIVERED, State.ACKNOWLEDGED), State.ARCHIVED),
    Transition(
        "case.withdrawn",
        (State.APPLYING, State.SIGNING, State.UNDERWRITING, State.INFORMATION_REQUESTED, State.OFFERED, State.AWAITING_PAYMENT),
        State.WITHDRAWN,
    ),
    Transition(
        "case.expired",
        (State.APPLYING, State.SIGNING, State.INFORMATION_REQUESTED, State.OFFERED, State.AWAITING_PAYMENT),
        State.EXPIRED,
    ),
)

BY_EVENT = {transition.event: transition for transition in TRANSITIONS}


def permitted_pairs() -> list[str]:
    """Return ``source>target`` for every permitted move, sorted: what the trigger's migration lists."""
    return sorted({f"{source}>{t.target}" for t in TRANSITIONS for source in t.sources})
