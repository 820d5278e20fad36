"""Finding cases for the desks: only within one's reach, by number, by what people can tell on the telephone, by what they wait for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from vermilion.apps.parties.models import Salesperson
from vermilion.apps.parties.scoping import Scope
from vermilion.base.validation import mask_name
from vermilion.base.validation.values import half_width
from vermilion.base.vault import keyed_hash

from .errors import CaseNotFound
from .models import Application, Case, CaseParty, Document, PartyRole, Revision


def within(scope: Scope) -> QuerySet[Case]:
    """Return all cases in somebody's reach, the longest waiting first, without the bulky product definitions."""
    return (
        Case.objects.filter(scope.q())
        .select_related("branch__insurer", "salesperson", "owner", "product")
        .defer("product__data")
        .defer("product__data")
        .order_by("state_since")
    )


def of_salesperson(salesperson: Salesperson) -> QuerySet[Case]:
    """Return the cases that a salesperson started, newest first."""
    return within(Scope(salesperson.insurer)).filter(salesperson=salesperson).order_by("-applied_at")


def by_number(scope: Scope, number: str) -> Case:
    """Return the case of that number, ready to be read. Raises CaseNotFound, also for another insurer's or branch's."""
    case = (
        Case.objects.filter(scope.q(), number=number.strip().upper())
        .select_related("insurer", "branch", "salesperson", "owner", "product", "data_key")
        .defer("product__data")
        .first()
    )
    if case is None:
        raise CaseNotFound()
    return case


def customer_names(rows: Iterable[Case]) -> dict[UUID, str]:
    """Return by case whose it is: a person's name masked, a company's whole; nothing where nobody has filled in a name."""
    keys = [case.pk for case in rows]
    persons = CaseParty.objects.filter(case__in=keys, role=PartyRole.POLICYHOLDER)
    names = {party.case_id: mask_name(party.personal.get("name", "")) for party in persons}
    others = Application.objects.filter(case__in=set(keys) - set(names)).order_by("version")
    for application in others:
        holder = application.data.get("policyholder") or {}
        name = str(holder.get("name") or "")
        names[application.case_id] = name if holder.get("kind") == "company" else mask_name(name)
    return names


def document_of(scope: Scope, document_id: UUID) -> Document:
    """Return a document of a case in somebody's reach. Raises CaseNotFound."""
    rows = Document.objects.select_related("case__insurer", "case__product", "case__data_key").defer("case__product__data")
    found = rows.filter(scope.q("case__"), pk=document_id).first()
    if found is None:
        raise CaseNotFound(_("没有找到这份文件。"))
    return found


def revision_of(document: Document, number: int | None = None) -> Revision:
    """Return one revision of a document, the newest without ``number``. Raises CaseNotFound."""
    rows = document.revisions.order_by("-number")
    found = rows.filter(number=number).first() if number else rows.first()
    if found is None:
        raise CaseNotFound(_("没有找到这份文件。"))
    return found


def person_key(text: str) -> tuple[str, str]:
    """Return by what a person is looked up who was typed: ``phone``, ``id_number`` or ``name``, and the keyed hash.

    The hash may stand in an address; what was typed may not.
    """
    compact = re.sub(r"[\s()-]", "", half_width(text)).upper()
    phone = re.fullmatch(r"(?:\+?86)?(1\d{10})", compact)
    if phone:
        return "phone", keyed_hash("phone", phone[1])
    if compact.isascii() and any(sign.isdigit() for sign in compact):
        return "id_number", keyed_hash("id_number", compact)
    return "name", keyed_hash("name", text.strip())


def of_person(by: str, key: str) -> Q:
    """Return the condition that somebody of the case has this key (see :func:`person_key`)."""
    columns = {"phone": "phone_hash", "id_number": "id_hash", "name": "name_hash"}
    return Q(pk__in=CaseParty.objects.filter(**{columns[by]: key}).values("case"))
