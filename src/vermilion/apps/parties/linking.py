"""Which account of ours an account of the insurer's OpenID provider belongs to: an administrator says so, nobody else."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError

from . import access
from .models import Salesperson, SignOnLink, StaffMember

LINKED, UNLINKED, REFUSED = "account.sign_on_linked", "account.sign_on_unlinked", "account.refused"


class LinkTaken(VermilionError):
    code = "sign_on_link_taken"
    status = 409
    message = _("这个单点登录账号已经登记在另一个账户上。")
    hint = _("请核对账号；换人使用的账号请先从原账户移除。")


def link(*, person: StaffMember | Salesperson, issuer: str, account: str, by: StaffMember) -> None:
    """Link ``account`` of the provider to a person; an empty one takes the link away. Raises LinkTaken."""
    account = account.strip()[:200]
    with transaction.atomic():
        if SignOnLink.objects.filter(issuer=issuer, account=account).exclude(user=person.user).exists():
            raise LinkTaken()
        known = SignOnLink.objects.filter(user=person.user)
        if known.filter(issuer=issuer, account=account).exists() or (not account and not known.exists()):
            return
        known.delete()
        if account:
            SignOnLink.objects.create(user=person.user, issuer=issuer, account=account)
        access.note(LINKED if account else UNLINKED, user=person.user, by=str(by.pk))


def account_of(user: Any) -> str:
    """Return the provider's account that is linked to ``user``, empty when there is none."""
    return SignOnLink.objects.filter(user=user).values_list("account", flat=True).first() or ""


def user_of(*, issuer: str, subject: str, account: str) -> Any:
    """Return whose account this is, None when nobody's.

    The provider's ``subject`` never changes and is never given to another; the ``account`` that the administrator typed may be. So the
    first log-in ties the link to the subject, and another subject with the same account is refused and on record.
    """
    with transaction.atomic():
        rows = SignOnLink.objects.select_for_update(of=("self",), no_key=True).select_related("user").filter(issuer=issuer)
        found = rows.filter(subject=subject).first()
        if found is not None:
            return found.user
        found = rows.filter(account=account).first() if account else None
        if found is None:
            return None
        if found.subject:
            access.note(REFUSED, user=found.user, reason="sign_on_subject")
            return None
        found.subject = subject
        found.save(update_fields=["subject"])
        return found.user
