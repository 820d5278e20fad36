"""A salesperson or a sales platform starts a case for a customer and fills in what is known. All is shown to the customer as prefilled;
consents, health answers and confirmations are hers alone (Sales Measures 29)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.apps.cases import services as cases
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import Salesperson
from vermilion.apps.parties.queries import is_genuine, staff_phones
from vermilion.apps.products import paths
from vermilion.apps.products.checking import examine, refuse_unused
from vermilion.apps.products.errors import ApplicationInvalid
from vermilion.apps.products.fields import is_blank
from vermilion.apps.products.models import ProductVersion
from vermilion.base import clock
from vermilion.base.canonical import canonical
from vermilion.base.errors import VermilionError
from vermilion.base.validation import validate_name, validate_phone
from vermilion.base.vault import keyed_hash
from vermilion.core.typeset import missing_characters

from . import links
from .errors import StaffPhone
from .models import AccessLink

OPEN, CONFIRMED, CHANGED = "open", "confirmed", "changed"
CHECKED = "checked"
#: Before a keyed hash: what a system filled in. The customer checks all of it at once, where she looks the form over.
GIVEN = "given:"
#: Hexadecimal digits of that hash: it tells an untouched value from a changed one, and nothing to somebody who reads the row.
GIVEN_DIGITS = 24
#: Said of what a salesperson filled in and the customer has not ticked.
UNCONFIRMED = _("这一项由销售人员代填，请您核对后勾选，或改成正确的内容。")
#: Said of what a system filled in when the customer goes on without saying that she has checked it.
UNCHECKED = _("代填的内容还没有核对。请逐项核对后勾选，不对的请先修改。")


class MayNotSell(VermilionError):
    """The salesperson's registration does not cover this sale (Sales Measures 16, 21)."""

    code = "may_not_sell"
    status = 403
    message = _("您的执业登记不包括这个产品，或者已经停用、到期，不能发起投保。")
    hint = _("请联系所属机构核对执业登记。")


class HealthAnswersRefused(VermilionError):
    """Somebody other than the customer filled in answers about health."""

    code = "health_answers_refused"
    status = 422
    message = _("健康告知只能由客户本人回答，不能由系统代填。")
    hint = _("请去掉 disclosure。")


class NotShareable(VermilionError):
    """The customer has gone further than the form, or the case is over."""

    code = "not_shareable"
    status = 409
    message = _("客户已经填完投保单，不能再用投保链接进入。")
    hint = _("需要客户签署或缴费时，请点“提醒客户”，取件码会发到客户本人的手机。")


def start_for_customer(
    *, salesperson: Salesperson, product: ProductVersion, plan: str, name: str = "", phone: str = "", language: str = "zh-hans"
) -> tuple[Case, str]:
    """Open a case and return it with the token of the link to share. Raises MayNotSell, StaffPhone, InvalidValue.

    ``name`` and ``phone`` are the policyholder's, both may be left to her. The phone may be nobody's of the insurer.
    """
    if (
        not is_genuine(salesperson, on=clock.today())
        or product.code not in salesperson.products
        or product.insurer_id != salesperson.insurer_id
    ):
        raise MayNotSell()
    holder: dict[str, Any] = {}
    if name.strip():
        holder["name"] = validate_name(name)
    if phone.strip():
        holder["phone"] = validate_phone(phone)
        if holder["phone"] in staff_phones(salesperson.insurer):
            raise StaffPhone()
    with transaction.atomic():
        case = cases.start_case(
            product=product, branch=salesperson.branch, channel="salesperson", salesperson=salesperson, language=language
        )
        row = cases.application(case)
        row.data = {"plan": {"code": plan}} if not holder else {"plan": {"code": plan}, "policyholder": holder}
        row.prefilled = dict.fromkeys(paths.flatten(row.data).keys() & _asked(product), OPEN)
        row.save(update_fields=["data", "prefilled"])
        record(
            stream="case",
            stream_id=case.id,
            type="application.prefilled",
            public={"fields": sorted(holder)},
            private={"by": salesperson.name, **holder},
        )
        token = _link(case)
    return case, token


def prefill(*, case_id: UUID, data: dict[str, Any]) -> None:
    """Put what a system of the insurer knows into the form of a fresh case. What is missing is the customer's to fill in.

    Raises ApplicationInvalid for values that are wrong or that the form does not have, HealthAnswersRefused.
    """
    if "disclosure" in data:
        raise HealthAnswersRefused(fields={"disclosure": HealthAnswersRefused.hint})
    told = {path for path, value in paths.flatten(data).items() if not is_blank(value)}
    told |= {path.split(".")[0] for path in told}  # a list that is uploaded
    with transaction.atomic():
        case = cases.lock(case_id)
        kept, errors = examine(
            case.product.definition,
            data,
            today=clock.today(),
            missing_characters=missing_characters,
            forbidden_phones=staff_phones(case.insurer),
            with_disclosure=False,
        )
        wrong = {path: sentence for path, sentence in errors.items() if not is_blank(paths.get(data, path))}
        if wrong:
            raise ApplicationInvalid(fields=wrong)
        refuse_unused(data, kept)
        row = cases.application(case)
        row.data, row.prefilled_by_staff = kept, True
        row.prefilled = {path: _given(case, path, value) for path, value in _values(case.product, kept).items() if path in told}
        row.save(update_fields=["data", "prefilled_by_staff", "prefilled"])
        record(
            stream="case",
            stream_id=case.id,
            type="application.prefilled",
            public={"fields": sorted({path.rpartition(".")[2] for path in paths.flatten(data)})},
            private={"by": case.client_id, "data": kept},
        )


def open_paths(case: Case) -> set[str]:
    """Return what a salesperson filled in and the customer has neither confirmed nor changed."""
    return {path for path, state in cases.application(case).prefilled.items() if state == OPEN}


def given_paths(case: Case, data: dict[str, Any]) -> set[str]:
    """Return what a system of the insurer filled in, the customer has not checked yet, and still stands so in ``data``."""
    given = {path: state for path, state in cases.application(case).prefilled.items() if state.startswith(GIVEN)}
    values = _values(case.product, data) if given else {}
    return {path for path, state in given.items() if path in values and _given(case, path, values[path]) == state}


def settle_given(*, case_id: UUID, data: dict[str, Any]) -> None:
    """The customer says that she has checked what a system filled in; what she changed of it is hers. ``data``: the checked form."""
    with transaction.atomic():
        case = cases.lock(case_id)
        row = cases.application(case)
        same = given_paths(case, data)
        done = {path: CHECKED if path in same else CHANGED for path, state in row.prefilled.items() if state.startswith(GIVEN)}
        if done:
            row.prefilled = {**row.prefilled, **done}
            row.save(update_fields=["prefilled"])
            record(stream="case", stream_id=case.id, type="prefilled.settled", public={"fields": done})


def unchecked(case: Case) -> set[str]:
    """Return what a system filled in and the customer has not said that she has checked."""
    return {path for path, state in cases.application(case).prefilled.items() if state.startswith(GIVEN)}


def settle(*, case_id: UUID, answered: Collection[str], ticked: Collection[str], data: dict[str, Any]) -> set[str]:
    """The customer sent a page of the form: of ``answered`` (paths on that page) what she changed is hers, what she ticked is confirmed.

    Call it before the new ``data`` are kept. Return the paths on the page that still wait for her.
    """
    with transaction.atomic():
        case = cases.lock(case_id)
        row = cases.application(case)
        waiting = {path for path in answered if row.prefilled.get(path) == OPEN}
        done = {path: CHANGED for path in waiting if paths.get(data, path) != paths.get(row.data, path)}
        done |= {path: CONFIRMED for path in waiting if path in ticked and path not in done}
        if done:
            row.prefilled = {**row.prefilled, **done}
            row.save(update_fields=["prefilled"])
            record(stream="case", stream_id=case.id, type="prefilled.settled", public={"fields": done})
    return waiting - set(done)


def share_again(*, case: Case, salesperson: Salesperson) -> str:
    """Return the token of a fresh link; the one before stops working. Raises NotShareable once the customer is named, MayNotSell."""
    if not is_genuine(salesperson, on=clock.today()) or case.salesperson_id != salesperson.id:
        raise MayNotSell()
    with transaction.atomic():
        case = cases.lock(case.id)
        if case.state != State.APPLYING or case.blocked_by or case.parties.exists():
            raise NotShareable()
        AccessLink.objects.filter(case=case, party=None, purpose="apply", revoked=False).update(revoked=True)
        return _link(case)


def _values(product: ProductVersion, data: dict[str, Any]) -> dict[str, str]:
    """Return what stands in the fields of the form, as text; a list that is uploaded is one value."""
    found = {}
    for section in product.definition.form.sections:
        listed = paths.get(data, section.path)
        if section.upload:
            found[section.path] = canonical(listed).decode() if listed else ""
            continue
        entries = range(len(listed)) if section.repeat and isinstance(listed, list) else []
        for prefix in [f"{section.path}.{index}" for index in entries] if section.repeat else [section.path]:
            found |= {f"{prefix}.{item.path}": _text(item.kind, paths.get(data, f"{prefix}.{item.path}")) for item in section.fields}
    return {path: text for path, text in found.items() if text}


def _text(kind: str, value: Any) -> str:
    """Return a value as it is typed: a checked sum of money is in fen, a typed one is text."""
    if is_blank(value) or isinstance(value, (dict, list)):
        return ""
    if kind == "money" and isinstance(value, int):
        return str(value // 100) if value % 100 == 0 else f"{value / 100:.2f}"
    return str(value)


def _given(case: Case, path: str, text: str) -> str:
    return GIVEN + keyed_hash("prefilled", f"{case.pk} {path} {text}")[:GIVEN_DIGITS]


def _asked(product: ProductVersion) -> set[str]:
    """Return the paths that the form asks for once."""
    form = product.definition.form
    return {f"{section.path}.{item.path}" for section in form.sections if not section.repeat for item in section.fields}


def _link(case: Case) -> str:
    token, _code = links.make_link(case=case, party=None, purpose="apply", hours=case.product.definition.times.link_hours, pickup=False)
    record(stream="case", stream_id=case.id, type="link.shared", public={"purpose": "apply"})
    return token
