"""Every message that the platform sends, in one table; ``docs/notices.md`` is made of it (``python -m vermilion.apps.notices.handbook``).

An SMS begins with the insurer's sign 【…】 and holds nothing that a stranger could use: no full name, no ID number, no content of a policy;
its only addresses are the constant ones below, with a pick-up code that opens nothing until the phone is proven (design §5).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

SMS = "sms"
MAIL = "mail"

#: Addresses that a message may name; ``{link}`` is the public address, one of them and, where there is one, the pick-up code.
SIGN_DOOR = "/s/"
APPROVAL_DOOR = "/a/"
MY_DOOR = "/my/"
VERIFY_DOOR = "/verify/"
CONSOLE_DOOR = "/console/"

#: What a one-time code is for, in words, where the caller gives no wording of its own: purpose → (zh, en).
PURPOSES = {
    "phone": ("核对您的手机号", "confirming your phone number"),
    "device": ("在新设备上继续办理", "continuing on a new device"),
    "my": ("查询您本人的保单", "looking up your own policies"),
    "willingness": ("签署您刚刚阅读的文件", "signing the document you just read"),
    "passkey": ("在本机设置通行密钥", "setting up a passkey on this device"),
    "servicing": ("变更您的联系信息", "changing your contact details"),
    "approval": ("批准您刚刚查看的批单", "approving the change that you were shown"),
    "seal_request": ("批准您刚刚查看的用印清单", "approving the list for a seal that you were shown"),
    "grant": ("批准您刚刚查看的用印授权", "approving the seal grant that you were shown"),
}


@dataclass(frozen=True)
class Template:
    """One message. ``name`` is put into the reader's language where it is shown.

    ``variables`` are what the sender must give; ``link``, ``hotline`` and the sign are filled in by the platform.
    """

    key: str
    name: str
    channels: tuple[str, ...]
    recipient: str
    when: str
    zh: str
    en: str
    variables: tuple[str, ...] = ()
    door: str = ""
    subject: tuple[str, str] = ("", "")  # of the mail: zh, en
    # Staff are told in Chinese, whatever the customer speaks.
    for_staff: bool = False
    # The variable that must not stay readable after the message left.
    vanishing: str = ""
    # After so many minutes nobody needs the message any more, so it is not tried again.
    useful_minutes: int = 3 * 24 * 60


_ALL = (
    Template(
        key="code",
        name=_("一次性验证码"),
        channels=(SMS,),
        recipient="the person whose phone it is",
        when="a phone or the will to sign is to be proven; the wording says for what",
        variables=("code", "minutes", "wording"),
        zh="验证码{code}，{minutes}分钟内有效，用于{wording}。切勿告诉任何人，包括销售人员。",
        en="Code {code}, valid {minutes} min, for {wording}. Tell nobody, not even a salesperson.",
        vanishing="code",
        useful_minutes=5,
    ),
    Template(
        key="sign_link",
        name=_("签署链接"),
        channels=(SMS, MAIL),
        recipient="the signer",
        when="something waits for this signer",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您有保险文件待签署：{link} 非本人操作请致电{hotline}",
        en="Insurance documents wait for your own signature: {link} Not you? Call {hotline}.",
        subject=("请阅读并签署您的保险文件", "Please read and sign your insurance documents"),
    ),
    Template(
        key="insured_consent",
        name=_("团体被保险人同意"),
        channels=(SMS,),
        recipient="an insured person on a company's list",
        when="her consent to a group insurance is asked, or asked again",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="单位拟为您投保团体险，请本人答复：{link} {hotline}",
        en="Your company wishes to insure you in a group. Consent or refuse, yourself: {link} Questions: {hotline}.",
    ),
    Template(
        key="added_insured_asked",
        name=_("征集新增人员的同意"),
        channels=(SMS,),
        recipient="a company's authorised person",
        when="people whom an endorsement would add to the policy are asked for their consent",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="已请新增人员本人同意，查看进度：{link} {hotline}",
        en="The people to be added are asked to consent; see how far it is: {link} Questions: {hotline}.",
    ),
    Template(
        key="consent_withdrawn",
        name=_("被保险人撤回同意"),
        channels=(SMS,),
        recipient="a company's authorised person",
        when="one of the company's insured took her consent back after the list was closed",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="有被保险人撤回了同意，请查看：{link} {hotline}",
        en="An insured person has taken her consent back; see what follows: {link} Questions: {hotline}.",
    ),
    Template(
        key="premium_returned",
        name=_("保费已退还，名单重新办理"),
        channels=(SMS,),
        recipient="a company's authorised person",
        when="the premium was returned because one of the insured took her consent back before the policy was sealed",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="有被保险人撤回同意，保费已退还，请去掉该人后重新办理：{link}",
        en="An insured person took her consent back and your premium was returned. Please go on without her: {link}",
    ),
    Template(
        key="added_asking_ended",
        name=_("加保申请未办成"),
        channels=(SMS,),
        recipient="a person whom an endorsement would have added to a company's policy",
        when="the change was given up before she was added, and she had consented or still could",
        zh="单位为您加保的申请没有办成，您不需要再答复，也不产生费用。咨询{hotline}。",
        en="The request to add you to your company's insurance was given up. Nothing is asked or due. Questions: {hotline}.",
    ),
    Template(
        key="cover_removed",
        name=_("团体保障终止"),
        channels=(SMS,),
        recipient="an insured person of a group whom an endorsement takes off the policy",
        when="that endorsement is sealed",
        variables=("when",),
        zh="单位已申请终止您在其团体险中的保障，自{when}起终止。咨询{hotline}。",
        en="At your company's request your cover under its group insurance ends at {when}. Questions: {hotline}.",
    ),
    Template(
        key="change_given_up",
        name=_("保单变更未办成"),
        channels=(SMS,),
        recipient="the policyholder",
        when="a change of the policy ends without an endorsement, but by the policyholder's own refusal",
        variables=("number", "reason"),
        zh="您的保单变更{number}没有办成（{reason}），保单保持原样。咨询{hotline}。",
        en="Change {number} of your policy was given up ({reason}); the policy stays as it is. Questions: {hotline}.",
    ),
    Template(
        key="application_reminder",
        name=_("投保未完成提醒"),
        channels=(SMS, MAIL),
        recipient="the applicant",
        when="the desk or the salesperson reminds her of an application that is not finished",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您的投保尚未办完：{link} 非本人操作请致电{hotline}",
        en="Your application is not finished; go on here: {link} Not you? Call {hotline}.",
        subject=("您的投保尚未办完", "Your application is not finished"),
    ),
    Template(
        key="link_resent",
        name=_("重发链接"),
        channels=(SMS, MAIL),
        recipient="the signer, at the registered phone only",
        when="she opened an expired link, or the service desk was asked for a new one",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="新链接：{link} 旧链接已失效。非您所要请致电{hotline}",
        en="Your new link: {link} Earlier ones no longer work. Not asked for? Call {hotline}.",
        subject=("您的新链接", "Your new link"),
    ),
    Template(
        key="information_requested",
        name=_("补充资料"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the underwriter asks for more",
        variables=("pickup", "deadline"),
        door=SIGN_DOOR,
        zh="核保需要您补充资料，请于{deadline}前办理：{link}",
        en="We need more from you to decide, by {deadline}: {link}",
        subject=("核保需要您补充资料", "We need more information to decide on your application"),
    ),
    Template(
        key="terms_offered",
        name=_("承保条件变更"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the underwriter offers modified terms, which need a new signature",
        variables=("pickup", "deadline"),
        door=SIGN_DOOR,
        zh="您的投保有新的承保条件，请于{deadline}前阅读并决定：{link}",
        en="We offer cover on changed terms. Please decide by {deadline}: {link}",
        subject=("您的投保有新的承保条件", "Your application: changed terms"),
    ),
    Template(
        key="application_postponed",
        name=_("延期承保"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the underwriter postpones",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您的投保暂不能承保（延期），原因和以后的办法请看：{link}",
        en="Your application is postponed. Reasons and what you can do: {link}",
        subject=("您的投保延期", "Your application is postponed"),
    ),
    Template(
        key="application_declined",
        name=_("不予承保"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the underwriter declines",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="很抱歉，您的投保未获承保，未收取保费。说明和申诉办法：{link}",
        en="We are sorry, your application is declined; no premium was taken. Reasons and appeal: {link}",
        subject=("您的投保未获承保", "Your application is declined"),
    ),
    Template(
        key="payment_due",
        name=_("待缴费"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the application is accepted and the premium is to be paid",
        variables=("pickup", "deadline"),
        door=SIGN_DOOR,
        zh="投保已通过，请于{deadline}前用本人账户缴费：{link} 勿付个人",
        en="Your application is accepted. Please pay by {deadline} from your own account: {link} Never pay a person.",
        subject=("您的投保已通过审核，请缴费", "Your application is accepted: please pay"),
    ),
    Template(
        key="payment_received",
        name=_("已收到保费"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the payment gateway confirmed the premium",
        variables=("case",),
        zh="已收到您的保费，业务号{case}，正在为您出具保单。咨询{hotline}。",
        en="We have your premium for case {case} and are issuing the policy. Questions: {hotline}.",
        subject=("已收到您的保费", "We have received your premium"),
    ),
    Template(
        key="policy_delivered",
        name=_("保单送达"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the policy is sealed and stored",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您的电子保单已出具，请查收并签收回执：{link}",
        en="Your policy is issued. Please read it and confirm receipt: {link}",
        subject=("您的电子保单已出具", "Your policy is issued"),
    ),
    Template(
        key="acknowledgement_reminder",
        name=_("签收提醒"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the delivered policy is not acknowledged yet (sweep), or the service desk reminds",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您的保单尚未签收，请阅读保单并签收回执：{link}",
        en="You have not confirmed receipt of your policy yet. Please read it and confirm: {link}",
        subject=("请签收您的保单", "Please confirm receipt of your policy"),
    ),
    Template(
        key="endorsement_done",
        name=_("批改完成"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="an endorsement is sealed and a new version of the policy exists",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您的保单已变更，批单请看：{link} 有疑问请致电{hotline}",
        en="Your policy was changed, see the endorsement: {link} Questions? Call {hotline}.",
        subject=("您的保单已完成变更", "Your policy was changed"),
    ),
    Template(
        key="claim_decided",
        name=_("理赔决定"),
        channels=(SMS, MAIL),
        recipient="the policyholder",
        when="the insurer's claims system has decided a claim and the notice is sealed",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="您的理赔已有决定，通知书请看：{link} 咨询{hotline}",
        en="Your claim was decided, see the notice: {link} Questions? Call {hotline}.",
        subject=("理赔决定通知", "Decision on your claim"),
    ),
    Template(
        key="policy_found",
        name=_("保单查询入口"),
        channels=(SMS,),
        recipient="the customer, at the registered phone only",
        when="the service desk found her policies and shows her where to see them herself",
        door=MY_DOOR,
        zh="您的保单可凭手机号和身份信息自行查询下载：{link} 咨询{hotline}。",
        en="See and download your policies with phone and ID here: {link} Questions: {hotline}.",
    ),
    Template(
        key="approval_asked",
        name=_("用印/批改待审批"),
        channels=(SMS, MAIL),
        recipient="the approver (staff)",
        for_staff=True,
        when="an endorsement, a use of a seal, a grant or an urgent increase waits for this approver",
        variables=("pickup",),
        door=APPROVAL_DOOR,
        zh="有一件批改/用印申请待您审批：{link} 打开后需登录。",
        en="A request waits for your approval: {link} You will be asked to log in.",
        subject=("待您审批", "Waiting for your approval"),
    ),
    Template(
        key="seal_alert",
        name=_("用印预警"),
        channels=(SMS, MAIL),
        recipient="custodians and compliance (staff)",
        for_staff=True,
        when="a seal is used outside hours, beyond 80 % of a daily limit, or three times as often as usual; once for each",
        variables=("count",),
        door=CONSOLE_DOOR,
        zh="有一枚印章的使用不同寻常（{count}次），请登录核查：{link}",
        en="A seal is used unusually ({count} times). Please log in and check: {link}",
        subject=("用印预警", "Unusual use of a seal"),
    ),
    Template(
        key="seal_doubt",
        name=_("印章证书吊销告知"),
        channels=(SMS,),
        recipient="the policyholder",
        when="compliance sends the draft that a revocation with a suspected time made for the case",
        variables=(),
        door=MY_DOOR,
        zh="您的保险文件所用印章证书已吊销，正在核对：{link} 咨询{hotline}",
        en="The certificate of the seal on your documents was revoked; we are checking: {link} Questions: {hotline}",
    ),
    Template(
        key="not_me",
        name=_("非本人操作警报"),
        channels=(SMS, MAIL),
        recipient="compliance (staff)",
        for_staff=True,
        when="somebody pressed 非本人操作 on a customer's page",
        variables=("case",),
        door=CONSOLE_DOOR,
        zh="业务{case}被标记为“非本人操作”，请立即核查：{link}",
        en="Case {case} was reported as not done by the customer. Please check at once: {link}",
        subject=("非本人操作警报", "Customer reports: not me"),
    ),
    Template(
        key="document_mail",
        name=_("文件发到邮箱"),
        channels=(MAIL,),
        recipient="the customer, at the address that she gave",
        when="she asks for a file by mail, where a chat program cannot download it",
        variables=("document",),
        zh="这是您要的《{document}》，见附件。文件可以在{link}验真。不是您本人要的？请致电{hotline}",
        en="Here is the {document} that you asked for, attached. It can be checked at {link}. Not you? Call {hotline}.",
        door=VERIFY_DOOR,
        subject=("您要的保险文件", "The insurance document you asked for"),
    ),
    Template(
        key="face_to_face",
        name=_("面对面办理"),
        channels=(SMS,),
        recipient="the applicant, or the signer whose turn it is",
        when="a salesperson asks to use the salesperson's device face to face; it begins when she agrees on her own phone",
        variables=("pickup",),
        door=SIGN_DOOR,
        zh="销售人员请您当面用其设备办理，请在您手机上决定：{link}",
        en="A salesperson asks you to use their device, face to face. Decide on your own phone: {link}",
    ),
    Template(
        key="case_handed_over",
        name=_("更换销售人员"),
        channels=(SMS,),
        recipient="the applicant",
        when="an open case is handed to another salesperson",
        variables=("case", "seller", "licence"),
        zh="业务{case}改由{seller}服务，执业证尾号{licence}。核实{hotline}。",
        en="Your case {case} is now served by {seller}, certificate ending in {licence}. To check, call {hotline}.",
    ),
    Template(
        key="suspected_signing",
        name=_("疑似代签"),
        channels=(SMS, MAIL),
        recipient="compliance (staff)",
        for_staff=True,
        when="a case shares a phone, device or payer with the insurer's people or with too many customers; once for a case",
        variables=("case",),
        door=CONSOLE_DOOR,
        zh="业务{case}疑似代签，请核查：{link}",
        en="Case {case}: somebody may be signing for the customer. Please check: {link}",
        subject=("疑似代签", "Suspected signing for a customer"),
    ),
    Template(
        key="badge_reported",
        name=_("工作证被举报"),
        channels=(SMS, MAIL),
        recipient="compliance (staff)",
        for_staff=True,
        when="somebody doubts a salesperson's badge; at most once an hour for a badge",
        variables=("badge",),
        door=CONSOLE_DOOR,
        zh="有人举报工作证（执业证尾号{badge}），请核查：{link}",
        en="A badge was reported (certificate ending in {badge}). Please check: {link}",
        subject=("工作证被举报", "A badge was reported"),
    ),
    Template(
        key="webhook_failing",
        name=_("接口通知失败"),
        channels=(MAIL,),
        recipient="the technical contact of the API client",
        when="a webhook endpoint has failed several times in a row",
        variables=("endpoint", "error"),
        zh="您登记的回调地址{endpoint}连续失败（{error}）。我们会继续重试；停止重试后可在控制台重新发送。",
        en="Your webhook endpoint {endpoint} keeps failing ({error}). We go on retrying; later deliveries can be resent in the console.",
        subject=("回调地址连续失败", "Webhook endpoint keeps failing"),
    ),
)

TEMPLATES: dict[str, Template] = {template.key: template for template in _ALL}
