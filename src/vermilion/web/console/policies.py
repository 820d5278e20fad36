"""Servicing of one policy: its versions and changes, adding insured persons to a group, the state of each endorsement."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from vermilion.apps.parties.scoping import Scope
from vermilion.apps.policies import certificates, removing, retrying, servicing
from vermilion.apps.policies.errors import NoCertificate, PolicyNotFound
from vermilion.apps.policies.models import Endorsement, EndorsementState, Policy, PolicyStatus
from vermilion.apps.products import insured_list
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.base.validation import mask_id_number, mask_phone

from . import permissions, words
from .case import visit
from .frame import show

ROWS = 5
MOST = 500
MOST_DIGITS = 6  # of a number on the list of insured persons
LARGEST_FILE = 1_000_000
FIELDS: dict[str, Any] = {
    "name": gettext_lazy("姓名"),
    "id_type": gettext_lazy("证件类型"),
    "id_number": gettext_lazy("证件号码"),
    "birth_date": gettext_lazy("出生日期"),
    "sex": gettext_lazy("性别"),
    "phone": gettext_lazy("手机号"),
    "occupation": gettext_lazy("职业"),
}


class AddForm(forms.Form):
    """The reason; the persons come as rows, as a file, or as the text of an earlier look."""

    reason = forms.CharField(label=gettext_lazy("投保人申请的理由"), max_length=400, initial=gettext_lazy("新入职员工"))


@require_safe
@permissions.page("policy")
def policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Show a policy with its versions and changes."""
    return _page(request, policy_of(request.scope, policy_id))  # type: ignore[attr-defined]


@require_POST
@permissions.page("policy_add_insured")
def policy_add_insured(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Look at what adding these persons costs; with ``confirm`` start the change."""
    found = policy_of(request.scope, policy_id)  # type: ignore[attr-defined]
    form = AddForm(request.POST)
    text, rows = "", _typed(request)
    try:
        text = _list_text(request, rows)
        people = insured_list.parse(text, maximum=MOST)
        preview = servicing.preview_insured(policy_id=found.id, people=people)
    except ApplicationInvalid as error:
        return _page(request, found, form=form, rows=_marked(rows, error), problems=problems_of(error), status=422)
    if not form.is_valid():
        return _page(request, found, form=form, rows=rows, status=422)
    if request.POST.get("confirm") != "1":
        return _page(request, found, form=form, rows=rows, preview=preview, text=text)
    made = servicing.add_insured(policy_id=found.id, people=people, reason=form.cleaned_data["reason"], staff=request.staff)  # type: ignore[attr-defined]
    if made.state == EndorsementState.CONSENTS:
        told = _("%(number)s 已建立，正在请新增的每个人本人同意；全部答复或者单位截止后，批改申请书会发给经办人签署。")
    else:
        told = _("%(number)s 已建立，批改申请书会发给经办人签署。")
    messages.success(request, told % {"number": made.number})
    return _back(found)


@require_POST
@permissions.page("policy_certificate")
def policy_certificate(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Make the sealed certificate of one insured person, and show it."""
    found, chosen = policy_of(request.scope, policy_id), request.POST.get("number", "").strip()  # type: ignore[attr-defined]
    if not chosen.isdecimal() or len(chosen) > MOST_DIGITS:
        raise NoCertificate()
    made = certificates.certificate(policy_id=found.id, number=int(chosen), by="clerk")
    return HttpResponseRedirect(reverse("console:document", args=[made.id]))


@require_safe
@permissions.page("policy_insured_template")
def policy_insured_template(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Give the empty list to fill in."""
    policy_of(request.scope, policy_id)  # type: ignore[attr-defined]
    response = HttpResponse(insured_list.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="insured.csv"'
    return response


@require_POST
@permissions.page("endorsement_withdraw")
def endorsement_withdraw(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Give up a change that is not approved yet."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    servicing.withdraw(endorsement_id=found.id, staff=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("%(number)s 已撤回。") % {"number": found.number})
    return _back(found.policy)


@require_POST
@permissions.page("endorsement_retry")
def endorsement_retry(request: HttpRequest, endorsement_id: UUID) -> HttpResponse:
    """Start a stopped machine part of the change again."""
    found = _endorsement(request.scope, endorsement_id)  # type: ignore[attr-defined]
    retrying.retry(case_id=found.policy.case_id, staff=request.staff)  # type: ignore[attr-defined]
    messages.success(request, _("已重新开始，几秒钟后刷新查看结果。"))
    return _back(found.policy)


def policy_of(scope: Scope, policy_id: UUID) -> Policy:
    """Return a policy that somebody may see. Raises PolicyNotFound."""
    found = (
        Policy.objects.select_related("case__product", "case__branch", "case__insurer")
        .defer("case__product__data")
        .filter(scope.q("case__"), pk=policy_id)
        .first()
    )
    if found is None:
        raise PolicyNotFound()
    return found


def may_shrink(found: Policy) -> bool:
    """Tell whether a clerk may have people taken off this policy by its product, and it is in force."""
    rule = found.case.product.definition.servicing_rule(removing.KIND)
    return rule is not None and "clerk" in rule.requested_by and found.status == PolicyStatus.IN_FORCE and not found.ended_at


def _endorsement(scope: Scope, endorsement_id: UUID) -> Endorsement:
    found = Endorsement.objects.select_related("policy").filter(scope.q("policy__case__"), pk=endorsement_id).first()
    if found is None:
        raise PolicyNotFound(_("没有找到这份批单。"))
    return found


def _page(
    request: HttpRequest,
    found: Policy,
    *,
    form: AddForm | None = None,
    rows: list[dict[str, Any]] | None = None,
    problems: list[str] | None = None,
    preview: servicing.Addition | None = None,
    text: str = "",
    status: int = 200,
) -> HttpResponse:
    visit(request, found.case, "case")
    definition, version = found.case.product.definition, servicing.latest_version(found)
    rule = definition.servicing_rule("add_insured")
    endorsements = list(
        found.endorsements.select_related("requested_by", "approved_by", "document", "application_document").order_by("-created_at")
    )
    open_ = any(item.state in servicing.OPEN_STATES for item in endorsements)
    can_add = rule is not None and "clerk" in rule.requested_by and found.status == PolicyStatus.IN_FORCE
    people = version.fields["application"].get("insured") or []
    context = {
        "policy": found,
        "case": found.case,
        "tone": words.TONES.get(found.status, "ended"),
        "product": words.text_of(definition.name.model_dump()),
        "branch": words.branch_name(found.case.branch),
        "premium": version.fields["premium"],
        "people": people,
        "certificates": len(certificates.persons(found)),
        "versions": list(found.versions.select_related("document").order_by("-number")),
        "endorsements": [_change(item) for item in endorsements],
        "add": can_add and not open_ and permissions.may(request.staff, "policy_add_insured"),  # type: ignore[attr-defined]
        "open": can_add and open_,
        "remove": may_shrink(found) and not open_ and permissions.may(request.staff, "policy_remove_insured"),  # type: ignore[attr-defined]
        "form": form or AddForm(),
        "rows": rows or [{} for _row in range(ROWS)],
        "occupations": [(item.code, words.text_of(item.name.model_dump())) for item in definition.occupations],
        "problems": problems or [],
        "preview": preview,
        "preview_people": [masked(person) for person in preview.people] if preview else [],
        "after": preview.premium + preview.delta if preview else 0,
        "count_after": preview.before + len(preview.people) if preview else 0,
        "consents_needed": servicing.consents_needed(found),
        "text": text,
    }
    crumbs = [(found.case.number, reverse("console:case", args=[found.case.number])), (found.number, "")]
    return show(request, "console/policy.html", context, crumbs=crumbs, status=status)


def _change(item: Endorsement) -> dict[str, Any]:
    rule = item.policy.case.product.definition.servicing_rule(item.kind)
    return {
        "item": item,
        "name": words.text_of(rule.name.model_dump()) if rule else item.kind,
        "tone": "blocked" if item.last_error else words.TONES.get(item.state, "done"),
        "withdrawable": item.state in servicing.WITHDRAWABLE,
        "asks": item.state == EndorsementState.CONSENTS,
        "retryable": bool(item.last_error) and item.state in servicing.OPEN_STATES,
    }


def masked(person: dict[str, Any]) -> dict[str, Any]:
    """Return a person of the list with her numbers masked."""
    return {**person, "id_number": mask_id_number(person["id_number"]), "phone": mask_phone(person.get("phone") or "")}


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    names = ("name", "id_number", "phone", "occupation")
    columns = {name: request.POST.getlist(name)[:MOST] for name in names}
    count = max((len(values) for values in columns.values()), default=0)
    return [{name: (columns[name][index].strip() if index < len(columns[name]) else "") for name in names} for index in range(count)]


def _list_text(request: HttpRequest, rows: list[dict[str, str]]) -> str:
    """Return the persons as CSV text, whichever way they were given. Raises ApplicationInvalid."""
    if request.POST.get("text"):
        return request.POST["text"]
    if request.FILES.get("file") is not None:
        return uploaded(request)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["姓名", "证件号码", "手机号码", "职业代码"])
    writer.writerows([[row["name"], row["id_number"], row["phone"], row["occupation"]] for row in rows if any(row.values())])
    return buffer.getvalue()


def uploaded(request: HttpRequest) -> str:
    """Return the text of the list that was sent as a file. Raises ApplicationInvalid."""
    upload = request.FILES.get("file")
    if upload is None or upload.size is None or upload.size > LARGEST_FILE:
        raise ApplicationInvalid(fields={"insured": _("文件太大，请只保留清单所需的列。")})
    return insured_list.decode(upload.read())


def _place(path: str) -> tuple[int, str] | None:
    """Return (which of the added persons, which field) for a path ``insured.<n>.<field>``; None for the list as a whole."""
    parts = path.split(".")
    return (int(parts[1]), parts[-1]) if parts[0] == "insured" and len(parts) > 2 and parts[1].isdigit() else None


def problems_of(error: ApplicationInvalid) -> list[str]:
    """Return a sentence for each wrong field, with the person and the field as the clerk knows them."""
    sentences = []
    for path, sentence in error.fields.items():
        place = _place(path)
        if place is None:
            sentences.append(str(sentence))
        else:
            facts = {"row": place[0] + 1, "field": FIELDS.get(place[1], ""), "sentence": sentence}
            sentences.append(_("第 %(row)d 人%(field)s：%(sentence)s") % facts)
    return sentences or [str(error.message)]


def _marked(rows: list[dict[str, str]], error: ApplicationInvalid) -> list[dict[str, Any]]:
    """Return the typed rows, each with the names of its wrong fields; empty rows are not counted as persons."""
    wrong: dict[int, set[str]] = {}
    for place in filter(None, map(_place, error.fields)):
        wrong.setdefault(place[0], set()).add(place[1])
    persons = iter(range(len(rows)))
    return [{**row, "wrong": wrong.get(next(persons), set()) if any(row.values()) else set()} for row in rows]


def _back(found: Policy) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("console:policy", args=[found.id]))
