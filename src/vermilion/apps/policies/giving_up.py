"""A change that ends without an endorsement: its papers and links die, and who waited for it is told."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from vermilion.apps.notices.services import send
from vermilion.apps.signing import services as signing
from vermilion.apps.signing.applying import applicant
from vermilion.apps.signing.group import following

from .models import Endorsement, EndorsementState

#: Why a change was given up, in words for the policyholder.
REASONS = {
    "nobody_consented": _("没有人同意"),
    "policy_ended": _("保单已经终止"),
    "withdrawn": _("申请已撤回"),
    "refused": _("没有获得批准"),
}
OTHER = _("不再符合条件")


def give_up(endorsement: Endorsement, why: str, *, state: EndorsementState = EndorsementState.WITHDRAWN, tell: bool = True) -> None:
    """End a change whose case is locked and tell the policyholder and who was asked to be added. The caller records it.

    ``tell``: not where the policyholder has just refused it herself; the others are told then too.
    """
    case = endorsement.policy.case
    endorsement.state = state
    endorsement.save(update_fields=["state"])
    if endorsement.application_document:
        signing.void_tasks(endorsement.application_document)
    following.change_ended(case, endorsement.id)
    party = applicant(case)
    if not tell or party is None:
        return
    with translation.override(case.language):
        facts = {"number": endorsement.number[-4:], "reason": gettext(REASONS.get(why, OTHER))}
    send(case=case, template="change_given_up", channel="sms", to=party.personal["phone"], party=party, data=facts)
