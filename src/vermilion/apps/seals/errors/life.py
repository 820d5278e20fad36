"""A seal's own life, from asking for it to its end: picture, review, and the notices about what it sealed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .family import SealError


class SealUnsuitable(SealError):
    """A seal cannot be asked for like this; nothing was kept."""

    code = "seal_unsuitable"
    status = 422
    message = _("印章申请内容不完整，没有提交。")
    hint = _("请检查种类、名称、图样、备案和保管人；上传的图样须附备案记录。")


class OwnSeal(SealError):
    """Who asked for a seal, or chose its picture, does not review it; who asked for its end does not confirm it."""

    code = "own_seal"
    status = 403
    message = _("这是您自己提出的申请或更换的图样，不能由您复核。")
    hint = _("请另一位印章保管人或者合规人员复核。")


class SealInUse(SealError):
    """The picture of a seal that is in use is not changed."""

    code = "seal_in_use"
    message = _("印章正在使用，图样没有更换。")
    hint = _("请先冻结印章，更换图样并核对后再恢复使用。")


class PhotoUnusable(SealError):
    """A photograph of a seal's impression from which no picture could be cut; ``reason`` is the code of PictureError."""

    code = "photo_unusable"
    status = 422
    message = _("这张照片不能作为印章图样，没有改变任何内容。")
    hint = _("请把印章清晰地盖在白纸上，在均匀的光线下正对着拍摄，上传 12 MB 以内的 JPEG、PNG 或 WebP 照片。")


class SecondPersonNeeded(SealError):
    """Who changed a seal's picture cannot put the seal in use again."""

    code = "second_person_needed"
    status = 403
    message = _("您更换了这枚印章的图样，不能由您恢复使用。")
    hint = _("请另一位印章保管人或者合规人员核对图样后恢复使用。")


class DraftSettled(SealError):
    """The notice was sent or discarded already."""

    code = "draft_settled"
    message = _("这份告知已经发送或者决定不发送，没有改变。")


class HolderUnknown(SealError):
    """The case has nobody with a phone to tell."""

    code = "holder_unknown"
    message = _("这笔业务没有可以告知的手机号，没有发送。")
    hint = _("请人工联系客户，再选择“不发送”。")
