"""Comments where a certification permits them (ISO 32000-2, 12.8.2.2, P=3): notes and marks that neither hide nor rewrite what was signed.

A note or mark is taken when every program draws it as what it is: no action, no rich text with links, a note no larger than its icon, a
mark bright enough to be read through; an appearance of its own draws just that. What was there beside comments stays, in its order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.policy_api import ModificationLevel, SuspiciousModification
from pyhanko.sign.diff_analysis.rules_api import Context, QualifiedWhitelistRule, ReferenceUpdate

from . import comment_looks
from .anatomy import MOST_TREE_DEPTH
from .comment_looks import DARKEST

MOST_HEIGHT = 40.0
"""Points. Programs draw a note's icon 18 to 24 points wide, some stretch it to its rectangle; a mark is as high as a line of text."""
_HARMLESS_FLAGS = 4 | 8 | 16 | 64 | 128 | 512
"""Print, NoZoom, NoRotate, ReadOnly, Locked, LockedContents: none of them hides, or shows on paper something else than on a screen."""
_LINKS = re.compile(r"<\s*(?:a|img|script|object|embed|iframe)\b|href|src\s*=|url\s*\(|:/", re.IGNORECASE)
_ICONS = frozenset({"/Comment", "/Key", "/Note", "/Help", "/NewParagraph", "/Paragraph", "/Insert"})
_MARKS = frozenset({"/Highlight", "/Underline", "/Squiggly"})
"""/StrikeOut is not among them: to strike signed words out is to say that they do not hold."""


def _numbers(value: Any) -> bool:
    return type(value) is generic.ArrayObject and all(
        isinstance(value.raw_get(index), (generic.NumberObject, generic.FloatObject)) for index in range(len(value))
    )


def _text(value: Any) -> bool:
    return isinstance(value, (generic.TextStringObject, generic.ByteStringObject))


def _rich(value: Any) -> bool:
    return _text(value) and not _LINKS.search(str(value))


def _link(value: Any) -> bool:
    return isinstance(value, generic.IndirectObject)


def _name(*allowed: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, generic.NameObject) and str(value) in allowed


_COMMON: dict[str, Callable[[Any], bool]] = {
    "/Type": _name("/Annot"),
    "/Subtype": _name("/Text", "/Popup", *_MARKS),
    "/Rect": lambda value: _numbers(value) and len(value) == 4,
    "/F": lambda value: isinstance(value, generic.NumberObject) and not int(value) & ~_HARMLESS_FLAGS,
    "/C": lambda value: _numbers(value) and len(value) in (0, 1, 3),
    "/CA": lambda value: isinstance(value, (generic.NumberObject, generic.FloatObject)),
    "/Border": _numbers,
    "/Open": lambda value: isinstance(value, generic.BooleanObject),
    "/RT": _name("/R", "/Group"),
    "/RC": _rich,
    "/AP": lambda value: isinstance(value, generic.DictionaryObject) and set(value) == {"/N"},  # what it draws is looked at
    **dict.fromkeys(("/Contents", "/NM", "/M", "/T", "/Subj", "/CreationDate"), _text),
    **dict.fromkeys(("/P", "/Popup", "/Parent", "/IRT"), _link),
}
_OF_KIND: dict[str, dict[str, Callable[[Any], bool]]] = {
    "/Text": {"/Name": _name(*_ICONS), "/State": _text, "/StateModel": _text},
    "/Popup": {},
    **{kind: {"/QuadPoints": lambda value: _numbers(value) and len(value) % 8 == 0} for kind in _MARKS},
}


_OF_KIND["/Highlight"]["/C"] = lambda value: _numbers(value) and len(value) in (1, 3) and sum(map(float, value)) / len(value) >= DARKEST
_NEEDED = {"/Text": {"/Rect"}, "/Popup": {"/Rect"}, "/Highlight": {"/Rect", "/QuadPoints", "/C"}}


class CommentsRule(QualifiedWhitelistRule):
    """Pages may get, change and lose comments in /Annots, and widgets, which the rules for fields judge; nothing else."""

    def apply_qualified(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[tuple[ModificationLevel, ReferenceUpdate]]:
        """Clear pages, their lists of annotations and the comments in them. What is not cleared is refused."""
        changed = {_place(one) for one in new.explicit_refs_in_revision()}
        for page in _pages(old, old.root.raw_get("/Pages"), 0):
            try:
                yield from list(_of_page(old, new, page, changed))
            except SuspiciousModification:
                continue  # nothing of this page


_Place = tuple[int, int]


def _place(reference: generic.Reference) -> _Place:
    return reference.idnum, reference.generation


def _pages(handler: HistoricalResolver, node: Any, depth: int) -> Iterator[generic.Reference]:
    """Yield the pages in order; that their tree is one, and not too large, is known from the anatomy."""
    if not isinstance(node, generic.IndirectObject) or depth > MOST_TREE_DEPTH:
        raise SuspiciousModification("not a tree of pages")
    found = handler(node.reference)
    if "/Kids" not in found:
        yield node.reference
        return
    kids = found["/Kids"]
    for index in range(len(kids)):
        yield from _pages(handler, kids.raw_get(index), depth + 1)


def _of_page(
    old: HistoricalResolver, new: HistoricalResolver, page: generic.Reference, changed: set[_Place]
) -> Iterator[tuple[ModificationLevel, ReferenceUpdate]]:
    before, after = old(page), new(page)
    old_list, old_notes = _annotations(before)
    new_list, new_notes = _annotations(after)
    touched = {_place(one) for one in (page, old_list, new_list) if one is not None} | old_notes.keys() | new_notes.keys()
    if not touched & changed:
        return
    compare_dicts(before, after, frozenset({"/Annots"}))
    was_comment = {place for place, one in old_notes.items() if _is_comment(old(one)) and _draws_itself(old(one))}
    kept = [place for place in old_notes if place not in was_comment]
    if [place for place in new_notes if place in old_notes and place not in was_comment] != kept:
        raise SuspiciousModification("another annotation than a comment went or moved")
    comments = {}
    for place, one in new_notes.items():
        if place in old_notes and place not in was_comment:
            continue
        if place not in old_notes and not old.is_ref_unassignable(one):
            raise SuspiciousModification("another object was taken")
        note = new(one)
        if _is_comment(note) and _stays_here(note, page, new_notes) and _draws_itself(note):
            comments[place] = one
        elif place in was_comment or note["/Subtype"] != "/Widget":
            raise SuspiciousModification("an annotation is more than a comment")
    same = comments.keys() == was_comment and not changed & was_comment
    level = ModificationLevel.LTA_UPDATES if same else ModificationLevel.ANNOTATIONS
    if new_list is not None and old_list is not None and _place(new_list) == _place(old_list):
        yield level, ReferenceUpdate(new_list, context_checked=Context.relative_to(before, "/Annots"))
    elif new_list is not None and not old.is_ref_unassignable(new_list):
        raise SuspiciousModification("another object was taken")
    elif new_list is not None:
        yield level, ReferenceUpdate(new_list)
    for one in (page, *comments.values()):
        yield level, ReferenceUpdate(one)
    for place, one in comments.items():
        if place in changed:
            yield from ((level, ReferenceUpdate(part)) for part in _drawn_by(old, new, one))


def _draws_itself(note: Any) -> bool:
    """Tell whether an appearance, if there is one, draws what the annotation is."""
    if "/AP" not in note:
        return True
    if str(note["/Subtype"]) == "/Popup":
        return False
    quads = [float(one) for one in note["/QuadPoints"]] if "/QuadPoints" in note else []
    try:
        comment_looks.check(str(note["/Subtype"]), note["/AP"]["/N"], rect=note["/Rect"], quads=quads)
    except MemoryError:
        raise
    except Exception:  # foreign bytes, or another drawing
        return False
    return True


def _drawn_by(old: HistoricalResolver, new: HistoricalResolver, note: generic.Reference) -> Iterator[generic.Reference]:
    """Yield the objects of this revision that a comment's appearance is made of. Raises SuspiciousModification for a taken one."""
    if "/AP" not in new(note):
        return
    for part in new.collect_dependencies(new(note).raw_get("/AP"), since_revision=old.revision + 1):
        if not old.is_ref_unassignable(part):
            raise SuspiciousModification("another object was taken")
        yield part


def _annotations(page: Any) -> tuple[generic.Reference | None, dict[_Place, generic.Reference]]:
    """Return the reference to a page's list of annotations, if it is one, and the annotations. Raises SuspiciousModification."""
    if "/Annots" not in page:
        return None, {}
    listed = page.raw_get("/Annots")
    notes = page["/Annots"]
    if type(notes) is not generic.ArrayObject:
        raise SuspiciousModification("/Annots is no array")
    references = [notes.raw_get(index) for index in range(len(notes))]
    if not all(isinstance(one, generic.IndirectObject) for one in references):
        raise SuspiciousModification("an annotation is direct")
    found = {_place(one.reference): one.reference for one in references}
    if len(found) != len(references):
        raise SuspiciousModification("an annotation stands twice")
    return listed.reference if isinstance(listed, generic.IndirectObject) else None, found


def _is_comment(note: Any) -> bool:
    """Tell whether an annotation holds what a harmless note or mark may, and nothing more."""
    if type(note) is not generic.DictionaryObject:
        return False
    values = {str(key): note.raw_get(key) for key in note}
    kind = str(values.get("/Subtype", ""))
    if kind not in _OF_KIND or _NEEDED.get(kind, {"/Rect", "/QuadPoints"}) - values.keys():
        return False
    known = _COMMON | _OF_KIND[kind]
    if not all(key in known and known[key](value) for key, value in values.items()):
        return False
    if kind not in _MARKS:
        return kind != "/Text" or max(_sides(values["/Rect"])) <= MOST_HEIGHT
    corners = list(values["/QuadPoints"])
    return all(min(_sides(corners[start : start + 8])) <= MOST_HEIGHT for start in range(0, len(corners), 8))


def _sides(box: Iterable[Any]) -> tuple[float, float]:
    """Return width and height of a rectangle or quadrilateral."""
    numbers = [float(one) for one in box]
    return max(numbers[0::2]) - min(numbers[0::2]), max(numbers[1::2]) - min(numbers[1::2])


def _stays_here(note: Any, page: generic.Reference, notes: dict[_Place, generic.Reference]) -> bool:
    """Tell whether a comment refers to its page and its neighbours only."""
    found = {key: _place(note.raw_get(key).reference) for key in ("/P", "/Popup", "/Parent", "/IRT") if key in note}
    return found.pop("/P", _place(page)) == _place(page) and set(found.values()) <= notes.keys()
