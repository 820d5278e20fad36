"""The companies of a platform, authenticated by documents, and their branches: a tree that is moved with record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.apps.chronicle.services import record
from vermilion.base import blobs, clock, vault
from vermilion.base.canonical import sha256
from vermilion.base.errors import VermilionError
from vermilion.base.validation import InvalidValue, validate_uscc

from .models import Branch, Insurer, InsurerAuthentication, StaffMember
from .scoping import below

LARGEST_DOCUMENT = 20 * 1024 * 1024
PASSED, REFUSED = InsurerAuthentication.Result.PASSED, InsurerAuthentication.Result.REFUSED


class OrganisationRefused(VermilionError):
    """A company or branch cannot be as asked; ``fields`` says why."""

    code = "organisation_refused"
    status = 422
    message = _("不能这样登记机构，没有改变任何内容。")
    hint = _("请按提示修改后重试。")


class NotAuthenticated(VermilionError):
    """The insurer was not authenticated, or its licence has run out."""

    code = "insurer_not_authenticated"
    status = 409
    message = _("这家保险公司还没有通过企业认证，或认证已经过期，不能启用印章。")
    hint = _("请运营方核对营业执照和经营保险业务许可证后登记认证：vermilion admin authenticate。")


@transaction.atomic
def authenticate(
    *, insurer: Insurer, passed: bool, by: str, documents: Sequence[tuple[str, bytes]], note: str = "", valid_until: date | None = None
) -> InsurerAuthentication:
    """Record that ``by`` (a person's name) checked the company by ``documents`` (name, content). Nobody passes without a document.

    Raises OrganisationRefused, also when the company's code does not hold its check characters (GB 32100-2015).
    """
    if not by.strip():
        raise OrganisationRefused(fields={"by": _("请写明由谁核验。")})
    if passed and not documents:
        raise OrganisationRefused(fields={"documents": _("请附上核验所依据的文件。")})
    if any(not 0 < len(data) <= LARGEST_DOCUMENT for _name, data in documents):
        raise OrganisationRefused(fields={"documents": _("文件是空的，或者超过 20 MB。")})
    try:
        validate_uscc(insurer.uscc)
    except InvalidValue as error:
        raise OrganisationRefused(fields={"uscc": error.message}) from None
    key = vault.new_data_key("organisation")
    kept = [_keep(insurer, key, name, data) for name, data in documents]
    made = InsurerAuthentication.objects.create(
        insurer=insurer,
        result=PASSED if passed else REFUSED,
        checked_by=by.strip()[:60],
        uscc=insurer.uscc,
        documents=kept,
        valid_until=valid_until,
        note=note.strip()[:200],
        checked_at=clock.now(),
    )
    facts = {"result": str(made.result), "uscc": made.uscc, "documents": [one["sha256"] for one in kept]}
    private = {"by": made.checked_by, "note": made.note}
    record(stream="system", stream_id=insurer.pk, type="insurer.authenticated", public=facts, private=private)
    return made


def _keep(insurer: Insurer, key: Any, name: str, data: bytes) -> dict[str, Any]:
    # Under its key's name, too: where the transaction comes to nothing the key is gone, and the same file must not meet what it locked.
    stored = blobs.put(f"insurers/{insurer.pk}/{key.pk}/{sha256(data)}", data, data_key=key)
    return {"name": name[:120], "sha256": stored.sha256, "size": stored.size, "key": stored.key}


def authentication_of(insurer_id: UUID) -> InsurerAuthentication | None:
    """Return the authentication that counts: the latest, None when the company was never checked."""
    return InsurerAuthentication.objects.filter(insurer=insurer_id).first()


def is_authenticated(insurer_id: UUID) -> bool:
    """Tell whether the company may have a seal in use today: the latest check was passed and its licence has not run out."""
    latest = authentication_of(insurer_id)
    return latest is not None and latest.result == PASSED and (latest.valid_until is None or latest.valid_until >= clock.today())


def require_authenticated(insurer_id: UUID) -> None:
    """Raise NotAuthenticated unless :func:`is_authenticated`. What puts a seal in use calls it."""
    if not is_authenticated(insurer_id):
        raise NotAuthenticated()


@transaction.atomic
def add_branch(*, insurer: Insurer, parent: Branch | None, code: str, name: str, address: str, by: StaffMember) -> Branch:
    """Add a branch under ``parent`` (None: at the top). Raises OrganisationRefused."""
    insurer = Insurer.objects.select_for_update(no_key=True).get(pk=insurer.pk)
    values = {"code": code.strip().upper(), "name": name.strip(), "address": address.strip()}
    missing = {field: _("请填写。") for field, value in values.items() if not value}
    if missing:
        raise OrganisationRefused(fields=missing)
    if len(values["code"]) > 16 or not values["code"].isascii() or not values["code"].isalnum():
        raise OrganisationRefused(fields={"code": _("机构代码为 1 至 16 位字母和数字。")})
    if Branch.objects.filter(insurer=insurer, code=values["code"]).exists():
        raise OrganisationRefused(fields={"code": _("这个机构代码已经使用。")})
    made = Branch.objects.create(insurer=insurer, parent=_own(insurer, parent), **values)
    _note(made, "branch.added", by, {"code": made.code, "parent": _code(made.parent)})
    return made


@transaction.atomic
def move_branch(*, branch: Branch, parent: Branch | None, by: StaffMember) -> Branch:
    """Put a branch with all below it under another one. Raises OrganisationRefused for a ring.

    Who held a role in a branch above gains or loses what moved; so the move stands in the insurer's record.
    """
    # All moves of one company wait for each other: two at once could close a ring that neither sees.
    insurer = Insurer.objects.select_for_update(no_key=True).get(pk=branch.insurer_id)
    branch, parent = Branch.objects.select_related("parent").get(pk=branch.pk), _own(insurer, parent)
    if parent is not None and parent.pk in below(insurer, branch.pk):
        raise OrganisationRefused(fields={"parent": _("上级机构不能是它自己或它的下级。")})
    before, branch.parent = branch.parent, parent
    if before == parent:
        return branch
    branch.save(update_fields=["parent"])
    _note(branch, "branch.moved", by, {"code": branch.code, "from": _code(before), "to": _code(parent)})
    return branch


@transaction.atomic
def require_passkeys(*, insurer: Insurer, required: bool, by: StaffMember, second: StaffMember | None = None) -> None:
    """Demand passkeys of approvers and custodians; or no longer, to which a ``second`` person agreed. On the company's record."""
    if not required and (second is None or second.pk == by.pk):
        raise OrganisationRefused(fields={"required": _("不再要求通行密钥，须由另一人复核。")})
    Insurer.objects.filter(pk=insurer.pk).update(passkeys_required=required)
    facts = {"required": required, "by": str(by.pk), "second": str(second.pk) if second else None}
    record(stream="system", stream_id=insurer.pk, type="insurer.passkeys_required", public=facts)


def tree(insurer: Insurer, *, only: Collection[UUID] | None = None) -> list[tuple[int, Branch]]:
    """Return the branches with their depth, each below its parent, siblings by code; ``only``: of these."""
    rows = list(Branch.objects.filter(insurer=insurer).select_related("insurer", "parent").order_by("code"))
    children: dict[UUID | None, list[Branch]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    found: list[tuple[int, Branch]] = []
    waiting = [(0, row) for row in reversed(children.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        found.append((depth, row))
        waiting += [(depth + 1, child) for child in reversed(children.get(row.pk, []))]
    return [item for item in found if only is None or item[1].pk in only]


def _own(insurer: Insurer, parent: Branch | None) -> Branch | None:
    if parent is not None and parent.insurer_id != insurer.pk:
        raise OrganisationRefused(fields={"parent": _("上级机构必须属于同一家公司。")})
    return parent


def _code(branch: Branch | None) -> str:
    return branch.code if branch else ""


def _note(branch: Branch, type: str, by: StaffMember, facts: dict[str, str]) -> None:
    public = {"branch": str(branch.pk), **facts, "by": str(by.pk)}
    record(stream="system", stream_id=branch.insurer_id, type=type, public=public, private={"name": branch.name})
