"""A field that was filled in after signing shows its value, or it is refused or said to be unread."""

from __future__ import annotations

import io
import re
from functools import cache

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pdf.attacked import certified, foreign, judge
from tests.core.pdf.mutants import append

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def look(content: bytes, font: bytes = FONT) -> bytes:
    head = b"<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 %b>>>>/Length %d>>" % (font, len(content))
    return b"%b\nstream\n%b\nendstream" % (head, content)


def drawn(text: bytes) -> bytes:
    return look(b"/Tx BMC q BT /F1 9 Tf 0 g 2 6 Td %b Tj ET Q EMC" % text)


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
    assert verdict.signatures[0].followed == ("fields",)
    assert {"fields_changed", "field_appearance", "appearance_unread"} & set(verdict.reasons) == {"fields_changed", *codes}


def contradicts(data: bytes, code: str = "field_appearance") -> None:
    verdict = judge(data)
    assert (verdict.bottom_line, verdict.integrity) == ("invalid", "altered"), verdict
    assert {code, "change_forbidden"} <= set(verdict.reasons), verdict.reasons


def hides(data: bytes) -> None:
    contradicts(data, "field_hidden")


@pytest.fixture(params=[foreign, certified], ids=["approval", "certified"])
def good(request: pytest.FixtureRequest) -> bytes:
    made: bytes = request.param()
    return made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"(900)", b"(900)"),
        (b"(two words)", b"(two) Tj ( words)"),
        (b"(A \\(b\\))", b"<4120286229>"),
        (b"(900)", b"(90) Tj 12 0 Td (0)"),
        (b"(900)", b"() Tj 0 4 Td (90) Tj 9 TL T* (0)"),
        (b"<feff003900300030>", b"(900)"),
        (b"()", b"()"),
    ],
)
def test_a_field_that_shows_its_value(good, value, text):
    told(filled(good, value, drawn(text)))


def test_a_field_that_shows_something_else(good):
    contradicts(filled(good, b"(900)", None))
    contradicts(filled(good, b"(100)", drawn(b"(900)")))
    contradicts(filled(good, b"(900)", drawn(b"(9000)")))
    contradicts(filled(good, b"(900)", look(b"/Tx BMC EMC")))


def test_a_field_that_is_hidden_or_not_printed_now(good):
    number, text, _ = field(good)
    for flags in (b"/F 2", b"/F 6", b"/F 36", b"/F 0"):
        hides(append(good, {number: re.sub(rb"/F 4", flags, text)}))


GROUND = b"1 g 0 0 100 20 re f 0 g "
ADOBES = FONT[:-2] + b"/Encoding<</Type/Encoding/Differences[24/breve/caron 39/quotesingle 96/grave 128/bullet]>>>>"
FRAMED = {
    "bevelled": b"q .75 g 0 0 100 20 re f 0 G 1 w .5 .5 99 19 re S Q q 1 g 1 1 m 1 19 l 99 19 l 98 18 l 2 18 l 2 2 l h f Q ",
    "ring": b"0 g 0 0 100 20 re 1 1 98 18 re f* ",
    "clipped": b"q 2 2 96 16 re W n ",
    "dark": b"0 0 .4 rg 0 0 100 20 re f 1 g ",
    "grey": b".4 g ",
    "cmyk": b"0 0 0 1 k ",
}


@pytest.mark.parametrize("before", FRAMED.values(), ids=FRAMED.keys())
def test_backgrounds_and_frames_are_no_text(before):
    told(filled(grounded(before=b""), b"(900)", look(before + b"BT /F1 9 Tf 2 6 Td (900) Tj ET", ADOBES)))


@cache
def grounded(mk: bytes = b"/MK<</BG[1]>>", before: bytes = GROUND) -> bytes:
    """A foreign file whose text field has a background when it is signed."""
    body = hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    number, text, place = field(body)
    shown = look(before + b"BT /F1 9 Tf 2 6 Td (100) Tj ET")
    return hanko.sign(append(body, {number: text.rstrip()[:-2] + mk + b">>", place: shown}), visible=True)


def test_a_field_covers_and_uncovers_nothing_of_the_page():
    """What lies under a field on the page is read, or is not, as it was when the file was signed."""
    plain, covering = look(TEXT), look(GROUND + TEXT)
    contradicts(filled(foreign(), b"(900)", covering))
    contradicts(filled(grounded(b""), b"(900)", plain))
    contradicts(filled(grounded(), b"(900)", plain))
    told(filled(grounded(b""), b"(900)", covering))
    told(filled(grounded(before=b""), b"(900)", covering))
    told(filled(grounded(before=b""), b"(900)", plain))
    number, text, place = field(foreign())
    told(append(foreign(), {number: text.replace(b"(100)", b"(900)").rstrip()[:-2] + b">>", place: plain}))
    grown = text.replace(b"(100)", b"(900)").rstrip()[:-2] + b"/MK<</BG[1]>>>>"
    assert judge(append(foreign(), {number: grown, place: covering})).bottom_line == "invalid"


TEXT = b"BT /F1 9 Tf 2 6 Td (900) Tj ET"
INVISIBLE = {
    "render mode": b"3 Tr " + TEXT,
    "clipping letters": b"7 Tr " + TEXT,
    "white": b"1 g " + TEXT,
    "white in RGB": b"1 1 1 rg " + TEXT,
    "white in CMYK": b"0 0 0 0 k " + TEXT,
    "white by colour space": b"/DeviceRGB cs 1 1 .9 sc " + TEXT,
    "like its ground": b".2 .2 .2 rg 0 0 100 20 re f .3 g " + TEXT,
    "painted over": TEXT + b" 1 g 0 0 100 20 re f",
    "size 0": b"BT /F1 0 Tf 2 6 Td (900) Tj ET",
    "tiny": b"BT /F1 1 Tf 2 6 Td (900) Tj ET",
    "shrunk": b".1 0 0 .1 0 0 cm BT /F1 9 Tf 20 60 Td (900) Tj ET",
    "squeezed": b"BT /F1 9 Tf 1 Tz 2 6 Td (900) Tj ET",
    "flat": b"BT /F1 9 Tf 1 0 1 0 2 6 Tm (900) Tj ET",
    "left of the box": b"BT /F1 9 Tf -50 6 Td (900) Tj ET",
    "over the box": b"BT /F1 9 Tf 2 30 Td (900) Tj ET",
    "cut off": b"BT /F1 9 Tf 96 6 Td (900) Tj ET",
    "spaced off": b"BT /F1 9 Tf 2 6 Td 90 Tc (900) Tj ET",
    "kerned off": b"BT /F1 9 Tf 2 6 Td [(9) -20000 (00)] TJ ET",
    "clipped": b"0 0 1 1 re W n " + TEXT,
}


@pytest.mark.parametrize("content", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_what_can_not_be_seen_is_not_shown(content):
    hides(filled(foreign(), b"(900)", look(content)))


def test_a_form_without_an_area_shows_nothing():
    hides(filled(foreign(), b"(900)", drawn(b"(900)").replace(b"/BBox[0 0 100 20]", b"/BBox[0 0 0 0]")))
    hides(filled(certified(), b"(900)", look(TEXT).replace(b"/BBox[0 0 100 20]", b"/BBox[0 0 9999 9999]")))


def test_who_draws_it_by_the_default_appearance_sees_it():
    told(filled(foreign(), b"(900)", drawn(b"(900)"), extra=b"/DA(/F1 0 Tf 0 g)"))
    for default in (b"(/F1 9 Tf 1 g)", b"(/F1 1 Tf 0 g)"):
        hides(filled(foreign(), b"(900)", drawn(b"(900)"), extra=b"/DA" + default))


DIFFERENT = {
    "a digit of lines": b"5 5 m 5 15 l S " + TEXT,
    "a digit of a bar": b"0 5 2 6 re f " + TEXT,
    "struck out": b"0 10 m 100 10 l S " + TEXT,
    "curves": b"0 0 m 100 20 l 3 3 3 3 3 3 c f " + TEXT,
    "a picture": b"/X Do " + TEXT,
    "a state": b"/X gs " + TEXT,
    "a layer": b"/OC /X BDC " + TEXT + b" EMC",
    "another order": b"BT /F1 9 Tf 20 6 Td (9) Tj -15 0 Td (00) Tj ET",
    "lines upwards": b"BT /F1 5 Tf 2 6 Td (9) Tj 0 8 Td (00) Tj ET",
    "upside down": b"BT /F1 9 Tf -1 0 0 -1 30 12 Tm (900) Tj ET",
    "mirrored": b"BT /F1 9 Tf -1 0 0 1 30 6 Tm (900) Tj ET",
    "over each other": b"BT /F1 9 Tf -5 Tc 2 6 Td (900) Tj ET",
    "no font": b"BT /F2 9 Tf 2 6 Td (900) Tj ET",
    "broken": b"BT /F1 9 Tf 2 Td (900) Tj ET",
}


@pytest.mark.parametrize("content", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_is_not_drawn_like_a_field_is_refused(content):
    contradicts(filled(foreign(), b"(900)", look(content)))


def test_what_else_draws_the_value_differently():
    contradicts(filled(foreign(), b"(900)", look(TEXT, FONT[:-2] + b"/FirstChar 48/Widths[0 0 0 0 0 0 0 0 0 0]>>")))
    contradicts(filled(foreign(), b"(900)", drawn(b"(900)").replace(b"/BBox", b"/OC 4 0 R/BBox")))
    contradicts(filled(foreign(), b"[(900)]", drawn(b"(900)")))
    number, text, place = field(foreign())
    for value, judged in ((b"900", told), (b"100", contradicts)):
        stream = b"<</Length 3>>\nstream\n%b\nendstream" % value
        judged(append(foreign(), {number: text.replace(b"(100)", b"90 0 R"), 90: stream, place: drawn(b"(900)")}))
    contradicts(filled(foreign(), b"(900)", drawn(b"(900)"), extra=b"/Ff 8192"))  # a password now, says the flag
    contradicts(filled(foreign(), b"<feff4e00>", drawn(b"(900)")))


@pytest.mark.parametrize(
    "shown",
    [
        look(TEXT, FONT[:-2] + b"/ToUnicode 4 0 R>>"),
        look(TEXT, FONT[:-2] + b"/Encoding<</Differences[57/one]>>>>"),
        look(TEXT, FONT[:-2] + b"/FontDescriptor<</FontFile2 4 0 R>>>>"),
        look(TEXT, FONT.replace(b"Helvetica", b"ZapfDingbats")),
    ],
    ids=["unicode map", "encoding", "embedded", "signs"],
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
    both = text.replace(b"/V /Off", b"/V /Yes").replace(b"/AS /Off", b"/AS /Yes")
    contradicts(append(good, {number: re.sub(rb"/Yes \d+ 0 R", b"/Yes 90 0 R", both), 90: look(b"")}))


def test_a_font_of_the_form_is_not_exchanged_under_fields_that_stay(good):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        root, catalog, font = pdf.Root.objgen[0], pdf.Root.unparse(resolved=True), pdf.Root.AcroForm.DR.Font.F1.objgen[0]
    other = FONT.replace(b"Helvetica", b"ZapfDingbats")
    more = re.sub(rb"/F1 %d 0 R" % font, b"/F1 %d 0 R /F2 90 0 R" % font, catalog)
    told_nothing = judge(append(good, {root: more, 90: other}))
    assert told_nothing.bottom_line == "valid", told_nothing
    exchanged = judge(append(good, {root: re.sub(rb"/F1 %d 0 R" % font, b"/F1 90 0 R", catalog), 90: other}))
    assert exchanged.bottom_line == "invalid", exchanged
    assert "field_appearance" in exchanged.reasons


def test_what_all_fields_are_drawn_by_stays(good):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        root, catalog = pdf.Root.objgen[0], pdf.Root.unparse(resolved=True)
    contradicts(append(good, {root: catalog.replace(b"/DA (/F1 9 Tf)", b"/DA (/F1 9 Tf 1 g)")}))
    told(append(good, {root: catalog.replace(b"/DA (", b"/NeedAppearances true /DA (")}))
    body = hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable).replace(b"/V (100)", b"/V (900)")
    odd = hanko.sign(body)  # shows 100 until programs are told to draw it anew
    with pikepdf.open(io.BytesIO(odd)) as pdf:
        root, catalog = pdf.Root.objgen[0], pdf.Root.unparse(resolved=True)
    contradicts(append(odd, {root: catalog.replace(b"/DA (", b"/NeedAppearances true /DA (")}))
