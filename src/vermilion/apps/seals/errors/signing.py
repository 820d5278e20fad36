"""A document is not sealed or signed: the permission, the bytes, the time or the finished file will not do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .family import SealError


class TimestampFailed(SealError):
    """No timestamp authority gave a token. Nothing is signed at a lower level."""

    code = "timestamp_unavailable"
    status = 503
    message = _("时间戳服务暂时不可用，文件没有签章，也不会降低等级签章。")
    hint = _("系统会自动重试；如持续出现，请运维人员检查时间戳服务地址。")


class TimestampAuthorityIll(SealError):
    """A listed timestamp authority gives no good token; as long as another does, documents are signed."""

    code = "timestamp_authority_ill"
    status = 503
    hint = _("签章会依次尝试其余同类服务；请检查该地址、网络和信任目录。")


class RevocationUnavailable(SealError):
    """There is no proof that a certificate was not revoked. Nothing is kept at a lower level."""

    code = "revocation_unavailable"
    status = 503
    message = _("取不到证书吊销信息，文件没有升级为长期保存格式。")
    hint = _("系统会自动重试；如持续出现，请运维人员检查证书中的吊销列表地址能否访问。")


class SigningFailed(SealError):
    """The keeper could not sign for a reason of its own."""

    code = "signing_failed"
    status = 500
    message = _("签章失败，文件没有改变。")
    hint = _("请重试；如仍失败，请联系运维人员。")


class SelfCheckFailed(SealError):
    """The finished file did not pass the verifier; it was not handed out."""

    code = "self_check_failed"
    status = 500
    message = _("签章后的文件没有通过系统自检，已作废，没有发出。")
    hint = _("请重试；如仍失败，请联系运维人员。")


class PermissionUnknown(SealError):
    """There is no such permission."""

    code = "permission_unknown"
    status = 404
    message = _("没有找到这次签章的授权。")
    hint = _("请从业务页面重新发起。")


class PermissionExpired(SealError):
    """The permission's time is over."""

    code = "permission_expired"
    message = _("这次签章的授权已过期。")
    hint = _("请重新确认意愿或重新审批。")


class PermissionUsed(SealError):
    """The permission was used; one permission makes one stored document."""

    code = "permission_used"
    message = _("这次签章的授权已经使用过，不能再次签章。")
    hint = _("请刷新页面查看已签章的文件。")


class ShownBytesChanged(SealError):
    """The file does not begin with the bytes that were shown and agreed to."""

    code = "shown_bytes_changed"
    message = _("待签文件与签署人看到的文件不一致，已拒绝签章。")
    hint = _("请重新生成文件，并请签署人重新阅读确认。")


class NotPrepared(SealError):
    """The file is not prepared for exactly one signature."""

    code = "not_prepared"
    status = 422
    message = _("待签文件的结构不正确，已拒绝签章。")
    hint = _("请重新生成文件；如仍失败，请联系运维人员。")


class SealNotUsable(SealError):
    """The seal is frozen, retired, not yet active or out of its validity."""

    code = "seal_not_usable"
    message = _("印章已冻结、停用或不在有效期内，不能用印。")
    hint = _("请联系印章保管人。")


class UseNotCurrent(SealError):
    """The signature was overtaken by another attempt, or is stored already."""

    code = "use_not_current"
    message = _("这次签章结果已被另一次处理取代。")
    hint = _("请刷新页面查看当前状态。")
