"""What a file is that bears no signature to judge: a picture, a scan, a print, an archive … and which check codes can be seen in it.

Run in a child process, like everything that looks into foreign files. What a file says of itself (``maker``) is a hint and never a proof.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
import zipfile
from dataclasses import dataclass, replace
from typing import Literal

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp
from PIL import Image, UnidentifiedImageError

Kind = Literal["empty", "picture", "heic", "ofd", "ofd_signed", "archive", "office", "scan", "print", "resaved", "pdf", "other"]

PAGES_LOOKED_AT = 3
"""Our codes stand on the first page; a scan may begin with a cover sheet."""
CODE_DPI = 150
LONGEST_SIDE = 3000  # pixels in which codes are searched; a telephone's photo has 4000 and loses nothing that matters
MOST_PIXELS = 120_000_000  # larger pictures are refused before memory is spent on them
MOST_MEMBERS = 2000  # entries of an archive that are looked at
MOST_CODES = 4
LONGEST_CODE = 300
LONGEST_MAKER = 60
IMAGE_COVERS = 0.7  # of a page's area: below, a page has a picture; above, it is one

_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PRINTED_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}(?![0-9A-Z-])")
# Words in /Producer and /Creator by which programs name themselves.
_PRINTERS = re.compile(
    r"print to pdf|quartz pdfcontext|skia/pdf|chromium|cups|ghostscript|pdfcreator|pdf printer|acrobat distiller|wkhtml|bullzip", re.I
)
_OFFICES = re.compile(r"\bwps\b|kingsoft|金山|microsoft.{0,3} (word|excel|powerpoint|office)|libreoffice|openoffice", re.I)
_pdfium = threading.Lock()


@dataclass(frozen=True)
class Nature:
    """``kind`` with what was found on the way.

    ``maker``: the program that the file names, or empty. ``links``: texts of the QR codes that were seen. ``printed_codes``: sixteen
    characters in groups of four that stand in the text as our verification codes do. ``pdfs``: how many PDFs an archive holds.
    """

    kind: Kind
    maker: str = ""
    links: tuple[str, ...] = ()
    printed_codes: tuple[str, ...] = ()
    pdfs: int = 0


def recognise(data: bytes, *, signature_removed: bool = False) -> Nature:
    """Say what kind of file ``data`` is. ``signature_removed``: the verifier saw traces of a former signature. Never raises."""
    if not data:
        return Nature("empty")
    try:
        if data[4:8] == b"ftyp":
            return Nature("heic" if data[8:12] in _HEIC else "other")
        if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
            return Nature("picture", links=_codes_of_picture(data))
        if data.startswith(_OLE):
            return Nature("office")
        if data.startswith(_ARCHIVES):
            return _archive(data)
        if b"%PDF-" in data[:1024]:
            return _pdf(data, signature_removed=signature_removed)
    except MemoryError:
        raise
    except Exception:  # foreign bytes
        return Nature("other")
    return Nature("other")


def _codes_of_picture(data: bytes) -> tuple[str, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes that are bounded below
            picture = Image.open(io.BytesIO(data))
            if picture.width * picture.height > MOST_PIXELS:
                return ()
            picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return read_codes(picture.convert("L"))
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return ()  # a torn picture is still a picture


def read_codes(picture: Image.Image) -> tuple[str, ...]:
    """Return the texts of the QR codes in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    texts = (one.text for one in found if one.valid and len(one.text) <= LONGEST_CODE)
    return tuple(dict.fromkeys(texts))[:MOST_CODES]


def _archive(data: bytes) -> Nature:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()[:MOST_MEMBERS]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return Nature("archive")
    lowered = [name.lower() for name in names]
    if "ofd.xml" in lowered:
        signed = any(name.endswith(("signatures.xml", "signature.xml", "signedvalue.dat")) for name in lowered)
        return Nature("ofd_signed" if signed else "ofd")
    if "[content_types].xml" in lowered:
        return Nature("office")
    return Nature("archive", pdfs=sum(name.endswith(".pdf") for name in lowered))


def _pdf(data: bytes, *, signature_removed: bool) -> Nature:
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError:
            return Nature("resaved" if signature_removed else "pdf")
        try:
            maker = _maker(document)
            found = Nature("pdf", maker=maker)
            pages = [document[index] for index in range(min(len(document), PAGES_LOOKED_AT))]
            texts = [_text(page) for page in pages]
            scanned = [_is_picture(page, text) for page, text in zip(pages, texts, strict=True)]
            links = tuple(dict.fromkeys(link for page in pages for link in read_codes(_drawn(page))))[:MOST_CODES]
            codes = tuple(dict.fromkeys(code for text in texts for code in _PRINTED_CODE.findall(text.upper())))[:MOST_CODES]
            found = replace(found, links=links, printed_codes=codes)
        finally:
            document.close()
    if signature_removed:
        return replace(found, kind="resaved")
    if pages and all(scanned):
        return replace(found, kind="scan")
    if _OFFICES.search(maker):
        return replace(found, kind="resaved")
    return replace(found, kind="print") if _PRINTERS.search(maker) else found


def _maker(document: pypdfium2.PdfDocument) -> str:
    named = [document.get_metadata_value(key) for key in ("Creator", "Producer")]
    words = " · ".join(dict.fromkeys(name.strip() for name in named if name.strip()))
    return "".join(character for character in words if character.isprintable())[:LONGEST_MAKER]


def _text(page: pypdfium2.PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_range(0, min(textpage.count_chars(), 20_000)))
    finally:
        textpage.close()


def _is_picture(page: pypdfium2.PdfPage, text: str) -> bool:
    """Tell whether a page is a picture, with or without the invisible text that scanners add; a white page is none."""
    covered = _covered(page)
    return covered >= IMAGE_COVERS or (covered > 0 and not text.strip())


def _covered(page: pypdfium2.PdfPage) -> float:
    """Return the part of the page's area under its largest picture, 0 to 1."""
    width, height = page.get_size()
    largest = 0.0
    for number, item in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2)):
        if number >= 200:
            break
        left, bottom, right, top = item.get_bounds()
        largest = max(largest, (right - left) * (top - bottom))
    return largest / (width * height) if width > 0 and height > 0 else 0.0


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    scale = min(CODE_DPI / 72, LONGEST_SIDE / max(*page.get_size(), 1))
    return page.render(scale=scale, grayscale=True).to_pil().convert("L")
