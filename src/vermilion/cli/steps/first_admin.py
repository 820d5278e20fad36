"""The first administrator, and the company that has one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.apps.parties.models import Branch, Insurer, Role
from vermilion.apps.parties.services import create_staff
from vermilion.base.errors import VermilionError
from vermilion.base.validation import InvalidValue, validate_uscc

INSURER_FIELDS = ("code", "name", "name_en", "short_name", "uscc", "address", "hotline", "website")
BRANCH_FIELDS = ("code", "name", "address")


class CompanyNeeded(VermilionError):
    """There is no company yet, or its file does not describe one."""

    code = "company_needed"
    status = 422
    hint = _("用 --insurer 指定 JSON 文件，格式见 docs/operator.md。")


@transaction.atomic
def create(*, username: str, password: str, name: str, phone: str, insurer_file: Path | None, company: str = "") -> None:
    """Make an administrator of the company in ``insurer_file``, which is made too unless it is there, or of ``company`` (its code).

    Without either it is the only company there is. Raises CompanyNeeded, PersonRefused.
    """
    branch = _known(company) if insurer_file is None else _company(insurer_file)
    roles = [Role.ADMINISTRATOR]
    create_staff(branch=branch, username=username, password=password, name=name, phone=phone, roles=roles, handed=True)


def _known(company: str) -> Branch:
    """Return the head branch of a company that is there."""
    found = list(Insurer.objects.filter(**({"code": company} if company else {}))[:2])
    if not found:
        raise CompanyNeeded(_("还没有保险公司。") if not company else format_lazy(_("没有代码为 {code} 的保险公司。"), code=company))
    if len(found) > 1:
        raise CompanyNeeded(_("这里有几家保险公司，请用 --company 写明公司代码。"))
    return _head(found[0])


def _head(insurer: Insurer) -> Branch:
    return insurer.branches.filter(parent=None).order_by("code")[0]


def _company(path: Path) -> Branch:
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        head = told["branch"]
        insurer_values = {field: str(told[field]) for field in INSURER_FIELDS}
        branch_values = {field: str(head[field]) for field in BRANCH_FIELDS}
        known = Insurer.objects.filter(code=insurer_values["code"]).first()
    except (OSError, ValueError, TypeError) as error:
        raise CompanyNeeded(format_lazy(_("不能读取 {path}：{reason}"), path=path, reason=type(error).__name__)) from None
    except KeyError as error:
        raise CompanyNeeded(format_lazy(_("{path} 缺少字段 {field}。"), path=path, field=error.args[0])) from None
    if known is not None:
        return _head(known)
    # It stands in certificates and on every policy, for ever.
    try:
        insurer_values["uscc"] = validate_uscc(insurer_values["uscc"])
        insurer = Insurer(**insurer_values)
        insurer.full_clean()
        branch = Branch(insurer=insurer, parent=None, **branch_values)
        branch.full_clean(exclude=["insurer"])
    except InvalidValue as error:
        raise _wrong(path, {"uscc": error.message}) from None
    except ValidationError as error:
        raise _wrong(path, {field: " ".join(sentences) for field, sentences in error.message_dict.items()}) from None
    insurer.save(force_insert=True)
    branch.save(force_insert=True)
    return branch


def _wrong(path: Path, fields: dict[str, Any]) -> CompanyNeeded:
    return CompanyNeeded(format_lazy(_("{path} 中有几项不能用。"), path=path), fields=fields)
