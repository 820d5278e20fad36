from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class CaseNotFound(VermilionError):
    code = "case_not_found"
    status = 404
    message = _("没有找到这笔业务。")
    hint = _("请核对业务号，或从“我的保单”重新进入。")


class DocumentNotFound(VermilionError):
    code = "document_not_found"
    status = 404
    message = _("没有找到这份文件。")
    hint = _("请重新查询业务或保单，使用其中列出的文件编号。")


class TransitionRefused(VermilionError):
    """The event does not fit the state the Case is in; somebody else may have been quicker."""

    code = "transition_refused"
    status = 409
    message = _("这笔业务已经进入了别的步骤，本次操作没有执行。")
    hint = _("请刷新页面，查看现在的进度。")


class StepOutOfOrder(VermilionError):
    code = "step_out_of_order"
    status = 409
    message = _("前面还有没有完成的步骤。")
    hint = _("请按页面提示从未完成的一步继续。")


class ApplicationLocked(VermilionError):
    code = "application_locked"
    status = 409
    message = _("投保内容已经提交签署，不能再直接修改。")
    hint = _("如需更正，请点“返回修改”，修改后需要重新确认和签署。")


class ConsentMissing(VermilionError):
    code = "consent_missing"
    status = 422
    message = _("还有必要的同意事项没有勾选。")
    hint = _("请逐项阅读并自行勾选；如不同意，可以停止投保，已填写的信息不会被使用。")


class ExternalIdTaken(VermilionError):
    code = "external_id_taken"
    status = 409
    message = _("该外部业务号已经用于另一笔业务。")
    hint = _("同一笔业务请使用同一个 Idempotency-Key 重试；新业务请换一个 external_id。")


class CaseStopped(VermilionError):
    """Somebody reported 非本人操作; nothing goes on until compliance has looked into it."""

    code = "case_stopped"
    status = 409
    message = _("这笔业务已被报告为“非本人操作”，为保护您的权益，已经暂停办理。")
    hint = _("保险公司会尽快核实并与您联系；您也可以直接拨打客服热线。")
