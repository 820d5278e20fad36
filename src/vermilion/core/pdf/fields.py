"""Signature fields, made before a document is shown, so that signing later changes nothing but the field's own value.

A field and its one widget are a single object (ISO 32000-1, 12.7.3.1 allows it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .errors import NotSignable
from .revision import Revision
from .syntax import (
    SyntaxFault,
    array,
    reference,
    text,
    write_array,
    write_dictionary,
    write_number,
    write_reference,
    write_text,
)
from .written import Entries

Box = tuple[float, float, float, float]

PRINTED_AND_LOCKED = b"132"
"""Annotation flags: printed, as PDF/A demands, and not to be moved."""

CLOSING_LOCK = write_dictionary({b"/Type": b"/SigFieldLock", b"/Action": b"/All", b"/P": b"1"})
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

    @property
    def width(self) -> float:
        """Return the field's width in points."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Return the field's height in points."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True)
class Field:
    """A signature field of the file: its object, its entries, its size in points."""

    number: int
    entries: Entries
    width: float
    height: float

    @property
    def name(self) -> str:
        """Return the field's name."""
        return text(self.entries[b"/T"])

    @property
    def signed(self) -> bool:
        """Tell whether somebody has signed it."""
        return b"/V" in self.entries

    @property
    def closes(self) -> bool:
        """Tell whether its signature closes the file."""
        return b"/Lock" in self.entries


def add_signature_fields(pdf: bytes, places: Sequence[Place]) -> bytes:
    """Return ``pdf`` followed by a revision with one empty field per place. Raises NotSignable for an unusable PDF or place."""
    try:
        revision = Revision(pdf)
        if signature_fields(revision):
            raise NotSignable("the file has fields already")
        add_fields(revision, places)
        return revision.finished()
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the PDF can't be read: {error}") from error


def add_fields(revision: Revision, places: Sequence[Place]) -> list[int]:
    """Add empty fields to ``revision``, return their object numbers. Raises NotSignable for an impossible place."""
    fields = signature_fields(revision)
    _check_names([*(field.name for field in fields), *(place.name for place in places)])
    made = [_add_field(revision, place) for place in places]
    _write_form(revision, [*(field.number for field in fields), *made])
    return made


def _write_form(revision: Revision, fields: Sequence[int]) -> None:
    # Signatures exist, and whoever saves the file anew must append (ISO 32000-1, 12.7.2); so the form need not change when they come.
    form = {b"/Fields": write_array(write_reference(number) for number in fields), b"/SigFlags": b"3"}
    revision.update(revision.root_number, {**revision.root, b"/AcroForm": write_dictionary(form)})


def add_invisible_field(revision: Revision, name: str, value: int) -> None:
    """Add a field of no size on the first page whose value is the object ``value``. Raises NotSignable when there is one of this name."""
    fields = signature_fields(revision)
    _check_names([*(field.name for field in fields), name])
    page = revision.pages()[0]
    number = revision.add(write_dictionary({**_widget(name, page, b"[0 0 0 0]"), b"/V": write_reference(value)}))
    _annotate(revision, page, number)
    _write_form(revision, [*(field.number for field in fields), number])


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names) or any("." in name or not name for name in names):
        raise NotSignable("field names must be distinct, not empty and without a dot")


def _add_field(revision: Revision, place: Place) -> int:
    page, box = _spot(revision, place)
    return _place_field(revision, place, page, {**_widget(place.name, page, box), **_looks_like(blank_look(revision, place.box))})


def _place_field(revision: Revision, place: Place, page: int, entries: Entries) -> int:
    if place.label:
        entries[b"/TU"] = write_text(place.label)
    if place.closes:
        entries[b"/Lock"] = write_reference(revision.add(CLOSING_LOCK))
    number = revision.reserve(1)
    revision.update(number, entries)
    _annotate(revision, page, number)
    return number


def add_signed_field(revision: Revision, place: Place, value: int, look: int) -> None:
    """Add a field that is signed in the same revision: its value is the object ``value``, its appearance the object ``look``.

    Raises NotSignable for an impossible place.
    """
    fields = signature_fields(revision)
    _check_names([*(field.name for field in fields), place.name])
    page, box = _spot(revision, place)
    entries = {**_widget(place.name, page, box), **_looks_like(look), b"/V": write_reference(value)}
    _write_form(revision, [*(field.number for field in fields), _place_field(revision, place, page, entries)])


def sign_field(revision: Revision, field: Field, value: int, look: int | None) -> None:
    """Give an empty field the object ``value`` as its value and the object ``look`` as its appearance."""
    changed = _looks_like(look) if look is not None else {}
    revision.update(field.number, {**field.entries, **changed, b"/V": write_reference(value)})


def blank_look(revision: Revision, box: Box) -> int:
    """Add an empty appearance; PDF/A wants one for every annotation that has a size."""
    left, bottom, right, top = box
    size = write_array(write_number(value) for value in (0, 0, right - left, top - bottom))
    return revision.add_stream({b"/Type": b"/XObject", b"/Subtype": b"/Form", b"/BBox": size, b"/Resources": b"<< >>"}, b"")


def _looks_like(look: int) -> Entries:
    return {b"/AP": write_dictionary({b"/N": write_reference(look)})}


def _spot(revision: Revision, place: Place) -> tuple[int, bytes]:
    """Return the object number of the page and the rectangle."""
    pages = revision.pages()
    left, bottom, right, top = place.box
    if not (0 <= place.page < len(pages) and left < right and bottom < top):
        raise NotSignable(f"the place of field {place.name} is not on the document")
    return pages[place.page], _rectangle(place.box)


@lru_cache(maxsize=64)  # a seal stands at the same place of many documents
def _rectangle(box: Box) -> bytes:
    return write_array(write_number(value) for value in box)


def _widget(name: str, page: int, box: bytes) -> Entries:
    return {
        b"/Type": b"/Annot",
        b"/Subtype": b"/Widget",
        b"/FT": b"/Sig",
        b"/T": write_text(name),
        b"/F": PRINTED_AND_LOCKED,
        b"/Rect": box,
        b"/P": write_reference(page),
    }


def _annotate(revision: Revision, page: int, widget: int) -> None:
    entries = revision.entries(page)
    annotations = array(revision.resolved(entries[b"/Annots"])) if b"/Annots" in entries else []
    revision.update(page, {**entries, b"/Annots": write_array([*annotations, write_reference(widget)])})


def signature_fields(revision: Revision) -> list[Field]:
    """Return the signature fields in document order. Raises NotSignable for a form that holds anything else."""
    root = revision.root
    if b"/AcroForm" not in root:
        return []
    found = []
    for one in array(revision.resolved(revision.opened(root[b"/AcroForm"])[b"/Fields"])):
        number = reference(one)
        entries = revision.opened(one)
        if number is None or entries.get(b"/FT") != b"/Sig" or b"/T" not in entries or b"/Kids" in entries:
            raise NotSignable("the file has a form that is not ours")
        left, bottom, right, top = (float(value) for value in array(revision.resolved(entries[b"/Rect"])))
        found.append(Field(number, entries, right - left, top - bottom))
    return found


def empty_fields(pdf: bytes) -> list[str]:
    """Return the names of the signature fields that nobody has signed yet, in document order. Raises NotSignable."""
    try:
        return [field.name for field in signature_fields(Revision(pdf)) if not field.signed]
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the PDF can't be read: {error}") from error


def field_size(pdf: bytes, name: str) -> tuple[float, float]:
    """Return width and height in points of the empty field ``name``. Raises NotSignable when there is none."""
    try:
        field = empty_field(Revision(pdf), name)
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the PDF can't be read: {error}") from error
    return field.width, field.height


def empty_field(revision: Revision, name: str) -> Field:
    """Return the field ``name``, which nobody has signed. Raises NotSignable when there is none."""
    for field in signature_fields(revision):
        if field.name == name and not field.signed:
            return field
    raise NotSignable(f"there is no empty signature field {name}")


@dataclass(frozen=True)
class Spot:
    """Where a field lies: ``page`` from 1, ``box`` (left, top, right, bottom) and the page's size, in points from its top left."""

    page: int
    box: Box
    width: float
    height: float

    @property
    def left(self) -> float:
        """Return the distance from the page's left edge."""
        return self.box[0]

    @property
    def top(self) -> float:
        """Return the distance from the page's upper edge."""
        return self.box[1]

    @property
    def across(self) -> float:
        """Return the field's width."""
        return self.box[2] - self.box[0]

    @property
    def tall(self) -> float:
        """Return the field's height."""
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        """Return the distance of the field's middle from the page's left edge."""
        return (self.box[0] + self.box[2]) / 2


def field_spot(pdf: bytes, name: str) -> Spot:
    """Return where the field ``name`` lies, signed or not. Raises NotSignable when there is none."""
    try:
        revision = Revision(pdf)
        field = next((one for one in signature_fields(revision) if one.name == name), None)
        if field is None:
            raise NotSignable(f"there is no signature field {name}")
        page = reference(field.entries[b"/P"]) or 0
        left, bottom, right, top = _numbers(revision, field.entries[b"/Rect"])
        x, y, x_end, y_end = _numbers(revision, revision.inherited(revision.entries(page), b"/MediaBox") or b"")
        return Spot(revision.pages().index(page) + 1, (left - x, y_end - top, right - x, y_end - bottom), x_end - x, y_end - y)
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the PDF can't be read: {error}") from error


def _numbers(revision: Revision, value: bytes) -> list[float]:
    return [float(number) for number in array(revision.resolved(value))]
