"""What can go wrong with seals, in words for the people who meet it."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class SealError(VermilionError):
    """The family of this package."""

    code = "seal"
    status = 409


class KeeperRunning(SealError):
    """Another keeper serves this instance's socket."""

    code = "keeper_running"
    status = 503
    message = _("此实例的签章服务已在运行，不能再启动一个。")
    hint = _("先停止它，或用 VERMILION_HOME 指定另一个实例。")


class KeeperUnavailable(SealError):
    """The keeper does not answer. Nothing was signed or the signature was not received; a retry is safe."""

    code = "keeper_unavailable"
    status = 503
    message = _("签章服务暂时无法连接，文件尚未签章。")
    hint = _("系统会自动重试；如持续出现，请运维人员检查 keeper 进程。")


class KeeperNotReady(SealError):
    """The keeper runs without keys, because the public address is not decided yet."""

    code = "keeper_not_ready"
    status = 503
    message = _("签章服务尚未建立密钥：证书中的永久地址还没有确定。")
    hint = _("请先设置 VERMILION_PUBLIC_URL，然后重新启动。")


class KeeperLocked(SealError):
    """All keys were dropped from the keeper's memory on demand."""

    code = "keeper_locked"
    status = 503
    message = _("签章密钥已按指令从内存中清除，目前不能签章。")
    hint = _("确认安全后重新启动签章服务（vermilion keeper）。")


class TimestampFailed(SealError):
    """No timestamp authority gave a token. Nothing is signed at a lower level."""

    code = "timestamp_unavailable"
    status = 503
    message = _("时间戳服务暂时不可用，文件没有签章，也不会降低等级签章。")
    hint = _("系统会自动重试；如持续出现，请运维人员检查时间戳服务地址。")


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


class KeyDeviceAway(SealError):
    """The device that holds the seal's key does not answer, or does not give the key. Nothing was signed; a retry is safe."""

    code = "key_device_away"
    status = 503
    message = _("存放印章密钥的设备（加密机）没有应答，文件没有签章。")
    hint = _("设备恢复以后系统自动继续；如持续出现，请运维人员检查加密机和 PKCS#11 设置。")


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


class GrantMissing(SealError):
    """No standing permission covers this use."""

    code = "grant_missing"
    message = _("没有适用于这类单证和产品的用印授权。")
    hint = _("请印章保管人申请授权，并由两名审批人批准。")


class GrantExceeded(SealError):
    """The use is beyond the grant's amount, period or daily number."""

    code = "grant_exceeded"
    message = _("本次用印超出授权的金额、期限或当日次数。")
    hint = _("请等待次日额度，或申请新的用印授权。")


class GrantNotApproved(SealError):
    """The keeper does not find two people's word behind a grant's terms, or one gave hers more weakly than the insurer now demands."""

    code = "grant_not_approved"
    status = 403
    message = _("用印授权的条件与两人批准的内容不符，或者批准方式弱于贵公司现在的要求，没有用印。")
    hint = _("请重新申请授权，由两人用通行密钥批准；单证会在授权生效后自动继续。")


class ApprovalNotProven(SealError):
    """The keeper did not make this code for what is approved, or it is over, used, wrong, or no longer enough for this insurer."""

    code = "approval_not_proven"
    status = 422
    message = _("签章服务没有认可这个验证码：它已过期、已使用，或不是为这份内容发出的。没有批准任何内容。")
    hint = _("请重新发送验证码；如贵公司要求通行密钥，请用通行密钥批准。")


class PasskeyUnknown(SealError):
    """The keeper was not told of a passkey when it was added; what it approves, the keeper would not seal."""

    code = "passkey_unknown"
    status = 422
    message = _("签章服务没有登记这把通行密钥，用它批准的内容不会用印，所以没有批准。")
    hint = _("请在“登录与安全”中移除它，再重新添加一次；添加时签章服务须在运行。")


class GrantSettled(SealError):
    """A grant was decided already."""

    code = "grant_settled"
    message = _("这份用印授权已经处理过，没有再次改变。")
    hint = _("请在“印章与授权”查看它现在的状态。")


class ApprovalRefused(SealError):
    """Who asks can't approve, and two different people must approve."""

    code = "approval_refused"
    status = 403
    message = _("申请人不能审批自己的申请，且两次审批须由不同的人完成。")
    hint = _("请由另一名审批人操作。")


class ApproverMissing(SealError):
    """Neither of the two who approved is an authorised leader."""

    code = "approver_missing"
    status = 403
    message = _("两次审批中至少一次须由审批人完成，本次审批没有保存。")
    hint = _("请由一名审批人操作。")


class PersonCertificateMissing(SealError):
    """A member of staff has no certificate, or hers was revoked."""

    code = "person_certificate_missing"
    message = _("这位员工没有可用的签名证书，文件尚未签署。")
    hint = _("证书由系统自动签发；如果已被吊销，请联系管理员。")


class UseNotCurrent(SealError):
    """The signature was overtaken by another attempt, or is stored already."""

    code = "use_not_current"
    message = _("这次签章结果已被另一次处理取代。")
    hint = _("请刷新页面查看当前状态。")


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


class TimestampAuthorityIll(SealError):
    """A listed timestamp authority gives no good token; as long as another does, documents are signed."""

    code = "timestamp_authority_ill"
    status = 503
    hint = _("签章会依次尝试其余同类服务；请检查该地址、网络和信任目录。")


class AuthorityEnds(SealError):
    """Something of the built-in CA ends soon and needs the root key."""

    code = "authority_ends"
    status = 503


class RequestNotApproved(SealError):
    """A permission names a request that the rule's people did not approve, or not for this document."""

    code = "request_not_approved"
    status = 403
    message = _("这份文件没有经过规则要求的审批，签章服务拒绝用印。")
    hint = _("请通过“用印申请”提交，由规则指定的人审批。")


class RequestSettled(SealError):
    """The request was decided, withdrawn or has expired."""

    code = "request_settled"
    message = _("这份用印申请已经处理过，没有再做任何改动。")
    hint = _("刷新页面查看结果。")


class RequestExpired(SealError):
    """The time to decide is over."""

    code = "request_expired"
    message = _("审批期限已过，这份用印申请不能再批准。")
    hint = _("请申请人重新提交。")


class OwnRequest(SealError):
    """Who asked for the use of a seal does not approve it."""

    code = "own_request"
    status = 403
    message = _("这是您自己提交的用印申请，须由他人审批。")
    hint = _("请通知规则指定的其他审批人。")


class NotThisApprover(SealError):
    """The rule names other people, it is not this one's turn, or she decided already."""

    code = "not_this_approver"
    status = 403
    message = _("现在不由您审批：规则指定了其他人，或尚未轮到您，或您已经审批过。")
    hint = _("审批页面列出了正在等待的审批人。")


class ReasonMissing(SealError):
    """A refusal needs a reason."""

    code = "reason_missing"
    status = 422
    message = _("请写明不批准的原因，申请人会看到。")


class ShownListChanged(SealError):
    """What is to be approved is not the list that was shown."""

    code = "shown_list_changed"
    message = _("您看到的清单与待审批的清单不一致，没有批准。")
    hint = _("刷新页面，重新核对清单。")


class OtherBranch(SealError):
    """The seal belongs to another branch."""

    code = "other_branch"
    status = 403
    message = _("这枚印章属于另一家分支机构，您不能申请使用。")
    hint = _("请选择本机构或总公司的印章。")


class NobodyApproves(SealError):
    """Nobody can approve a request: no approver is left, or the rule needs the person who asks."""

    code = "nobody_approves"
    message = _("没有人可以审批这份申请：没有在职的审批人，或者审批规则必须由您本人批准。")
    hint = _("请另一位同事提交申请，或由合规调整审批规则。")


class IncreaseRefused(SealError):
    """An increase of a day's limit is not open, or not this person's to decide."""

    code = "increase_refused"
    message = _("这项临时增额没有改变：已经处理过、授权不在有效期内，或者是您自己申请的。")
    hint = _("临时增额只在当天有效，由另一位审批人用通行密钥批准。")


class WrongSeal(SealError):
    """A seal of this kind does not stand on documents of that kind."""

    code = "wrong_seal"
    status = 422
    message = _("这类印章不能用于所选的单证。")
    hint = _("请选择与单证相符的印章，例如合同协议用合同专用章或公章。")


class ListUnsuitable(SealError):
    """The request lacks something, or has too many documents."""

    code = "list_unsuitable"
    status = 422
    message = _("申请内容不完整：需要标题、事由和 1 至 200 份文件。")


class RuleRefused(SealError):
    """A rule is incomplete, or this person may not decide it."""

    code = "rule_refused"
    status = 409
    message = _("这条审批规则没有改变：内容不完整、已经处理过，或者须由他人复核。")
    hint = _("审批人须在职并有审批权限；提出规则的人不能自己复核。")


UNSUITABLE = {
    "not_pdf": _("不是可以读取的 PDF 文件"),
    "encrypted": _("文件设有密码或加密"),
    "ambiguous": _("文件结构有歧义，不同软件看到的内容可能不同"),
    "active": _("文件含有脚本或会自动执行的动作"),
    "signed": _("文件已经有签名或印章"),
    "layers": _("文件含有可以隐藏的图层"),
    "rotated": _("要盖章的页面带有旋转标记"),
    "page_too_small": _("要盖章的页面太小，放不下印章"),
    "not_sealable": _("文件不允许再加签章"),
    "too_many_pages": _("文件没有页面，或超过 400 页"),
    "too_large": _("文件是空的，或超过 20 MB"),
    "twice": _("同一份文件提交了两次"),
}
"""Why a file that was sent in cannot be sealed, by the stable word."""


class FileUnsuitable(SealError):
    """One of the files cannot be sealed; nothing of the request was kept."""

    code = "file_unsuitable"
    status = 422
    hint = _("请修改或重新导出这份文件（例如“打印为 PDF”），再整批提交。")

    def __init__(self, reason: str, title: str) -> None:
        super().__init__(format_lazy(_("“{title}”不能用印：{reason}。"), title=title[:80], reason=UNSUITABLE[reason]), reason=reason)


def by_code(code: str) -> type[SealError] | None:
    """Return the error of this family that has the code, for what was put on record by it."""
    return next((error for error in SealError.__subclasses__() if error.code == code), None)


FROM_KEEPER: dict[str, type[SealError]] = {
    error.code: error
    for error in (
        ApprovalNotProven,
        PasskeyUnknown,
        AuthorityRefused,
        AuthorityUnknown,
        OutsideCertificateNeeded,
        KeeperNotReady,
        KeeperLocked,
        KeyDeviceAway,
        TimestampFailed,
        SigningFailed,
        PermissionUnknown,
        PermissionExpired,
        PermissionUsed,
        ShownBytesChanged,
        NotPrepared,
        SealNotUsable,
        GrantMissing,
        GrantExceeded,
        UseNotCurrent,
        NameTooLong,
        PersonCertificateMissing,
        GrantNotApproved,
        RequestNotApproved,
    )
}
"""The errors that travel over the keeper's socket, by code."""


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
