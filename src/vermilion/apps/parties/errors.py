"""What accounts refuse."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError

EXPIRED = _("这次验证已经超时或者用过。")
OTHER = _("这次验证是为另一份文件或另一项操作做的，不能用在这里。")

NOT_PROVEN = _("贵公司要求使用通行密钥：请先用已有的通行密钥登录，再添加新的。手机丢失的，请联系管理员重置。")


class PasskeyFailed(VermilionError):
    """A passkey's answer does not count; ``reason`` is a stable word for the record, the sentence tells the person what to do."""

    code = "passkey_failed"
    status = 422
    message = _("没有通过通行密钥验证。")
    hint = _("请重新打开页面再试一次；仍不成功时，请改用动态验证码。")

    def __init__(self, reason: str) -> None:
        sentences: dict[str, Any] = {"expired": EXPIRED, "replayed": EXPIRED, "other_subject": OTHER, "not_proven": NOT_PROVEN}
        super().__init__(sentences.get(reason))
        self.reason = reason


class PasskeyDemanded(VermilionError):
    code = "passkey_demanded"
    status = 403
    message = _("贵公司要求审批人用通行密钥批准，没有改变任何内容。")
    hint = _("请用系统自带的浏览器打开本页，用通行密钥批准；没有的请先在“登录与安全”中添加。")


class TooManyPasskeys(VermilionError):
    code = "too_many_passkeys"
    status = 409
    message = _("您的账户已经有 10 个通行密钥。")
    hint = _("请先移除不再使用的，再添加新的。")


class PortraitUnusable(VermilionError):
    """A file that is no photograph for a badge; ``reason`` is a stable word."""

    code = "portrait_unusable"
    status = 422
    message = _("这个文件不能用作工作证照片，没有改变任何内容。")
    hint = _("请上传本人正面免冠照片：12 MB 以内的 JPEG、PNG 或 WebP，边长不小于 120 像素。")

    def __init__(self, reason: str) -> None:
        sentences: dict[str, Any] = {
            "empty": _("没有选择照片，或者文件是空的。"),
            "not_picture": _("这个文件不是 JPEG、PNG 或 WebP 图片，或者已经损坏。"),
            "picture_too_large": _("这张照片太大：文件不超过 12 MB，图片不超过 5000 万像素。"),
            "picture_too_small": _("这张照片太小，放大后看不清楚。"),
        }
        super().__init__(sentences.get(reason))
        self.reason = reason


class WrittenNameUnusable(VermilionError):
    """A photograph from which no written name could be cut; ``reason`` is a stable word, the sentence says what is wrong with the file."""

    code = "written_name_unusable"
    status = 422
    message = _("这张照片里找不到签名，没有改变任何内容。")
    hint = _("请用深色笔在白纸上签名，在均匀的光线下正对着拍摄，上传 12 MB 以内的 JPEG、PNG 或 WebP 照片。")

    def __init__(self, reason: str) -> None:
        sentences: dict[str, Any] = {
            "empty": _("没有选择照片，或者文件是空的。"),
            "not_picture": _("这个文件不是 JPEG、PNG 或 WebP 图片，或者已经损坏。"),
            "picture_too_large": _("这张照片太大：文件不超过 12 MB，图片不超过 5000 万像素。"),
            "no_ink": _("照片里没有比纸张更深的笔迹。"),
            "no_background": _("照片几乎是一种颜色，分不出笔迹和纸张。"),
        }
        super().__init__(sentences.get(reason))
        self.reason = reason


class WrittenNameGone(VermilionError):
    code = "written_name_gone"
    status = 410
    message = _("预览已经过期，签名图样没有改变。")
    hint = _("请重新上传照片，并在一小时内确认。")


class DelegationRefused(VermilionError):
    """A delegation that cannot be; ``reason`` is a stable word, the sentence says which rule forbids it."""

    code = "delegation_refused"
    status = 422
    message = _("不能这样委托，没有改变任何内容。")
    hint = _("请换一位同事或改一改期限。")

    def __init__(self, reason: str) -> None:
        sentences: dict[str, Any] = {
            "not_held": _("您本人没有这项权限：受托得来的权限不能再委托给别人。"),
            "self": _("不能委托给自己。"),
            "other_insurer": _("只能委托给本公司的在职同事。"),
            "administrator": _("管理员管理账户，不能同时审批或保管印章，所以不能受托。"),
            "period": _("委托期限须在今天以后结束，起期早于止期，最长 90 天。"),
            "reason": _("请写明委托原因。"),
            "overlap": _("这段时间已经把这项权限委托给这位同事。"),
        }
        super().__init__(sentences.get(reason))
        self.reason = reason


class SecondPersonRefused(VermilionError):
    """The second look at an account's change cannot be given so; ``reason`` is a stable word."""

    code = "second_person_refused"
    status = 403
    message = _("不能由您复核，没有改变任何内容。")
    hint = _("请由另一位管理员或合规人员复核。")

    def __init__(self, reason: str) -> None:
        sentences: dict[str, Any] = {
            "asker": _("提交申请的人不能自己复核。"),
            "person": _("不能复核关于自己账户的申请。"),
            "scope": _("这项申请超出您管辖的机构。"),
        }
        super().__init__(sentences.get(reason))
        self.reason = reason


class AccountRequestGone(VermilionError):
    code = "account_request_gone"
    status = 409
    message = _("这项申请已经处理、撤回或超过 72 小时。")
    hint = _("请刷新页面；仍然需要的，请重新提交。")


class DelegationGone(VermilionError):
    code = "delegation_gone"
    status = 409
    message = _("这项委托已经结束或者撤回。")
    hint = _("请刷新页面查看现在的委托。")
