"""What a timestamping program of others rewrites beside its timestamp: document information, XMP metadata, declared extensions.

Each rule compares old and new itself and clears only what says the same as before, except who wrote the file last, and when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import HistoricalResolver, RawPdfPath
from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification
from pyhanko.sign.diff_analysis.rules_api import Context, ReferenceUpdate, WhitelistRule

MOST_XMP = 256 * 1024
MOST_TEXT = 256

_DATE = re.compile(r"D:\d{4,14}(?:Z|[+-]\d{2}'(?:\d{2}'?)?)?(?:00'00'?)?")
_XMP_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)")
_EXTENSION_KEYS = frozenset({"/Type", "/BaseVersion", "/ExtensionLevel", "/ExtensionRevision", "/URL"})
_STREAM_KEYS = frozenset({"/Type", "/Subtype", "/Length", "/Filter"})
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_XMP, _PDF = "{http://ns.adobe.com/xap/1.0/}", "{http://ns.adobe.com/pdf/1.3/}"


class InfoRule(WhitelistRule):
    """/Info may get another ModDate and Producer, and nothing else."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Clear the new dictionary. Raises SuspiciousModification."""
        before, after = (one.trailer_view.get_value_as_reference("/Info", optional=True) for one in (old, new))
        if after is None:
            return
        _same_place(old, before, after)
        entries = {} if before is None else _texts(old(before))
        changed = _texts(new(after))
        _same_but(entries, changed, {"/ModDate": _DATE, "/Producer": None})
        yield ReferenceUpdate(after, context_checked=Context.from_absolute(old, RawPdfPath("/Info")))


class MetadataRule(WhitelistRule):
    """The XMP metadata may be written anew with another xmp:ModifyDate, xmp:MetadataDate and pdf:Producer; all else says the same."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Clear the new stream. Raises SuspiciousModification."""
        before, after = (one.root.get_value_as_reference("/Metadata", optional=True) for one in (old, new))
        if before is None or after is None:
            if before != after:
                raise SuspiciousModification("metadata came or went")
            return
        _same_place(old, before, after)
        dates = {f"{_XMP}ModifyDate": _XMP_DATE, f"{_XMP}MetadataDate": _XMP_DATE, f"{_PDF}Producer": None}
        _same_but(properties(_content(old(before))), properties(_content(new(after))), dates)
        yield ReferenceUpdate(after, context_checked=Context.from_absolute(old, RawPdfPath("/Root", "/Metadata")))


class ExtensionsRule(WhitelistRule):
    """/Extensions (which versions of PDF the file declares) may grow by direct entries, which no program shows."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Clear nothing, since all of it stands in the catalog. Raises SuspiciousModification."""
        before, after = (_extensions(one.root) for one in (old, new))
        if any(after.get(key) != value for key, value in before.items()):
            raise SuspiciousModification("a declared extension was changed")
        return ()


def same_properties(old: HistoricalResolver, new: HistoricalResolver) -> bool:
    """Tell whether /Info and XMP say what they said, except who wrote the file last, and when."""
    for rule, found in ((InfoRule(), _information), (MetadataRule(), _metadata)):
        before, after = found(old), found(new)
        if before == after and (before is None or _bytes(old(before)) == _bytes(new(before))):
            continue  # whatever it says
        try:
            list(rule.apply(old, new))
        except Exception:  # foreign bytes, or changed
            return False
    return True


def _information(one: HistoricalResolver) -> generic.Reference | None:
    return one.trailer_view.get_value_as_reference("/Info", optional=True)


def _metadata(one: HistoricalResolver) -> generic.Reference | None:
    return one.root.get_value_as_reference("/Metadata", optional=True)


def _bytes(value: generic.PdfObject) -> tuple[str, bytes]:
    return repr(value), value.encoded_data if isinstance(value, generic.StreamObject) else b""


def _extensions(root: generic.DictionaryObject) -> dict[str, dict[str, Any]]:
    if "/Extensions" not in root:
        return {}
    declared = root.raw_get("/Extensions")
    if not isinstance(declared, generic.DictionaryObject):
        raise SuspiciousModification("/Extensions is not direct")
    found = {}
    for name in declared:
        one = declared.raw_get(name)
        values = {key: one.raw_get(key) for key in one} if type(one) is generic.DictionaryObject else {}
        plain = (generic.NameObject, generic.NumberObject, generic.TextStringObject)
        if not values or values.keys() - _EXTENSION_KEYS or not all(isinstance(value, plain) for value in values.values()):
            raise SuspiciousModification("a declared extension is more than that")
        found[str(name)] = values
    return found


def _same_place(old: HistoricalResolver, before: generic.Reference | None, after: generic.Reference) -> None:
    """Raise SuspiciousModification when ``after`` takes the place of an object that was something else."""
    if after != before and not old.is_ref_unassignable(after):
        raise SuspiciousModification("another object was taken")


def _same_but(before: dict[str, Any], after: dict[str, Any], free: dict[str, re.Pattern[str] | None]) -> None:
    """Raise SuspiciousModification unless the two differ in the ``free`` keys only, which are short texts of the given form."""
    if any(after.get(key) != value for key, value in before.items() if key not in free):
        raise SuspiciousModification("something was changed or is gone")
    if any(key not in after for key in before):
        raise SuspiciousModification("something is gone")
    if after.keys() - before.keys() - free.keys():
        raise SuspiciousModification("something was added")
    for key, form in free.items():
        value = after.get(key)
        if value is None or value == before.get(key):
            continue
        if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable() or (form and not form.fullmatch(value)):
            raise SuspiciousModification("not a date or a program's name")


def _texts(info: Any) -> dict[str, Any]:
    """Return the entries of a dictionary that holds direct texts and names only."""
    if type(info) is not generic.DictionaryObject:
        raise SuspiciousModification("/Info is not a plain dictionary")
    values = {str(key): info.raw_get(key) for key in info}
    if not all(isinstance(one, (generic.TextStringObject, generic.NameObject)) for one in values.values()):
        raise SuspiciousModification("/Info holds more than texts")
    return {key: str(one) if isinstance(one, generic.TextStringObject) else ("name", str(one)) for key, one in values.items()}


def _content(stream: Any) -> bytes:
    plain = isinstance(stream, generic.StreamObject) and not set(stream) - _STREAM_KEYS
    if (
        not plain
        or (stream["/Type"], stream["/Subtype"]) != ("/Metadata", "/XML")
        or stream.get("/Filter", "/FlateDecode") != "/FlateDecode"
    ):
        raise SuspiciousModification("the metadata is not a plain XML stream")
    return bytes(stream.read_data(DecodePurpose.XMP_METADATA))


def properties(xmp: bytes) -> dict[str, Any]:
    """Return what a packet of XMP says, however it is written: property → text, or a nested form of structures and lists.

    Raises SuspiciousModification for what is not plain XMP of one subject, ParseError for what is no XML.
    """
    if len(xmp) > MOST_XMP or b"<!" in xmp or b"<?xml " in xmp:  # no document types, entities, comments or other encodings
        raise SuspiciousModification("the metadata is too long or holds more than elements")
    root = ElementTree.fromstring(xmp.strip(b"\x00 \t\r\n"))  # noqa: S314 - without a document type there are no entities to expand
    whole = [root, *root]
    if [one.tag for one in whole] != ["{adobe:ns:meta/}xmpmeta", f"{_RDF}RDF"] or any(_is_mixed(one) for one in whole):
        raise SuspiciousModification("not a packet of XMP")
    found: dict[str, Any] = {}
    for description in root[0]:
        if description.tag != f"{_RDF}Description" or description.get(f"{_RDF}about", "") != "":
            raise SuspiciousModification("not about this document")
        for key, value in _structure(description).items():
            if key in found:
                raise SuspiciousModification("a property stands twice")
            found[key] = value
    return found


def _structure(element: ElementTree.Element) -> dict[str, Any]:
    """Return the properties of a structure, be they attributes or elements."""
    if _is_mixed(element):
        raise SuspiciousModification("text between properties")
    found: dict[str, Any] = {key: value for key, value in element.attrib.items() if key not in (f"{_RDF}about", f"{_RDF}parseType")}
    for child in element:
        if child.tag in found:
            raise SuspiciousModification("a property stands twice")
        found[child.tag] = _value(child)
    if any(key.startswith(_RDF) or not key.startswith("{") for key in found):
        raise SuspiciousModification("a form of RDF that XMP does not use")
    return found


def _value(element: ElementTree.Element) -> Any:
    """Return a property's value: a text, (language, text), a structure or ("Bag" | "Seq" | "Alt", values)."""
    attributes, children = dict(element.attrib), list(element)
    language = attributes.pop(_LANGUAGE, None)
    if attributes == {f"{_RDF}parseType": "Resource"} and language is None:
        return _structure(element)
    if attributes.keys() == {f"{_RDF}resource"} and not children and not (element.text or "").strip() and language is None:
        return attributes[f"{_RDF}resource"]
    if attributes or len(children) > 1 or (children and (_is_mixed(element) or language is not None)):
        raise SuspiciousModification("a form of RDF that XMP does not use")
    if not children:
        return element.text or "" if language is None else (language, element.text or "")
    (child,) = children
    if child.tag == f"{_RDF}Description":
        return _structure(child)
    kind = child.tag.removeprefix(_RDF)
    if kind not in ("Bag", "Seq", "Alt") or child.attrib or _is_mixed(child) or any(one.tag != f"{_RDF}li" for one in child):
        raise SuspiciousModification("a form of RDF that XMP does not use")
    return kind, tuple(_value(one) for one in child)


def _is_mixed(element: ElementTree.Element) -> bool:
    """Tell whether text stands beside the element's children."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
