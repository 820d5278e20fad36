"""Reading PDF syntax strictly, and appending one revision that other programs read as we meant it."""

from __future__ import annotations

import io
import random

import pikepdf
import pytest

from tests.core.pki import NOW, PLACES, document, picture
from vermilion.core.pdf import signing, syntax
from vermilion.core.pdf.errors import NotSignable, PdfError
from vermilion.core.pdf.fields import Place, add_signature_fields
from vermilion.core.pdf.pictures import read_picture
from vermilion.core.pdf.revision import Revision
from vermilion.core.pdf.syntax import SyntaxFault

DEEP = b"<</A" + b"[<</B" * 9 + b" 1 0 R" + b">>]" * 9 + b">>"


@pytest.mark.parametrize(
    ("raw", "entries"),
    [
        (b"<<>>", {}),
        (b"<</A/B/C 1 0 R/D[1 0 R 2]/E(x)>>", {b"/A": b"/B", b"/C": b"1 0 R", b"/D": b"[1 0 R 2]", b"/E": b"(x)"}),
        (
            b"<< /A <</B<feff>>> /C (a (nested \\) ) 1 0 R) /D null >>",
            {b"/A": b"<</B<feff>>>", b"/C": b"(a (nested \\) ) 1 0 R)", b"/D": b"null"},
        ),
        (b"<</Rn 1/R 2>>", {b"/Rn": b"1", b"/R": b"2"}),
        (DEEP, {b"/A": DEEP[4:-2]}),
    ],
)
def test_a_dictionary_is_opened_one_level_deep(raw, entries):
    assert syntax.dictionary(raw) == entries
    assert syntax.dictionary(syntax.write_dictionary(entries)) == entries


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<<",
        b"<</A>>",
        b"<</A 1/A 2>>",
        b"<<1/A>>",
        b"<</A[1>>",
        b"<</A(x>>",
        b"[1]",
        b"<</A <<1 ] >> >>",
        b"<</A %c\n1>>",
        b"<</A[<4x]>>",
    ],
)
def test_what_is_no_plain_dictionary_is_a_fault(raw):
    with pytest.raises(SyntaxFault):
        syntax.dictionary(raw)


def test_references_are_found_and_look_alikes_left_alone():
    assert syntax.cut_at_references(b"<</A 12 0 R/B(3 0 R)/C[4 0 R 5 0]/D/6 0>>") == [b"<</A ", 12, b"/B(3 0 R)/C[", 4, b" 5 0]/D/6 0>>"]


@pytest.mark.parametrize("text", ["Seal", "投保人", "a(b", "\\", "𬱖", ""])
def test_text_comes_back_as_it_went(text):
    assert syntax.text(syntax.write_text(text)) == text


def test_text_of_other_writers():
    assert syntax.text(b"(a\\(b\\)\\101\\n)") == "a(b)A\n"
    assert syntax.text(b"(\\376\\377b\\225)") == "投"


@pytest.mark.parametrize(("value", "written"), [(0, b"0"), (10.0, b"10"), (-1.5, b"-1.5"), (1e-9, b"0"), (1e7, b"10000000")])
def test_numbers_have_no_exponent(value, written):
    assert syntax.write_number(value) == written


def saved(**options) -> bytes:
    with pikepdf.open(io.BytesIO(document())) as pdf:
        out = io.BytesIO()
        pdf.save(out, **options)
        return out.getvalue()


@pytest.mark.parametrize(
    ("pdf", "word"),
    [
        (saved(object_stream_mode=pikepdf.ObjectStreamMode.generate), "classic"),
        (saved(encryption=pikepdf.Encryption(owner="o", user="", aes=True, R=4)), "encrypted"),
        (document().replace(b"trailer\n<<", b"trailer\n<</XRefStm 9", 1), "hybrid"),
        (document()[: document().rindex(b"startxref")] + b"startxref\n7\n%%EOF\n", "table"),
        (document().replace(b"/Type/Catalog", b"/Type/CatalogX", 1), "classic"),
    ],
)
def test_files_of_another_make_are_not_signed(pdf, word):
    with pytest.raises(NotSignable, match=word):
        signing.prepare(pdf, field=Place("Seal", 0, (0, 0, 50, 50)), at=NOW)


def test_cross_references_that_go_in_a_circle_end():
    table = document().rindex(b"xref\n0 ")
    with pytest.raises(NotSignable, match="circle"):
        Revision(document().replace(b"trailer\n<<", b"trailer\n<</Prev %d" % table, 1))


def test_any_damage_ends_in_one_kind_of_error():
    """Whatever byte is changed, the file is refused as not signable, or what comes out begins with what went in."""
    chance = random.Random(7)
    shown = add_signature_fields(document(), PLACES)
    positions = [chance.randrange(len(shown)) for _ in range(300)] + list(range(len(shown) - 900, len(shown), 7))
    for position in positions:
        damaged = bytearray(shown)
        damaged[position] = chance.randrange(256)
        try:
            prepared = signing.prepare(bytes(damaged), field="policyholder", at=NOW, picture=picture())
        except PdfError:
            continue
        assert prepared.pdf.startswith(bytes(damaged))


def test_other_programs_read_the_appended_revision():
    revision = Revision(document())
    number = revision.add_stream({}, b"q Q")
    revision.update(revision.root_number, {**revision.root, b"/Ours": b"%d 0 R" % number})
    with pikepdf.open(io.BytesIO(revision.finished())) as pdf:
        assert pdf.Root.Ours.read_bytes() == b"q Q"
        assert len(pdf.pages) == 3


def test_a_picture_is_one_page_from_zero():
    found = read_picture(picture())
    assert (found.width, found.height) == (100, 100)
    for bad in (b"", b"%PDF-1.7", picture().replace(b"/MediaBox[0 0", b"/MediaBox[1 0", 1)):
        with pytest.raises(PdfError):
            read_picture(bad)
