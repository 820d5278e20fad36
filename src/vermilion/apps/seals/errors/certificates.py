"""A certificate is missing, not to be had, or not to be revoked like this."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .family import SealError


class PersonCertificateMissing(SealError):
    """A member of staff has no certificate, or hers was revoked."""

    code = "person_certificate_missing"
    message = _("这位员工没有可用的签名证书，文件尚未签署。")
    hint = _("证书由系统自动签发；如果已被吊销，请联系管理员。")


class NameTooLong(SealError):
    """A name does not fit in a certificate (64 characters)."""

    code = "name_too_long"
    status = 422
    message = _("姓名或名称超过证书允许的 64 个字符。")
    hint = _("请核对姓名；机构名称可使用登记的简称。")


class CertificateRevoked(SealError):
    """The certificate was revoked before; that is final."""

    code = "certificate_revoked"
    message = _("这张证书已经吊销，不能再次吊销或恢复。")
    hint = _("请刷新页面查看当前状态。")


class AnotherCertificateNeeded(SealError):
    """A seal whose certificate was revoked signs nothing until it has another one."""

    code = "another_certificate_needed"
    message = _("这枚印章的证书已经吊销，不能恢复使用。")
    hint = _("请运维人员先换发证书（vermilion ca renew），再恢复使用。")


class RevocationRefused(SealError):
    """Who asked for a revocation can't be the one who carries it out."""

    code = "revocation_refused"
    status = 403
    message = _("申请吊销的人不能自己复核，证书没有吊销。")
    hint = _("请由另一名印章管理员或合规人员复核；情况紧急时先冻结印章。")


class RevocationSettled(SealError):
    """Somebody decided about this request before."""

    code = "revocation_settled"
    status = 409
    message = _("这项吊销申请已经处理过，没有再次处理。")
    hint = _("请刷新页面查看当前状态。")


class SuspectedLater(SealError):
    """The time from which the key is suspected lies in the future."""

    code = "suspected_later"
    status = 422
    message = _("怀疑失控的时间不能晚于现在。")
    hint = _("请填写已经过去的时间；不清楚时留空。")


class AuthorityUnknown(SealError):
    """There is no certification authority of this name, or it has no such list."""

    code = "authority_unknown"
    status = 404
    message = _("没有这个证书颁发机构，或它没有这份吊销列表。")
    hint = _("地址写在证书里；请核对后重试。")


class AuthorityUnavailable(SealError):
    """An outside CA does not answer, or not with a certificate. Asking again later may help; the built-in CA never steps in."""

    code = "certificate_authority_unavailable"
    status = 503
    message = _("外部证书颁发机构暂时不可用，没有取得证书；系统不会改用自建证书。")
    hint = _("系统会自动重试；如持续出现，请运维人员检查该机构的地址、网络和客户端证书。")


class AuthorityRefused(SealError):
    """An outside CA said no, or what it gave is not what was asked for."""

    code = "certificate_refused"
    message = _("外部证书颁发机构拒绝签发，或返回的证书与申请不符；系统不会改用自建证书。")
    hint = _("请查看申请记录中的原因，与该机构核对后重新申请。")
    permanent = True


class OutsideCertificateNeeded(SealError):
    """Certificates of this kind come from an outside CA, and none was brought."""

    code = "outside_certificate_needed"
    message = _("这类证书由外部机构签发，请求中没有它签发的证书。")
    hint = _("请重试；如仍失败，请运维人员核对 VERMILION_AUTHORITIES_FILE。")


class AuthorityEnds(SealError):
    """Something of the built-in CA ends soon and needs the root key."""

    code = "authority_ends"
    status = 503
