"""Known families of attacks by what is added behind a signature, or hidden before it to be shown later; each made anew.

Families: as in test_attacks.py; "Shadow Attacks" (2021), "Breaking the Specification: PDF Certification" (2021).
"""

from __future__ import annotations

import io
import re
import zlib

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pdf.attacked import certified, every, evil_content, foreign, judge, objects, refused, spare
from tests.core.pdf.mutants import append, startxref
from tests.core.pdf.test_longterm import data as validation_data
from tests.core.pdf.test_longterm import timestamped
from tests.core.pki import NOW, Pki, pki, sealed
from vermilion.core.pdf.keys import doubled_key
from vermilion.core.pdf.longterm import add_validation_data, prepare_timestamp
from vermilion.core.pdf.signing import Prepared, empty_place, finish
from vermilion.core.pdf.verify import verify_pdf

# Incremental saving


@every
@pytest.mark.parametrize("listed", [None, []], ids=["listed", "empty_table"])
@pytest.mark.parametrize("what", ["page", "catalog", "content"])
def test_an_object_replaced_later(make, what, listed):
    number, text = objects(make())[what]
    changes = {"page": text.rstrip()[:-2] + b"/Rotate 180>>", "catalog": text.rstrip()[:-2] + b"/PageMode/FullScreen>>"}
    body = changes.get(what, evil_content())
    refused(append(make(), {number: body}, listed=listed), "change_forbidden", "tail")


@every
def test_no_table_at_all_behind_new_objects(make):
    number, text = objects(make())["page"]
    for tail in (
        b"%d 0 obj\n%b\nendobj\n" % (number, text),
        b"trailer\n<</Root 1 0 R>>\n",
        b"startxref\n%d\n%%%%EOF\n" % startxref(make()),
    ):
        refused(make() + tail, "tail", "damaged")


@every
@pytest.mark.parametrize(
    "entry",
    [
        b"/OpenAction <</S/JavaScript/JS(app.alert(1))>>",
        b"/AA <</WC <</S/JavaScript/JS(1)>>>>",
        b"/Names <</JavaScript <</Names[(a) <</S/JavaScript/JS(1)>>]>>>>",
        b"/OCProperties <</OCGs[] /D <<>>>>",
        b"/PageLabels <</Nums[0 <</P(x)>>]>>",
        b"/AF []",
        b"/Lang (xx)",
        b"/NeedsRendering true",
    ],
)
def test_a_catalog_that_acts(make, entry):
    number, text = objects(make())["catalog"]
    key = entry.split()[0]
    text = re.sub(key + rb" (?:\[[^\]]*\]|\([^)]*\)|<<(?:[^<>]|<<[^<>]*>>)*>>|\d+ 0 R)", b"", text)
    refused(append(make(), {number: text.rstrip()[:-2] + entry + b">>"}), "change_forbidden", "active_content", "optional_content")


@every
def test_an_attachment_exchanged(make):
    with pikepdf.open(io.BytesIO(make())) as pdf:
        streams = [one.objgen[0] for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    for number in streams[:6]:
        verdict = judge(append(make(), {number: evil_content()}))
        # The look of a text field is what filling in may change; a foreign file stays whole and says so, an own one has no such field.
        assert verdict.bottom_line != "valid" or ("fields_changed" in verdict.reasons and make is not sealed), verdict


@every
def test_another_catalog(make):
    _, text = objects(make())["catalog"]
    number = spare(make())
    bad = append(make(), {number: text})
    refused(bad.replace(bad[bad.rindex(b"/Root") :].split(b"/Prev")[0], b"/Root %d 0 R" % number))


@every
def test_an_object_freed(make):
    number, _ = objects(make())["page"]
    bad = append(make(), {})
    refused(bad.replace(b"0000000000 65535 f \ntrailer", b"0000000000 65535 f \n%d 1\n0000000000 00001 f \ntrailer" % number))


@every
def test_a_length_that_ends_elsewhere_later(make):
    good = make()
    found = re.search(rb"/Length (\d+)(?! 0 R)", good)
    refused(good[: found.start(1)] + b"1".rjust(len(found[1]), b"0") + good[found.end(1) :])


# Shadow attacks


def shadowed(extra: bytes) -> bytes:
    """A foreign file that holds ``extra`` in front of its signature."""
    body = hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return hanko.sign(body[: body.index(b"xref\n0")] + extra + _shifted(body, len(extra)))


def _shifted(body: bytes, by: int) -> bytes:
    start = startxref(body)
    return body[start:].replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + by))


def test_a_second_object_of_the_same_number_hidden_before_signing():
    number, _ = objects(hanko.page(form=True))["page"]
    hidden = b"%d 0 obj\n<</Type/Page/MediaBox[0 0 5 5]>>\nendobj\n" % number
    refused(shadowed(hidden), "duplicate_object", "hidden_object")


def test_a_key_that_stands_twice_behind_a_string_of_brackets():
    """The string ends the dictionary and begins another for whoever does not count its brackets: two /Contents, one meaning too many."""
    body = hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    number, text = objects(body)["page"]
    note = b"/Note (>> << ((((x)))))"
    assert judge(hanko.sign(append(body, {number: text.rstrip()[:-2] + note + b">>"}))).bottom_line == "valid"
    refused(hanko.sign(append(body, {number: text.rstrip()[:-2] + note + b"/Contents 1 0 R>>"})), "duplicate_key", "damaged")
    assert doubled_key(b"<</A(>><<((((x)))))/A 2>>")
    assert not doubled_key(b"<</A(/B/B((((x)))))/B 2>>")


def test_hide_and_replace_by_a_table_that_points_back():
    number = 77
    bad = shadowed(b"%d 0 obj\n<</Type/Page/MediaBox[0 0 5 5]>>\nendobj\n" % number)
    refused(bad, "hidden_object")
    good = foreign()
    page, _ = objects(good)["page"]
    place = good.index(b"1 0 obj")
    bad = append(good, {})
    refused(bad.replace(b" f \ntrailer", b" f \n%d 1\n%010d 00000 n \ntrailer" % (page, place)))


def test_shadow_replace_through_a_field():
    """P=2 and approval signatures permit it by definition: the file stays whole, and says what was filled in."""
    for make in (foreign, certified):
        with pikepdf.open(io.BytesIO(make())) as pdf:
            field = pdf.Root.AcroForm.Fields[0]
            number, look = field.objgen[0], field.AP.N.objgen[0]
            text = field.unparse(resolved=True).replace(b"(100)", b"(900)")
        stream = b"<</Type/XObject/Subtype/Form/BBox[0 0 100 20]/Length 39>>\nstream\n/Tx BMC BT /F1 9 Tf (900) Tj ET EMC     \nendstream"
        stream = stream.replace(b"39", b"%d" % (stream.index(b"\nendstream") - stream.index(b"stream\n") - 7))
        verdict = judge(append(make(), {number: text, look: stream}))
        assert verdict.bottom_line != "valid" or "fields_changed" in verdict.reasons, verdict
    strict = certified(MDPPerm.NO_CHANGES)
    refused(append(strict, {number: text, look: stream}), "change_forbidden")


def test_a_reference_that_meant_nothing_when_it_was_signed():
    """The signed page names an annotation that does not exist; it is made later, as an object that nothing new refers to."""
    body = hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    number, text = objects(body)["page"]
    prepared = append(body, {number: text.rstrip()[:-2] + b"/Annots [ 150 0 R ] >>"})
    good = hanko.sign(prepared)
    note = b"<</Type/Annot/Subtype/FreeText/Rect[0 0 200 200]/Contents(evil)/DA(/F1 9 Tf)>>"
    refused(append(good, {150: note}), "change_forbidden")


# Certified documents: evil annotation, sneaky signature


@every
@pytest.mark.parametrize("kind", [b"FreeText", b"Stamp", b"Redact", b"Widget", b"Text"])
def test_an_annotation_added_later(make, kind):
    number, text = objects(make())["page"]
    new = spare(make())
    note = b"<</Type/Annot/Subtype/%b/Rect[0 0 200 200]/Contents(evil)/F 4>>" % kind
    text = (
        re.sub(rb"/Annots \[", b"/Annots [ %d 0 R " % new, text) if b"/Annots" in text else text.rstrip()[:-2] + b"/Annots[%d 0 R]>>" % new
    )
    refused(append(make(), {number: text, new: note}), "change_forbidden")


@pytest.mark.parametrize("kind", [b"FreeText", b"Stamp", b"Redact"])
def test_an_annotation_that_hides_content_even_where_comments_are_permitted(kind):
    good = certified(MDPPerm.ANNOTATE)
    number, text = objects(good)["page"]
    new = spare(good)
    text = re.sub(rb"/Annots \[", b"/Annots [ %d 0 R " % new, text)
    refused(append(good, {number: text, new: b"<</Type/Annot/Subtype/%b/Rect[0 0 200 200]/F 4>>" % kind}), "change_forbidden")


def test_a_seal_hidden_by_its_flags():
    good = foreign()
    number, text = objects(good)["annotation1"]
    for flags in (b"/F 2", b"/F 6", b"/F 32"):
        refused(append(good, {number: re.sub(rb"/F \d+", flags, text)}), "change_forbidden")


def test_an_empty_signature_field_that_draws_over_the_page():
    """Approval signatures permit a field for the next signer; nobody signed what it shows."""
    good = foreign()
    (root, catalog), (page, text), new = objects(good)["catalog"], objects(good)["page"], spare(good)
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Next)/F 132/Rect[0 0 200 200]/P %d 0 R>>" % page
    listed = {root: catalog.replace(b"/Fields [", b"/Fields [ %d 0 R" % new), page: text.replace(b"/Annots [", b"/Annots [ %d 0 R" % new)}
    assert judge(append(good, {**listed, new: field})).bottom_line == "valid"
    words = b"BT /F1 30 Tf 20 100 Td (1000000) Tj ET"
    look = b"<</Type/XObject/Subtype/Form/BBox[0 0 200 200]/Length %d>>\nstream\n%b\nendstream" % (len(words), words)
    refused(append(good, {**listed, new: field[:-2] + b"/AP<</N %d 0 R>>>>" % (new + 1), new + 1: look}), "change_forbidden")
    refused(append(good, {**listed, new: field[:-2] + b"/MK<</BG[1]>>>>"}), "change_forbidden")


def test_another_title_of_a_foreign_file_is_told():
    good = foreign()
    titled = append(good, {spare(good): b"<</Title(Policy of 1000000)>>"}, trailer=b"/Info %d 0 R" % spare(good))
    verdict = judge(titled)
    assert "properties_changed" in verdict.reasons
    assert verdict.signatures[0].followed == ("properties",)
    dated = append(good, {spare(good): b"<</ModDate(D:20261101120000Z)/Producer(Writer 2)>>"}, trailer=b"/Info %d 0 R" % spare(good))
    assert "properties_changed" not in judge(dated).reasons


def test_a_stranger_signs_behind_a_sealed_file():
    prepared = prepare_timestamp(sealed())
    pdf = prepared.pdf.replace(b"/Type /DocTimeStamp", b"/Type /Sig         ")
    start, end = empty_place(pdf)
    forged = Prepared((pdf[:start],), pdf[end:])
    stranger = Pki()
    refused(stranger.complete(forged, stranger.person()), "new_field", "change_forbidden")


def test_a_copy_of_the_catalog_alone_behind_a_sealed_file():
    number, text = objects(sealed())["catalog"]
    refused(append(sealed(), {number: text}), "change_forbidden")


# Later validation data that carry more


def longterm() -> bytes:
    return add_validation_data(sealed(), validation_data())


def test_validation_data_and_renewals_are_fine():
    kept = timestamped(longterm())
    for good in (longterm(), kept, timestamped(kept)):
        assert judge(good).bottom_line == "valid", judge(good)


@pytest.mark.parametrize("what", ["page", "unused", "copy", "metadata"])
def test_validation_data_that_carry_an_object_more(what):
    good = longterm()
    number, text = objects(good)["page"]
    smuggled = {
        "page": {number: text.replace(b"/Type /Page", b"/Rotate 90 /Type /Page", 1)},
        "unused": {spare(good): b"<</Evil true>>"},
        "copy": {number: text},
        "metadata": {spare(good): b"<</Title(x)>>"},
    }[what]
    bad = append(good, smuggled, trailer=b"/Info %d 0 R" % spare(good) if what == "metadata" else b"")
    refused(bad)
    refused(timestamped(bad))


def test_a_strangers_timestamp_in_place_of_ours():
    stranger = Pki()
    prepared = prepare_timestamp(sealed())
    bad = finish(prepared, stranger.client().token(prepared.digest).der)
    verdict = verify_pdf(bad, trust=pki().trust, now=NOW)
    assert "timestamp_untrusted" in verdict.reasons
    wrong = finish(prepared, stranger.client().token(bytes(32)).der)
    refused(wrong, "digest")


# Streams of cross-references


def test_a_stream_of_references_that_points_into_an_old_object_stream():
    good = hanko.sign(hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.generate))
    with pikepdf.open(io.BytesIO(good)) as pdf:
        page = pdf.pages[0].obj.objgen[0]
    holder = int(re.search(rb"(\d+) 0 obj\s*<<[^>]*/ObjStm", good)[1])
    number, start = spare(good), len(good)
    row = bytes([2]) + holder.to_bytes(4, "big") + (0).to_bytes(2, "big")
    own = bytes([1]) + start.to_bytes(4, "big") + bytes(2)
    packed = zlib.compress(row + own)
    root = re.findall(rb"/Root (\d+ 0 R)", good)[-1]
    head = b"%d 0 obj\n<</Type/XRef/W[1 4 2]/Index[%d 1 %d 1]/Size %d/Root %b/Prev %d/Filter/FlateDecode/Length %d>>\nstream\n" % (
        number, page, number, number + 1, root, startxref(good), len(packed)
    )  # fmt: skip
    bad = good + head + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    refused(bad, "tail")
