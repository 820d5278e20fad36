"""What people hold instead of a signed PDF is recognised by what it is, whatever it is called."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
import typst
import zxingcpp
from PIL import Image

from tests.core.pki import document, sealed
from vermilion.core.typeset import codes, recognising
from vermilion.core.typeset.fonts import FOLDER
from vermilion.core.typeset.recognising import Nature, recognise

LINK = "https://policy.example.cn/v/0123456789ABCDEF"


def picture(format: str, *, link: str = LINK, size: int = 4) -> bytes:
    """Return a photo-like picture that shows a QR code among other things."""
    code = Image.fromarray(zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode).to_image(scale=size)).convert("RGB")
    sheet = Image.new("RGB", (900, 700), (236, 231, 224))
    sheet.paste(code, (500, 60))
    target = io.BytesIO()
    sheet.save(target, format)
    return target.getvalue()


def pdf_of(picture_bytes: bytes) -> bytes:
    """Return what a scanner makes: a page that is one picture."""
    target = io.BytesIO()
    Image.open(io.BytesIO(picture_bytes)).save(target, "PDF")
    return target.getvalue()


def printed(producer: str = "Skia/PDF m120", creator: str = "Chromium") -> bytes:
    """Return a page with text and our code as a browser prints it."""
    code = codes.qr_svg(LINK).replace('"', '\\"')
    source = f'#set text(font: "Noto Sans SC")\n保单 0123-4567-89AB-CDEF #image(bytes("{code}"), width: 30mm)'
    made = typst.compile(source.encode(), font_paths=[str(FOLDER)], ignore_system_fonts=True)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        with pdf.open_metadata() as metadata:
            metadata.clear()
        pdf.docinfo["/Producer"], pdf.docinfo["/Creator"] = producer, creator
        pdf.save(out)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_and_the_code_in_it(format):
    assert recognise(picture(format)) == Nature("picture", links=(LINK,))


def test_a_torn_or_huge_picture_is_still_a_picture(monkeypatch):
    whole = picture("PNG")
    for data in (whole[:200], whole[:8], whole[: len(whole) // 2]):
        assert recognise(data).kind == "picture"
    monkeypatch.setattr(recognising, "MOST_PIXELS", 1000)
    assert recognise(whole) == Nature("picture")


def test_what_is_no_pdf():
    heic = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00" + bytes(100)
    for data, expected in [
        (b"", Nature("empty")),
        (heic, Nature("heic")),
        (b"\x00\x00\x00\x20ftypisom" + bytes(50), Nature("other")),
        (zipped("a.pdf", "folder/B.PDF", "notes.txt"), Nature("archive", pdfs=2)),
        (zipped("OFD.xml", "Doc_0/Document.xml"), Nature("ofd")),
        (zipped("OFD.xml", "Doc_0/Document.xml", "Doc_0/Signs/Signatures.xml"), Nature("ofd_signed")),
        (zipped("[Content_Types].xml", "word/document.xml"), Nature("office")),
        (b"PK\x03\x04 torn", Nature("archive")),
        (b"Rar!\x1a\x07\x00", Nature("archive")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), Nature("office")),
        (b"<html>%PDF</html>", Nature("other")),
        (b"hello", Nature("other")),
    ]:
        assert recognise(data) == expected, data[:20]


def test_pdfs_without_a_usable_signature():
    scan = recognise(pdf_of(picture("PNG")))
    assert (scan.kind, scan.links) == ("scan", (LINK,))
    browser = recognise(printed())
    assert browser == Nature("print", maker="Chromium · Skia/PDF m120", links=(LINK,), printed_codes=("0123-4567-89AB-CDEF",))
    assert recognise(printed("WPS Office", "WPS 文字")).kind == "resaved"
    assert recognise(printed("GPL Ghostscript 10", ""), signature_removed=True).kind == "resaved"
    assert recognise(document()).kind == "pdf"
    assert recognise(sealed()[:5000]).kind in ("pdf", "print"), "half a file is drawn as far as it goes, or not at all"
    assert recognise(b"%PDF-1.7\nnothing").kind == "pdf"


def test_what_a_file_says_of_itself_is_bounded_and_harmless():
    odd = recognise(printed("x" * 5000, "<script>\x00\u202e"))
    assert len(odd.maker) <= recognising.LONGEST_MAKER
    assert odd.maker.isprintable()
