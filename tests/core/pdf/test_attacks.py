"""Known families of attacks on signed PDFs, each made anew on own and on pyHanko-signed files. None may come out valid.

Families: Mladenov et al., "1 Trillion Dollar Refund" (universal forgery, incremental saving, wrapping, 2019), "Shadow Attacks" (2021),
"Breaking the Specification: PDF Certification" (evil annotation, sneaky signature, 2021).
"""

from __future__ import annotations

import io
import re
import zlib
from functools import cache

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pdf.mutants import append, startxref
from tests.core.pdf.test_longterm import data as validation_data
from tests.core.pdf.test_longterm import timestamped
from tests.core.pki import NOW, Pki, document, pki, sealed
from vermilion.core.pdf.anatomy import doubled_key
from vermilion.core.pdf.longterm import add_validation_data, prepare_timestamp
from vermilion.core.pdf.signing import finish, read_prepared
from vermilion.core.pdf.verify import verify_pdf


def judge(data: bytes):
    return verify_pdf(data, trust=pki().trust, now=NOW, integrity_only=True)


def refused(data: bytes, *codes: str) -> None:
    verdict = judge(data)
    assert verdict.bottom_line != "valid", verdict
    if codes:
        assert set(codes) & set(verdict.reasons), verdict.reasons


@cache
def foreign() -> bytes:
    """A foreign approval signature over a classic file with a text field."""
    return hanko.sign(hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable), visible=True)


@cache
def certified(permission: MDPPerm = MDPPerm.FILL_FORMS) -> bytes:
    return hanko.sign(hanko.page(form=True, object_stream_mode=pikepdf.ObjectStreamMode.disable), certify=permission)


FILES = {"own": sealed, "foreign": foreign, "certified": certified}
every = pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())


def objects(data: bytes) -> dict[str, tuple[int, bytes]]:
    """Return number and text of catalog, first page, its content and its first annotation."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0].obj
        content = page.Contents if isinstance(page.Contents, pikepdf.Stream) else page.Contents[0]
        found = {"catalog": pdf.Root, "page": page}
        for index, note in enumerate(page.get("/Annots", [])):
            found[f"annotation{index}"] = note
        result = {name: (one.objgen[0], one.unparse(resolved=True)) for name, one in found.items()}
        return result | {"content": (content.objgen[0], b"")}


def spare(data: bytes) -> int:
    return max(int(value) for value in re.findall(rb"/Size (\d+)", data))


def evil_content() -> bytes:
    text = b"BT /F1 30 Tf 20 100 Td (1000000) Tj ET"
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(text), text)


@every
def test_the_files_are_good(make):
    assert judge(make()).bottom_line == "valid", judge(make())


# Universal forgery


@every
@pytest.mark.parametrize(
    "new",
    [
        b"[]",
        b"[0 1 2]",
        b"null",
        b"[0 -1 2 3]",
        b"[-1 1 1 1]",
        b"[0 1 2 3 4 5]",
        b"[0 0 0 0]",
        b"[1 5 9 9]",
        b"[(0) 1 2 3]",
        b"[0 9.5 20 9]",
    ],
)
def test_a_byte_range_that_is_none(make, new):
    old = re.findall(rb"/ByteRange ?\[[^\]]*\]", make())[-1]
    refused(make().replace(old, (b"/ByteRange " + new).ljust(len(old))))


@every
@pytest.mark.parametrize("new", [b"<>", b"null", b"<00>", b"()", b"<zz>"])
def test_contents_that_are_none(make, new):
    old = re.findall(rb"/Contents ?<[0-9a-fA-F]{1000,}>", make())[-1]
    refused(make().replace(old, (b"/Contents " + new).ljust(len(old))))
    refused(make().replace(old, b"/Contentz" + old[9:]))


# Wrapping


@every
def test_the_signed_bytes_moved_to_the_end(make):
    """The second part is shifted, and something else stands where it stood."""
    good = make()
    found = list(re.finditer(rb"/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) *\]", good))[-1]
    start, end, rest = (int(one) for one in found.groups())
    moved = len(good) + 500
    new = (b"/ByteRange [0 %d %d %d]" % (start, moved, rest)).ljust(found.end() - found.start())
    bad = good[: found.start()] + new[: found.end() - found.start()] + good[found.end() : end]
    middle = b">>\nendobj\n" + evil_content().join((b"99 0 obj\n", b"\nendobj\n"))
    refused((bad + middle).ljust(moved, b" ") + good[end:])


@every
def test_a_gap_that_is_wider_than_contents(make):
    good = make()
    found = list(re.finditer(rb"/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) *\]", good))[-1]
    start, end, rest = (int(one) for one in found.groups())
    for numbers in ((start - 1, end, rest), (start, end + 1, rest - 1), (start + 1, end, rest), (start, end - 1, rest + 1)):
        new = (b"/ByteRange [0 %d %d %d]" % numbers).ljust(found.end() - found.start())[: found.end() - found.start()]
        refused(good[: found.start()] + new + good[found.end() :])


@every
@pytest.mark.parametrize("key", [b"/ByteRange [0 1 2 3]", b"/Contents <30>", b"/Cont#65nts <30>", b"/Byte#52ange [0 1 2 3]"])
def test_a_key_that_stands_twice(make, key):
    good = make()
    place = re.search(rb"/SubFilter ?/ETSI", good)
    refused(good[: place.start()] + key + good[place.start() :])


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
    forged = read_prepared(prepared.pdf.replace(b"/Type /DocTimeStamp", b"/Type /Sig         "))
    stranger = Pki()
    refused(stranger.complete(forged, stranger.person()), "new_field", "change_forbidden")


def test_a_copy_of_the_catalog_alone_behind_a_sealed_file():
    number, text = objects(sealed())["catalog"]
    refused(append(sealed(), {number: text}), "change_forbidden")


# CMS


def test_several_signers_and_none():
    found = re.search(rb"/Contents ?<([0-9a-fA-F]{1000,})>", foreign())
    raw = bytes.fromhex(found[1].decode())
    for bad in (
        raw.replace(bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701"), 1),
        b"\x30\x00",
        raw[20:],
        b"\x30" * 4000,
    ):
        digits = bad.hex().encode()[: len(found[1])].ljust(len(found[1]), b"0")
        refused(foreign()[: found.start(1)] + digits + foreign()[found.end(1) :])


def test_an_old_signature_in_a_new_file():
    """A genuine CMS of the insurer, taken out of one policy and put into another."""
    other = pki().seal(document(), slices=False)
    contents = re.compile(rb"/Contents <([0-9a-f]{1000,})>")
    old, place = contents.search(sealed())[1], contents.search(other)
    refused(other[: place.start(1)] + old + other[place.end(1) :], "digest")


# Polyglots


@every
@pytest.mark.parametrize("front", [b"<html>", b"GIF89a", b"MZ\x90\x00", b"%!PS\n", b"%PDF-1.3\n"])
def test_another_format_in_front(make, front):
    refused(front + make())


@every
def test_another_format_or_file_behind(make):
    for tail in (b"PK\x05\x06" + bytes(18), b"<script>", b"%PDF-1.7\n%%EOF\n", document(), b"\n%comment\n"):
        refused(make() + tail)


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
