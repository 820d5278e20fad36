from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class LinkUnknown(VermilionError):
    """Also said of revoked links, so that nobody learns which codes exist."""

    code = "link_unknown"
    status = 404
    message = _("这个链接或取件码无效。")
    hint = _("请核对短信中的取件码，收到过几条短信的请用最新的一条；也可以从“我的保单”用手机号进入。")


class LinkExpired(VermilionError):
    code = "link_expired"
    status = 410
    message = _("这个链接已经过期，您的资料没有丢失。")
    hint = _("点“重新发送”，新的取件码会发到您登记的手机号。")


class ResumeExpired(VermilionError):
    code = "resume_expired"
    status = 410
    message = _("这个二维码已经过期。")
    hint = _("请在原来的设备上重新生成一个；您填写的内容都还在。")


class LinkUsed(VermilionError):
    """A link that opens once was opened before. Whoever comes second is told so, and the case has it on record."""

    code = "link_used"
    status = 409
    message = _("这个二维码已经用过一次，不能再次使用。")
    hint = _("请在原来的设备上重新生成一个。如果不是您本人用过，请在原来的设备上点“非本人操作”。")


class PhoneNotProven(VermilionError):
    code = "phone_not_proven"
    status = 403
    message = _("这台设备还没有验证过您登记的手机号，文件没有发送。")
    hint = _("请先完成手机号验证，或从“我的保单”用手机号进入后再试。")


class TaskNotOpen(VermilionError):
    code = "task_not_open"
    status = 409
    message = _("这份文件现在不需要您签署：可能已经签过，或者已被新的文件替换。")
    hint = _("请刷新页面查看进度。")


class DocumentChanged(VermilionError):
    code = "document_changed"
    status = 409
    message = _("您看到的文件和待签的文件不一致，签名没有提交。")
    hint = _("请重新打开页面，阅读最新的文件后再签。")


class NotRead(VermilionError):
    code = "not_read"
    status = 409
    message = _("请先把文件读到最后一页。")
    hint = _("读完并点“我已阅读”后，才能签名。")


class NotYourTurn(VermilionError):
    code = "not_your_turn"
    status = 409
    message = _("还没有轮到您签署。")
    hint = _("前面的签署人签好以后，我们会发短信通知您。")


class NotTheSigner(VermilionError):
    code = "not_the_signer"
    status = 403
    message = _("这份文件必须由本人签署。")
    hint = _("请把链接交给应签署的人，由本人在自己的手机上打开。")


class StaffPhone(VermilionError):
    """Sales staff may not sign or confirm for the parties (Sales Measures 29)."""

    code = "staff_phone"
    status = 403
    message = _("该手机号属于保险公司人员，不能用于客户签署。")
    hint = _("请由客户使用自己的手机号。")
