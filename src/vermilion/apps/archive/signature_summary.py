"""签名证据摘要: what is on record about one signature, on one page, for the expert who has to say what it is worth.

Every line names the event it rests on. The chain of the case is checked before anything is told; what no event says is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vermilion.apps.chronicle import queries as chronicle
from vermilion.apps.chronicle.queries import EventView
from vermilion.apps.identity.models import CheckMethod, CheckResult, WillingnessMethod
from vermilion.apps.seals.models import SealUse
from vermilion.apps.signing.applying import applicant_role
from vermilion.apps.signing.models import Handwriting, SigningTask
from vermilion.base.validation import mask_id_number, mask_phone


@dataclass(frozen=True)
class Fact:
    """One line: what was done, what is known of it, when, and the event that says so (``seq`` counts from 1)."""

    title: str
    text: str
    at: datetime
    seq: int
    digest: str


@dataclass(frozen=True)
class Summary:
    """One signature. ``picture``: the writing as SVG, or empty. ``use``: the keeper's record, None until it has signed."""

    task: SigningTask
    signer: str
    id_number: str
    facts: list[Fact]
    picture: str
    writing: str
    use: SealUse | None
    revision: str
    head: str
    length: int


def summary(task: SigningTask) -> Summary:
    """Return the summary of a signature. Raises ChainBroken."""
    from vermilion.core.typeset.handwriting import handwriting_svg  # loads numpy, only when somebody looks

    events = chronicle.events("case", task.case_id)
    written = Handwriting.objects.filter(task=task).first()
    use = SealUse.objects.filter(permission_id=task.permission_id, state=SealUse.State.STORED).order_by("-started_at").first()
    number = str(task.party.personal.get("id_number") or "")
    return Summary(
        task=task,
        signer=str(task.party.personal["name"]),
        id_number=mask_id_number(number) if number else "",
        facts=_facts(task, events),
        picture=handwriting_svg(written.strokes()) if written else "",
        writing=_writing(written) if written else "",
        use=use,
        revision=next((str(event.public["revision"]) for event in events if _is(event, task, "signature.stored")), ""),
        head=events[-1].digest,
        length=len(events),
    )


def _is(event: EventView, task: SigningTask, type: str) -> bool:
    return event.type == type and event.public.get("task") == str(task.id)


def _facts(task: SigningTask, events: list[EventView]) -> list[Fact]:
    """Return the events of this signature in order, worded; wrong codes are counted in one line."""
    checks = {str(check.id): check for check in task.party.identity_checks.all()}
    showings = {str(pk) for pk in task.case.pages_shown.filter(party=task.party, page__startswith="sign.").values_list("pk", flat=True)}
    last = max((event.seq for event in events if _is(event, task, "signature.stored")), default=len(events))
    found: list[Fact] = []
    for event in events:
        if event.seq > last:
            break
        told = _told(event, task, checks, showings)
        if told:
            found.append(Fact(told[0], told[1], event.at, event.seq + 1, event.digest))
    return found


def _told(event: EventView, task: SigningTask, checks: dict[str, Any], showings: set[str]) -> tuple[str, str] | None:
    public, private = event.public, event.private
    about_document = public.get("bound") == task.shown_digest or public.get("shown_digest") == task.shown_digest
    if event.type == "consent.given" and public["signer"] == task.party.role:
        return _(
            "授权同意"
        ), f"{public['key']} {public['version']} · SHA-256 {str(public['text'])[:16]}… · {_reading(private.get('reading'))}"
    if event.type == "identity.answered" and public["check"] in checks:
        result = dict(CheckResult.choices).get(str(public["result"]), public["result"])
        return _("身份核验"), f"{dict(CheckMethod.choices).get(str(public['method']))} · {public['provider']} · {result}{_sandbox(public)}"
    if event.type == "page.answered" and public["shown"] in showings:
        answer = private.get("answer")
        reading = answer.get("reading") if isinstance(answer, dict) else None
        return (_("阅读"), _reading({"seconds": private.get("seconds"), **reading})) if isinstance(reading, dict) else None
    if event.type == "code.sent" and about_document:
        return _("验证码"), _("发往 %(phone)s，用于：%(wording)s") % {"phone": _phone(private), "wording": private.get("wording", "")}
    if event.type == "code.refused" and about_document:
        if public.get("why", "code_wrong") != "code_wrong":
            return _("验证码"), _("用在了另一份文件或另一个人身上，没有采用")
        return _("验证码"), _("输错，第 %(n)d 次") % {"n": public["tries"]}
    if event.type == "code.verified" and about_document:
        return _("验证码"), _("输入正确")
    if event.type == "willingness.verified" and about_document and public["document"] == str(task.document_id):
        return _("意愿"), f"{WillingnessMethod(str(public['method'])).label} · {private.get('wording', '')}"
    if event.type == "meeting.agreed" and public.get("signer", applicant_role(task.case)) == task.party.role:
        return _("面对面办理"), f"{_('客户同意面对面办理')} · {private.get('ip', '')}"
    return _of_task(event, private) if public.get("task") == str(task.id) else None


def _of_task(event: EventView, private: dict[str, Any]) -> tuple[str, str] | None:
    if event.type == "ceremony.opened":
        return _("打开文件"), f"{private.get('ip', '')} · {str(private.get('user_agent', ''))[:110]}"
    if event.type == "ceremony.second_device":
        return _("打开文件"), _("同一文件在另一台设备上也打开了")
    if event.type == "document.read":
        return _("阅读"), _("确认读完，文件摘要 %(digest)s…") % {"digest": str(event.public["shown"])[:16]}
    if event.type == "signature.accepted":
        strokes = str(private.get("strokes") or "")
        text = _("笔迹 SHA-256 %(digest)s…") % {"digest": strokes[:16]} if strokes else _("不要求手写")
        # 面对面: written on the salesperson's device; what was confirmed on her own phone stands in the line before.
        mode = f"{_('面对面办理')} · " if event.public.get("mode") == "face_to_face" else ""
        return _("提交签名"), f"{mode}{text} · {private.get('ip', '')}"
    if event.type == "meeting.confirmed":
        return _("面对面办理"), f"{_('客户在本人手机上确认')} · {private.get('ip', '')} · {str(private.get('agent', ''))[:110]}"
    if event.type == "company.seal_accepted":
        return _("加盖印章"), _("经办人以自己的签名确认加盖，印章图样 SHA-256 %(digest)s…") % {"digest": str(event.public["picture"])[:16]}
    if event.type == "signature.stored":
        return _("写入文件"), _("签名后的文件 SHA-256 %(digest)s…") % {"digest": str(event.public["revision"])[:16]}
    if event.type == "signature.overtaken":
        return _("未采用"), _("意愿认证后文件已更换")
    return None


def _reading(reading: Any) -> str:
    if not isinstance(reading, dict):
        return _("没有测到阅读时间")
    parts = []
    if (seconds := reading.get("seconds")) is not None:
        parts.append(ngettext("停留 %(n)d 秒", "停留 %(n)d 秒", int(seconds)) % {"n": int(seconds)})
    if (deepest := reading.get("deepest")) is not None:
        parts.append(_("看到页面的 %(part)d%%") % {"part": int(deepest)})
    return " · ".join(parts) or _("没有测到阅读时间")


def _writing(written: Handwriting) -> str:
    """Return the measures of the writing that an expert asks for first."""
    strokes = [stroke["points"] if isinstance(stroke, dict) else stroke for stroke in written.strokes()]
    points = [point for stroke in strokes for point in stroke]
    times = [float(point.get("time", 0)) for point in points]
    pressures = {round(float(point.get("pressure", 0)), 2) for point in points}
    told = ngettext(
        "%(strokes)d 笔，%(points)d 个点，历时 %(seconds).1f 秒", "%(strokes)d 笔，%(points)d 个点，历时 %(seconds).1f 秒", len(strokes)
    ) % {
        "strokes": len(strokes),
        "points": len(points),
        "seconds": (max(times) - min(times)) / 1000 if times else 0,
    }
    pressed = _("有压力数据") if len(pressures) > 2 else _("设备没有测压力")
    return f"{told} · {pressed} · SHA-256 {written.digest}"


def _phone(private: dict[str, Any]) -> str:
    return mask_phone(str(private["phone"])) if private.get("phone") else "—"


def _sandbox(public: dict[str, Any]) -> str:
    return _("（演示，非真实核验）") if public.get("sandbox") else ""
