"""Empty signature fields, made before a document is shown, so that signing later changes nothing but the field's own value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils.form_tools import annot_width_height
from pyhanko.pdf_utils.misc import PdfError as HankoError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field, enumerate_sig_fields

from .errors import NotSignable
from .writer import RevisionWriter

Box = tuple[float, float, float, float]

CLOSING_LOCK = FieldMDPSpec(FieldMDPAction.ALL)
"""What the last signer's field says: after this signature no field may change."""


@dataclass(frozen=True)
class Place:
    """Where somebody signs: field ``name``, ``page`` from 0, ``box`` (left, bottom, right, top) in PDF points from the page's bottom left.

    ``closes`` marks the field whose signature closes the file. ``label`` is read to people who can't see the page.
    """

    name: str
    page: int
    box: Box
    closes: bool = False
    label: str = ""


def add_signature_fields(pdf: bytes, places: Sequence[Place]) -> bytes:
    """Return ``pdf`` followed by a revision with one empty field per place. Raises NotSignable for an unusable PDF or place."""
    writer = RevisionWriter(pdf)
    names = [place.name for place in places]
    if len(set(names)) != len(names) or any("." in name or not name for name in names):
        raise NotSignable("field names must be distinct, not empty and without a dot")
    for place in places:
        left, bottom, right, top = place.box
        if not (0 <= place.page < writer.page_count and left < right and bottom < top):
            raise NotSignable(f"the place of field {place.name} is not on the document")
        spec = SigFieldSpec(
            place.name,
            on_page=place.page,
            box=place.box,  # type: ignore[arg-type]
            field_mdp_spec=CLOSING_LOCK if place.closes else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if place.closes else None,
            readable_field_name=place.label or None,
            empty_field_appearance=False,
        )
        try:
            append_signature_field(writer, spec)
        except (HankoError, ValueError, KeyError) as error:
            raise NotSignable(f"field {place.name}: {error}") from error
    return writer.finished()


def empty_fields(pdf: bytes) -> list[str]:
    """Return the names of the signature fields that nobody has signed yet, in document order."""
    return [name for name, _, _ in enumerate_sig_fields(RevisionWriter(pdf), filled_status=False)]


def field_size(pdf: bytes, name: str) -> tuple[float, float]:
    """Return width and height in points of the empty field ``name``. Raises NotSignable when there is none."""
    for found, _, reference in enumerate_sig_fields(RevisionWriter(pdf), filled_status=False):
        if found == name:
            width, height = annot_width_height(reference.get_object())
            return float(width), float(height)
    raise NotSignable(f"there is no empty signature field {name}")
