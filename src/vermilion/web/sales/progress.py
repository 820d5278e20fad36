"""Where a customer is, in words that a salesperson may know: steps and obstacles, never answers, reasons or documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from vermilion.apps.cases.models import Case, PartyRole
from vermilion.apps.cases.transitions import CLOSED, State
from vermilion.apps.conduct import guarding
from vermilion.apps.identity.models import CheckResult
from vermilion.apps.identity.queries import subject_hash
from vermilion.apps.notices import queries as notices
from vermilion.apps.notices.models import Channel, NoticeState
from vermilion.apps.notices.services import recipient_hash
from vermilion.apps.signing import applying, identifying
from vermilion.apps.signing.models import TaskState
from vermilion.base import clock
from vermilion.base.validation import mask_name
from vermilion.web.console import words
from vermilion.web.display import listed

# After so long without a step somebody should ring.
STUCK_AFTER = timedelta(days=1)
REMINDABLE = frozenset({State.APPLYING, State.SIGNING, State.OFFERED, State.INFORMATION_REQUESTED, State.AWAITING_PAYMENT, State.DELIVERED})


@dataclass(frozen=True)
class Progress:
    """One case on the salesperson's list. ``customer`` is masked; ``share``: the first link may be sent again."""

    number: str
    product: str
    customer: str
    sentence: str
    tone: str
    label: str
    stuck: str
    obstacle: str
    remind: bool
    share: bool
    ended: bool


def of(case: Case, product: str) -> Progress:
    """Return the progress of one case."""
    party = applying.applicant(case)
    name = party.personal.get("name", "") if party else ""
    waiting_for_customer = case.state in REMINDABLE and not (case.state == State.DELIVERED and not case.product.definition.acknowledgement)
    late = waiting_for_customer and case.state_since < clock.now() - STUCK_AFTER
    return Progress(
        number=case.number,
        product=product,
        customer=mask_name(name) if name else _("客户还未填写"),
        sentence=_sentence(case),
        tone="blocked" if case.blocked_by == "not_me" else words.TONES.get(case.state, "ended"),
        label=str(case.get_state_display()),
        stuck=_("已停留 %(time)s") % {"time": timesince(case.state_since)} if late else "",
        obstacle=_obstacle(case),
        remind=waiting_for_customer and party is not None and not case.blocked_by,
        share=case.state == State.APPLYING and party is None and not case.blocked_by,
        ended=case.state in CLOSED,
    )


def _obstacle(case: Case) -> str:
    """Return what hinders, in words that betray nothing about health and do not teach how a check is got around."""
    if case.state in CLOSED or case.blocked_by == "not_me":
        return ""
    if case.blocked_by:
        return _("系统任务停下了，公司人员已经看到，客户不需要做什么。")
    signers = {task.party for task in case.signing_tasks.filter(state=TaskState.OPEN).select_related("party")}
    if any(guarding.held_by(case=case, party=party, device="") for party in signers):
        return _("签署已暂停，公司正在核实。请客户本人致电客服热线。")
    if (case.state == State.APPLYING or signers) and guarding.stands_before_wrong_device(case):
        return _("客户用的那台设备不能办理，请客户换用本人的手机。")
    if _unreached(case):
        return _("短信没有送达客户。请核对客户的手机号是否停机或填错。")
    return _of_identity(case) if case.state in (State.APPLYING, State.SIGNING) else ""


def _unreached(case: Case) -> bool:
    """Tell whether a message failed to one of the case's phones as they are now; what went to staff is none of the customer's."""
    failed = notices.failing().filter(case=case, state=NoticeState.FAILED, channel=Channel.SMS)
    missed = set(failed.values_list("recipient_hash", flat=True))
    if not missed:
        return False
    phones = {str(party.personal.get("phone") or "") for party in case.parties.all()} | {applying.phone_on_record(case)}
    return bool(missed & {recipient_hash(phone) for phone in phones if phone})


def _of_identity(case: Case) -> str:
    newest = case.identity_checks.filter(purpose="identity").select_related("party").order_by("-started_at").first()
    if newest is None or newest.party is None:
        return ""
    if newest.subject_hash != subject_hash(newest.party, newest.method):
        return ""  # about data that she has corrected since
    sentences = {
        CheckResult.FAILED: _("客户的实名认证没有通过。请客户本人核对姓名和证件号码后再试。"),
        CheckResult.UNAVAILABLE: _("实名认证服务暂时没有结果，请客户稍后再试。"),
        CheckResult.WAITING: _("客户的证件正在由公司人员审核。")
        if newest.method in identifying.PAPERS
        else _("客户的实名认证还没有结果，请客户回到原来的页面继续。"),
    }
    return sentences.get(CheckResult(newest.result), "")


def _sentence(case: Case) -> str:
    if case.blocked_by == "not_me":
        return _("客户报告非本人操作，业务已暂停，合规部门正在核查。")
    if case.state == State.APPLYING:
        step = applying.next_step(case)
        return _("客户正在办理：%(step)s。") % {"step": words.PAGES.get(step or "", _("确认投保内容"))}
    if case.state in (State.SIGNING, State.OFFERED):
        tasks = case.signing_tasks.filter(state=TaskState.OPEN).exclude(party__role=PartyRole.COMPANY).order_by("position")
        roles = [task.party.role for task in tasks.select_related("party") if not task.waits_for_others]
        if not roles and case.signing_tasks.filter(state=TaskState.ACCEPTED).exists():
            return _("签名已提交，正在写入文件。")
        return _("等待%(who)s本人签署。") % {"who": listed(str(words.ROLES.get(role, role)) for role in roles) or _("客户")}
    sentences = {
        State.UNDERWRITING: _("公司正在核保，请耐心等待。"),
        State.INFORMATION_REQUESTED: _("核保需要客户补充资料，内容已发给客户本人。"),
        State.AWAITING_PAYMENT: _("等投保人用本人账户缴费，您不能代缴。"),
        State.ISSUING: _("保单正在出具。"),
        State.DIFFERENT: _("公司正在核对保单内容。"),
        State.HELD: _("有被保险人撤回了同意，暂缓出单；公司退还保费后，由单位经办人重新确认名单。"),
        State.SEALED: _("保单已出具，正在送达客户。"),
        State.DELIVERED: _("保单已送达，请提醒客户阅读并签收。"),
        State.ACKNOWLEDGED: _("客户已签收保单。"),
        State.ARCHIVED: _("客户已收到保单，业务已归档。"),
        State.POSTPONED: _("公司决定延期承保，原因已发给客户本人。"),
        State.DECLINED: _("公司未能承保，原因已发给客户本人。"),
        State.WITHDRAWN: _("客户撤回了投保。"),
        State.EXPIRED: _("超过期限，业务已关闭，可以重新发起。"),
    }
    return sentences.get(State(case.state), str(case.get_state_display()))
