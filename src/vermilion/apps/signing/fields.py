"""Signature fields of a document that persons sign: made before anybody sees it; the last signature closes the file."""

from __future__ import annotations

from collections.abc import Sequence

from vermilion.apps.cases.models import PartyRole
from vermilion.apps.seals.signing import place_of
from vermilion.apps.templates.services import TypesetDocument
from vermilion.base import children
from vermilion.core.pdf.fields import add_signature_fields


def with_fields(made: TypesetDocument, roles: Sequence[str], *, in_order: bool = True) -> bytes:
    """Return the typeset file with one empty field for each of ``roles``: exactly the bytes that are shown. Raises NotSignable.

    In order, the last field says that it closes the file. Where nobody knows who comes last, the last signature alone says so.
    """
    places = [
        place_of(
            made.zone(role), role, closes=number == len(roles) and (in_order or role == PartyRole.COMPANY), label=str(PartyRole(role).label)
        )
        for number, role in enumerate(roles, start=1)
    ]
    return children.call(add_signature_fields, made.pdf, places)
