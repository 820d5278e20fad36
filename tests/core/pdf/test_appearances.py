"""A field that was filled in after signing shows its value, or it is refused or said to be unread."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pdf.mutants import append
from tests.core.pdf.test_attacks import certified, foreign, judge

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def look(content: bytes, font: bytes = FONT) -> bytes:
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 %b>>>>/Length %d>>" % (font, len(content))
    return b"%b\nstream\n%b\nendstream" % (head, content)


def drawn(text: bytes) -> bytes:
    return look(b"/Tx BMC q 1 1 1 rg 0 0 100 20 re f BT /F1 9 Tf 0 g 2 6 Td %b Tj ET Q EMC" % text)


def field(data: bytes) -> tuple[int, bytes, int]:
    """Return number and text of the text field, and the number of what it shows."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        one = pdf.Root.AcroForm.Fields[0]
        return one.objgen[0], one.unparse(resolved=True), one.AP.N.objgen[0]


def filled(good: bytes, value: bytes, shown: bytes | None, *, extra: bytes = b"") -> bytes:
    number, text, place = field(good)
    text = text.replace(b"(100)", value).rstrip()[:-2] + extra + b">>"
    return append(good, {number: text} | ({place: shown} if shown is not None else {}))


def told(data: bytes, *codes: str) -> None:
    verdict = judge(data)
    assert verdict.bottom_line == "valid", verdict
    assert {"fields_changed", "field_appearance", "appearance_unread"} & set(verdict.reasons) == {"fields_changed", *codes}


def contradicts(data: bytes) -> None:
    verdict = judge(data)
    assert (verdict.bottom_line, verdict.integrity) == ("invalid", "altered"), verdict
    assert {"field_appearance", "change_forbidden"} <= set(verdict.reasons)


MAKERS = pytest.mark.parametrize("good", [foreign(), certified()], ids=["approval", "certified"])


@MAKERS
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"(900)", b"(900)"),
        (b"(two words)", b"(two) Tj ( words)"),
        (b"(A \\(b\\))", b"<4120286229>"),
        (b"(900)", b"(90) Tj T* (0)"),
        (b"<feff003900300030>", b"(900)"),
        (b"()", b"()"),
    ],
)
def test_a_field_that_shows_its_value(good, value, text):
    told(filled(good, value, drawn(text)))


@MAKERS
def test_a_field_that_shows_something_else(good):
    contradicts(filled(good, b"(900)", None))
    contradicts(filled(good, b"(100)", drawn(b"(900)")))
    contradicts(filled(good, b"(900)", drawn(b"(9000)")))
    contradicts(filled(good, b"(900)", look(b"/Tx BMC EMC")))


@MAKERS
def test_a_field_that_is_hidden_or_not_printed_now(good):
    number, text, _ = field(good)
    for flags in (b"/F 2", b"/F 6", b"/F 36", b"/F 0"):
        contradicts(append(good, {number: re.sub(rb"/F 4", flags, text)}))


@MAKERS
@pytest.mark.parametrize(
    "shown",
    [
        look(b"BT /F1 9 Tf (900) Tj ET", FONT[:-2] + b"/ToUnicode 4 0 R>>"),
        look(b"BT /F1 9 Tf (900) Tj ET", FONT[:-2] + b"/Encoding<</Differences[57/one]>>>>"),
        look(b"BT /F1 9 Tf (900) Tj ET", FONT[:-2] + b"/FontDescriptor<</FontFile2 4 0 R>>>>"),
        look(b"BT /F1 9 Tf (900) Tj ET 0 0 100 20 re f"),
        look(b"0 0 m 100 20 l 3 3 3 3 3 3 c f BT /F1 9 Tf (900) Tj ET"),
        look(b"BT /F1 9 Tf 3 Tr (900) Tj ET"),
        look(b"/X Do BT /F1 9 Tf (900) Tj ET"),
        look(b"BT /F2 9 Tf (900) Tj ET"),
    ],
    ids=["unicode map", "encoding", "embedded", "painted over", "drawn", "invisible", "picture", "no font"],
)
def test_what_can_not_be_read_with_certainty_is_said(good, shown):
    told(filled(good, b"(900)", shown), "appearance_unread")


def test_a_contradiction_that_was_signed_is_not_held_against_another_field():
    body = hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    number, text, _ = field(body)
    other = max(int(one) for one in re.findall(rb"\n(\d+) 0 obj", body)) + 1
    with pikepdf.open(io.BytesIO(body)) as pdf:
        root, catalog = pdf.Root.objgen[0], pdf.Root.unparse(resolved=True)
    catalog = catalog.replace(b"/Fields [ %d 0 R" % number, b"/Fields [ %d 0 R %d 0 R" % (number, other))
    odd = text.replace(b"(amount)", b"(odd)").replace(b"(100)", b"(777)")
    good = hanko.sign(append(body, {root: catalog, other: odd}), certify=MDPPerm.FILL_FORMS)
    number, text, place = field(good)
    told(append(good, {number: text.replace(b"(100)", b"(900)").replace(b"/N %d 0 R" % place, b"/N 90 0 R"), 90: drawn(b"(900)")}))


def test_a_box_shows_the_state_that_is_its_value():
    pdf = pikepdf.open(io.BytesIO(hanko.page()))
    look_of = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 9, 9]}
    states = pikepdf.Dictionary(Yes=pdf.make_stream(b"0 0 9 9 re f", **look_of), Off=pdf.make_stream(b"", **look_of))
    box = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T="box", Rect=[9, 9, 18, 18], F=4)
    )
    box.V, box.AS, box.AP = pikepdf.Name.Off, pikepdf.Name.Off, pikepdf.Dictionary(N=states)
    pdf.pages[0].Annots = pikepdf.Array([box])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[box])
    out = io.BytesIO()
    pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    good = hanko.sign(out.getvalue())
    with pikepdf.open(io.BytesIO(good)) as pdf:
        number, text = pdf.Root.AcroForm.Fields[0].objgen[0], pdf.Root.AcroForm.Fields[0].unparse(resolved=True)
    told(append(good, {number: text.replace(b"/V /Off", b"/V /Yes").replace(b"/AS /Off", b"/AS /Yes")}))
    contradicts(append(good, {number: text.replace(b"/V /Off", b"/V /Yes")}))
    contradicts(append(good, {number: text.replace(b"/AS /Off", b"/AS /Yes")}))
