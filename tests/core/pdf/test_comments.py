"""Comments behind a certification that permits them: notes and marks are taken and told, whatever could hide or rewrite content is not."""

from __future__ import annotations

import re
from functools import partial

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pdf.attacked import certified, foreign, judge, objects, refused, spare
from tests.core.pdf.mutants import append
from tests.core.pki import sealed

NOTE = (
    b"<</Type/Annot/Subtype/Text/Rect[150 10 170 30]/Contents(Please call)/T(Li)/NM(n1)/M(D:20261101120000Z)/F 28/C[1 1 0]/Name/Comment>>"
)
QUADS = b"/Rect[20 95 60 112]/QuadPoints[20 112 60 112 20 95 60 95]"


def commented(good: bytes, *notes: bytes, keep: bytes = rb"/Annots \[") -> bytes:
    """Return ``good`` with a revision that adds ``notes`` to its first page."""
    number, text = objects(good)["page"]
    new = spare(good)
    references = b" ".join(b"%d 0 R" % one for one in range(new, new + len(notes)))
    if b"/Annots" in text:
        text = re.sub(keep, lambda found: found[0] + b" " + references + b" ", text)
    else:
        text = text.rstrip()[:-2] + b"/Annots[" + references + b"]>>"
    return append(good, {number: text, **dict(enumerate(notes, new))})


def permitted(data: bytes) -> None:
    verdict = judge(data)
    assert (verdict.bottom_line, verdict.integrity) == ("valid", "intact"), verdict
    assert "comments_changed" in verdict.reasons
    assert "fields_changed" not in verdict.reasons
    assert {one.changes_after for one in verdict.signatures} <= {"permitted", "none"}
    assert "comments" in verdict.signatures[0].followed


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        b"<</Type/Annot/Subtype/Highlight/C[1 1 0]/Contents(Is this right?)%b>>" % QUADS,
        b"<</Subtype/Underline/C[1 0 0]%b>>" % QUADS,
        b"<</Subtype/Squiggly%b>>" % QUADS,
    ],
    ids=["note", "highlight", "underline", "squiggly"],
)
def test_a_comment_is_permitted_and_told(note):
    permitted(commented(certified(MDPPerm.ANNOTATE), note))


def test_a_note_with_its_window_and_an_answer():
    good = certified(MDPPerm.ANNOTATE)
    new, page = spare(good), objects(good)["page"][0]
    note = NOTE[:-2] + b"/P %d 0 R/Popup %d 0 R>>" % (page, new + 1)
    window = b"<</Type/Annot/Subtype/Popup/Rect[0 0 100 80]/Parent %d 0 R/Open false>>" % new
    answer = NOTE[:-2] + b"/IRT %d 0 R/RT/R/StateModel(Review)/State(Accepted)>>" % new
    permitted(commented(good, note, window, answer))


def test_a_comment_is_changed_and_taken_away_again():
    good = certified(MDPPerm.ANNOTATE)
    number, _ = objects(good)["page"]
    one = commented(good, NOTE)
    permitted(append(one, {spare(good): NOTE.replace(b"Please call", b"Done")}))
    permitted(append(one, {number: objects(good)["page"][1]}))
    permitted(commented(one, NOTE.replace(b"n1", b"n2")))


def test_a_comment_that_was_signed_may_be_answered_changed_and_taken_away():
    body = hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    good = hanko.sign(commented(body, NOTE), certify=MDPPerm.ANNOTATE)
    number, text = objects(good)["page"]
    permitted(append(good, {spare(body): NOTE.replace(b"Please call", b"Done")}))
    permitted(append(good, {number: text.replace(b"%d 0 R" % spare(body), b"")}))


def test_a_comment_between_two_signatures():
    one = commented(certified(MDPPerm.ANNOTATE), NOTE)
    both = hanko.sign(one, "Sig2")
    permitted(both)
    permitted(commented(both, NOTE.replace(b"n1", b"n2")))


def test_the_list_of_annotations_is_an_object():
    body = hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    number, text = objects(body)["page"]
    listed = re.search(rb"/Annots (\[.*?\])", text)[1]
    new = spare(body)
    good = hanko.sign(append(body, {number: text.replace(listed, b"%d 0 R" % new), new: listed}), certify=MDPPerm.ANNOTATE)
    note = spare(good)
    now = re.search(rb"\n%d 0 obj\s*(\[.*?\])" % new, good[len(body) + 400 :], re.DOTALL)[1]
    more = now[:-1] + b" %d 0 R]" % note
    permitted(append(good, {new: more, note: NOTE}))
    permitted(append(good, {number: objects(good)["page"][1].replace(b"%d 0 R" % new, b"%d 0 R" % (note + 1)), note: NOTE, note + 1: more}))
    refused(append(good, {new: now.replace(b" R", b" R %d 0 R" % note, 1)[:-1] + b" 4 0 R]", note: NOTE}), "change_forbidden")


def test_only_a_signature_is_added_where_comments_are_permitted():
    verdict = judge(hanko.sign(certified(MDPPerm.ANNOTATE), "Sig2"))
    assert verdict.bottom_line == "valid"
    assert "comments_changed" not in verdict.reasons


@pytest.mark.parametrize(
    "make",
    [partial(certified, MDPPerm.NO_CHANGES), partial(certified, MDPPerm.FILL_FORMS), foreign, sealed],
    ids=["no changes", "fill forms", "approval", "own"],
)
def test_a_comment_where_none_is_permitted(make):
    refused(commented(make(), NOTE), "change_forbidden")


EVIL = {
    "action": NOTE[:-2] + b"/A<</S/URI/URI(https://example.com)>>>>",
    "script": NOTE[:-2] + b"/A<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
    "additional action": NOTE[:-2] + b"/AA<</E<</S/JavaScript/JS(1)>>>>>>",
    "appearance": NOTE[:-2] + b"/AP<</N 4 0 R>>>>",
    "large note": NOTE.replace(b"[150 10 170 30]", b"[0 0 200 200]"),
    "wide note": NOTE.replace(b"[150 10 170 30]", b"[20 100 120 112]"),
    "hidden": NOTE.replace(b"/F 28", b"/F 2"),
    "not printed differently": NOTE.replace(b"/F 28", b"/F 32"),
    "own icon": NOTE.replace(b"/Comment", b"/Nine"),
    "rich text with a link": NOTE[:-2] + b"/RC(<p><a href='x'>9</a></p>)>>",
    "layer": NOTE[:-2] + b"/OC 4 0 R>>",
    "field": NOTE[:-2] + b"/FT/Tx/V(9)>>",
    "indirect text": NOTE.replace(b"(Please call)", b"4 0 R"),
    "window of another": NOTE[:-2] + b"/Popup 4 0 R>>",
    "another page": NOTE[:-2] + b"/P 4 0 R>>",
    "dark highlight": b"<</Subtype/Highlight/C[0 0 0]%b>>" % QUADS,
    "highlight of no colour": b"<</Subtype/Highlight%b>>" % QUADS,
    "high highlight": b"<</Subtype/Highlight/C[1 1 0]/Rect[0 0 200 200]/QuadPoints[0 200 200 200 0 0 200 0]>>",
    "words struck out": b"<</Subtype/StrikeOut%b>>" % QUADS,
    "line": b"<</Subtype/Line/L[20 100 60 100]/Rect[20 90 60 110]>>",
    "ink": b"<</Subtype/Ink/InkList[[20 100 60 100]]/Rect[20 90 60 110]>>",
    "square": b"<</Subtype/Square/IC[1 1 1]/Rect[20 90 60 110]>>",
    "link": b"<</Subtype/Link/Rect[20 90 60 110]>>",
    "file": b"<</Subtype/FileAttachment/Rect[20 90 40 110]>>",
    "stream": NOTE + b"\nstream\n\nendstream",
}


@pytest.mark.parametrize("note", EVIL.values(), ids=EVIL.keys())
def test_an_annotation_that_is_more_than_a_comment(note):
    refused(commented(certified(MDPPerm.ANNOTATE), note), "change_forbidden", "stream_length", "tail")


def test_nothing_else_travels_with_a_comment():
    good = certified(MDPPerm.ANNOTATE)
    number, text = objects(good)["page"]
    content, _ = objects(good)["content"]
    new = spare(good)
    listed = re.sub(rb"/Annots \[", b"/Annots [ %d 0 R " % new, text)
    permitted(append(good, {number: listed, new: NOTE}))
    refused(append(good, {number: listed.replace(b"200 200", b"200 100", 1), new: NOTE}), "change_forbidden")
    refused(append(good, {number: listed, new: NOTE, content: b"<</Length 0>>\nstream\n\nendstream"}), "change_forbidden")
    widget = re.search(rb"/Annots \[ (\d+ 0 R)", text)[1]
    refused(append(good, {number: listed.replace(widget, b"", 1), new: NOTE}), "change_forbidden")
    refused(append(good, {number: listed.replace(b"%d 0 R" % new, b"%d 0 R %d 0 R" % (new, new)), new: NOTE}), "change_forbidden")
    refused(append(good, {number: listed.replace(b"%d 0 R" % new, b"%d 0 R" % content), new: NOTE}), "change_forbidden")


def test_an_annotation_that_is_no_comment_stays_when_comments_are_permitted():
    body = hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    stamp = b"<</Type/Annot/Subtype/FreeText/Rect[20 20 120 40]/Contents(not valid above 100)/DA(/F1 9 Tf)/F 4>>"
    good = hanko.sign(commented(body, stamp), certify=MDPPerm.ANNOTATE)
    number, text = objects(good)["page"]
    place = spare(body)
    refused(append(good, {number: text.replace(b"%d 0 R" % place, b"")}), "change_forbidden")
    refused(append(good, {place: stamp.replace(b"100)", b"900)")}), "change_forbidden")
    refused(append(good, {place: NOTE}), "change_forbidden")


def drawn(content: bytes, box: bytes = b"16 94 64 116", more: bytes = b"") -> bytes:
    return b"<</Type/XObject/Subtype/Form/BBox[%b]%b/Length %d>>\nstream\n%b\nendstream" % (box, more, len(content), content)


def looking(kind: bytes, *looks: bytes) -> bytes:
    """Return a file with an annotation whose appearance is ``looks[0]``, to which the others, objects 901 and on, belong."""
    good = certified(MDPPerm.ANNOTATE)
    number, text = objects(good)["page"]
    text = re.sub(rb"/Annots \[", b"/Annots [ 900 0 R ", text)
    return append(good, {number: text, 900: kind[:-2] + b"/AP<</N 901 0 R>>>>", **dict(enumerate(looks, 901))})


WORDS = b"/Rect[16 94 64 116]/QuadPoints[20 112 60 112 20 98 60 98]>>"
HIGHLIGHT = b"<</Type/Annot/Subtype/Highlight/F 4/C[1 1 0]/Contents(Is this right?)/RC(<p>Is this right?</p>)" + WORDS
UNDERLINE = b"<</Type/Annot/Subtype/Underline/F 4/C[1 0 0]" + WORDS
ICON = b"<</Type/Annot/Subtype/Text/Name/Note/F 4/C[1 1 0]/Rect[150 30 168 50]/Contents(Please call)>>"
MULTIPLY = b"/Resources<</ExtGState<</G<</Type/ExtGState/BM/Multiply/AIS false>>>>>>"
NESTED = b"/Resources<</ExtGState<</G<</BM/Multiply>>>>/XObject<</F 902 0 R>>>>"
MARKED = b"1 1 0 rg 20 98 m 16.5 101.5 16.5 108.5 20 112 c 60 112 l 63.5 108.5 63.5 101.5 60 98 c f"
NOTED = b"/DeviceRGB cs 1 1 0 sc .61 w 1 1 16 18 re 4.5 5.7 m 12.5 5.7 l 4.5 8.5 m 12.5 8.5 l B"


@pytest.mark.parametrize(
    "make",
    [
        partial(looking, HIGHLIGHT, drawn(b"/G gs " + MARKED, more=MULTIPLY)),
        partial(looking, HIGHLIGHT, drawn(b"/G gs /F Do", more=NESTED), drawn(MARKED, more=b"/Group<</S/Transparency>>")),
        partial(looking, HIGHLIGHT, drawn(b"/G gs " + MARKED, more=MULTIPLY.replace(b"/BM/Multiply", b"/ca .4"))),
        partial(looking, UNDERLINE, drawn(b"1 0 0 RG 1 w 20 100 m 60 100 l S")),
        partial(looking, ICON, drawn(NOTED, b"0 0 18 20")),
    ],
    ids=["highlight", "nested highlight", "thin highlight", "underline", "note"],
)
def test_a_comment_with_an_appearance_as_programs_write_it(make):
    permitted(make())


NINES = b"<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
DISGUISED = {
    "covers": partial(looking, HIGHLIGHT, drawn(MARKED)),
    "covers, isolated": partial(looking, HIGHLIGHT, drawn(b"/G gs " + MARKED, more=MULTIPLY + b"/Group<</S/Transparency/I true>>")),
    "white over words": partial(looking, HIGHLIGHT, drawn(MARKED.replace(b"1 1 0", b"1 1 1"))),
    "dark": partial(looking, HIGHLIGHT, drawn(b"/G gs " + MARKED.replace(b"1 1 0", b".2 .2 0"), more=MULTIPLY)),
    "a digit": partial(looking, HIGHLIGHT, drawn(b"/G gs 1 1 0 rg 62 98 2 14 re f", more=MULTIPLY)),
    "a line through words": partial(looking, UNDERLINE, drawn(b"0 g 20 105 m 60 105 l S")),
    "a thick line": partial(looking, UNDERLINE, drawn(b"12 w 20 100 m 60 100 l S")),
    "a short line": partial(looking, UNDERLINE, drawn(b"20 100 m 24 100 l S")),
    "text": partial(looking, ICON, drawn(NOTED + b" BT /F1 9 Tf (9) Tj ET", b"0 0 18 20", b"/Resources" + NINES)),
    "a white note": partial(looking, ICON, drawn(NOTED.replace(b"1 1 0 sc", b"1 1 1 sc"), b"0 0 18 20")),
    "a note of lines": partial(looking, ICON, drawn(b"9 1 m 9 19 l S", b"0 0 18 20")),
    "white on the note": partial(looking, ICON, drawn(NOTED + b" 1 g 1 1 16 18 re f", b"0 0 18 20")),
    "a layer": partial(looking, ICON, drawn(NOTED, b"0 0 18 20", b"/OC 4 0 R")),
    "a picture": partial(looking, ICON, drawn(NOTED + b" /I Do", b"0 0 18 20", b"/Resources<</XObject<</I 4 0 R>>>>")),
    "another page's content": partial(looking, ICON, drawn(NOTED, b"0 0 18 20", b"/PieceInfo<</X 4 0 R>>")),
    "endless": partial(looking, ICON, drawn(NOTED + b" /F Do", b"0 0 18 20", b"/Resources<</XObject<</F 901 0 R>>>>")),
    "forms without number": partial(
        looking,
        ICON,
        *(drawn(b"/F Do " * 999 + NOTED, b"0 0 18 20", b"/Resources<</XObject<</F %d 0 R>>>>" % (902 + at)) for at in range(3)),
        drawn(b"", b"0 0 18 20"),
    ),
    "not there": partial(looking, ICON),
    "states": partial(looking, ICON[:-2] + b"/AS/On>>", drawn(NOTED, b"0 0 18 20")),
    "a window with a look": partial(looking, b"<</Subtype/Popup/Rect[0 0 18 20]>>", drawn(NOTED, b"0 0 18 20")),
}


@pytest.mark.parametrize("make", DISGUISED.values(), ids=DISGUISED.keys())
def test_an_appearance_that_covers_or_adds_words(make):
    refused(make(), "change_forbidden")


def test_an_appearance_that_was_signed_as_content_stays():
    body = hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    number, text = objects(body)["page"]
    text = text.rstrip()[:-2] + b"/Annots[900 0 R]>>"
    note = ICON[:-2] + b"/AP<</N 901 0 R>>>>"
    words = drawn(b"BT /F1 9 Tf (not valid) Tj ET", b"0 0 18 20", b"/Resources" + NINES)
    good = hanko.sign(append(body, {number: text, 900: note, 901: words}), certify=MDPPerm.ANNOTATE)
    number, text = objects(good)["page"]
    refused(append(good, {number: text.replace(b"900 0 R", b"")}), "change_forbidden")
