"""Sealing and signing, looked at by other people's tools."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from tests.core.pki import NOW, PLACES, Pki, document, picture, pki, sealed
from vermilion.core.pdf import signing
from vermilion.core.pdf.errors import ContentsTooLarge, NotSignable, PdfError
from vermilion.core.pdf.fields import Place, add_signature_fields, empty_fields, field_size, field_spot
from vermilion.core.pdf.revision import Revision
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.typeset.pictures import page_pictures, svg_pdf

needs_pdfsig = pytest.mark.skipif(not shutil.which("pdfsig") or not shutil.which("certutil"), reason="pdfsig or certutil is not installed")
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")


def signed_by_two(maker: Pki | None = None) -> tuple[bytes, bytes, bytes]:
    maker = maker or pki()
    shown = add_signature_fields(document(), PLACES)
    first = maker.sign(shown, "policyholder", name="张三")
    return shown, first, maker.sign(first, "insured", close=True, name="李四")


def test_every_step_only_appends():
    shown, first, second = signed_by_two()
    assert shown.startswith(document())
    assert first.startswith(shown)
    assert second.startswith(first)
    assert sealed().startswith(document())


def test_fields_are_where_the_template_says():
    shown = add_signature_fields(document(), PLACES)
    assert empty_fields(shown) == ["policyholder", "insured"]
    assert field_size(shown, "insured") == (100, 40)
    spot = field_spot(shown, "insured")
    assert (spot.page, spot.left, spot.across, spot.tall) == (2, 20, 100, 40)
    assert spot.top == spot.height - 60  # from the top, as a picture counts
    with pytest.raises(NotSignable):
        field_spot(shown, "nobody")
    with pikepdf.open(io.BytesIO(shown)) as pdf:
        widget = pdf.pages[1].Annots[0]
        assert [float(value) for value in widget.Rect] == [20, 20, 120, 60]
        assert int(widget.F) & 4  # printed, as PDF/A wants it
        assert "/N" in widget.AP
        assert widget.Lock.Action == "/All"


@pytest.mark.parametrize(
    "places", [[PLACES[0], PLACES[0]], [Place("a", 9, (0, 0, 10, 10))], [Place("a", 0, (10, 10, 10, 20))], [Place("a.b", 0, (0, 0, 9, 9))]]
)
def test_impossible_places_are_refused(places):
    with pytest.raises(NotSignable):
        add_signature_fields(document(), places)


def test_the_profile_of_the_signature():
    text = sealed()[len(document()) :]
    assert b"/SubFilter /ETSI.CAdES.detached" in text
    assert re.search(rb"/TransformMethod /DocMDP", text)
    assert re.search(rb"/P 1\b", text)
    contents = re.search(rb"/Contents <([0-9a-f]+)>", text)[1]
    assert len(contents) == signing.CONTENTS_HEX_DIGITS
    assert bytes.fromhex("2a864886f70d010905") not in bytes.fromhex(contents.decode())  # no signingTime attribute


def test_pictures_and_slices_are_seen_on_the_pages():
    def red(pdf: bytes, page: int) -> int:
        opened = pypdfium2.PdfDocument(pdf)
        opened.init_forms()
        pixels = opened[page].render(scale=1).to_numpy()
        opened.close()
        return int(((pixels[..., 0] < 90) & (pixels[..., 2] > 160)).sum())  # BGR

    assert [red(document(), page) for page in range(3)] == [0, 0, 0]
    slices_and_seal = [red(sealed(), page) for page in range(3)]
    assert all(count > 30 for count in slices_and_seal)
    assert slices_and_seal[2] > 3 * slices_and_seal[0]


def test_metadata_and_attachments_stay_as_they_were_shown():
    with pikepdf.open(io.BytesIO(sealed())) as after, pikepdf.open(io.BytesIO(document())) as before:
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()


def test_preparing_twice_gives_the_same_bytes():
    place = Place("Seal", 0, (0, 0, 50, 50))
    assert signing.prepare(document(), field=place, at=NOW).pdf == signing.prepare(document(), field=place, at=NOW).pdf


def test_signed_or_certified_files_take_no_more_than_they_permit():
    place = Place("Other", 0, (0, 0, 50, 50))
    with pytest.raises(NotSignable):
        signing.prepare(sealed(), field=place, at=NOW)
    _, first, second = signed_by_two()
    with pytest.raises(NotSignable):
        signing.prepare(first, field=place, at=NOW, certify=True)
    with pytest.raises(NotSignable):
        signing.prepare(first, field="insured", at=NOW, picture=picture(), slices=signing.Slices())
    with pytest.raises(NotSignable):
        signing.prepare(second, field="insured", at=NOW)
    with pytest.raises(NotSignable):
        signing.prepare(document(), field="nobody", at=NOW)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"no pdf", document()[:3000]])
def test_damaged_files_are_not_signed(pdf):
    with pytest.raises(NotSignable):
        signing.prepare(pdf, field=Place("Seal", 0, (0, 0, 50, 50)), at=NOW)


def test_the_keeper_finds_the_place_by_itself():
    prepared = signing.prepare(document(), field=Place("Seal", 0, (0, 0, 50, 50)), at=NOW)
    assert signing.empty_place(prepared.pdf) == (prepared.start, prepared.end)
    for bad in (
        document(),
        sealed(),
        prepared.pdf + b"\n",
        prepared.pdf.replace(b"/Contents <00", b"/Contents <01"),
        prepared.pdf.replace(b"/Contents <", b"/Contentz <"),
    ):
        with pytest.raises(PdfError):
            signing.empty_place(bad)


def test_the_keeper_signs_nothing_that_lies_in_what_was_shown():
    prepared = signing.prepare(document(), field=Place("Seal", 0, (0, 0, 50, 50)), at=NOW)
    assert signing.empty_place(prepared.pdf[len(document()) :], len(document())) == (prepared.start, prepared.end)
    for begin in (prepared.start, prepared.start + 1, prepared.start - len("/Contents")):
        with pytest.raises(PdfError):
            signing.empty_place(prepared.pdf[begin:], begin)


def test_a_cms_that_does_not_fit_is_refused():
    prepared = signing.prepare(document(), field=Place("Seal", 0, (0, 0, 50, 50)), at=NOW)
    with pytest.raises(ContentsTooLarge):
        signing.finish(prepared, bytes(signing.CONTENTS_HEX_DIGITS))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with files that are as old as the test: other programs look at the clock, and an event certificate lasts minutes."""
    fresh = Pki(datetime.now(timezone.utc).replace(microsecond=0))
    (tmp_path / "root.pem").write_bytes(fresh.root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "sealed.pdf").write_bytes(fresh.seal(document()))
    (tmp_path / "signed.pdf").write_bytes(signed_by_two(fresh)[2])
    return tmp_path


def test_what_is_kept_of_one_document_suits_another_with_other_numbers():
    """The picture and the slices are written once for a number of objects; the same seal goes on files with more and with fewer."""
    longer = Revision(document())
    longer.add_stream({}, b"q Q")
    for shown in (document(), longer.finished(), document()):
        prepared = signing.prepare(
            shown, field=Place("Seal", 2, (80, 100, 180, 200)), at=NOW, certify=True, picture=picture(), slices=signing.Slices()
        )
        assert b"".join(prepared.pieces) == prepared.pdf
        assert prepared.digest == hashlib.sha256(prepared.pdf[: prepared.start] + prepared.pdf[prepared.end :]).digest()
        with pikepdf.open(io.BytesIO(prepared.pdf)) as pdf:
            assert pdf.check_pdf_syntax() == []
            drawn = {page.Resources.XObject["/VermilionSlice"].objgen for page in pdf.pages}
            assert drawn == {pdf.pages[2].Annots[-1].AP.N.Resources.XObject["/Picture"].objgen}
            contents = [b"".join(part.read_bytes() for part in page.Contents) for page in pdf.pages]
            assert all(content.startswith(b"q ") and content.endswith(b"/VermilionSlice Do Q") for content in contents)
            assert len(set(contents)) == 3


def test_a_seal_hides_nothing_printed_below_it():
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(200, 200))
    paper.pages[0].Contents = paper.make_stream(b"0 g 0 0 100 200 re f")
    paper.save(written := io.BytesIO(), static_id=True)
    square = svg_pdf('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#f00" d="M0 0H9V9H0Z"/></svg>', 80, 80)
    prepared = signing.prepare(written.getvalue(), field=Place("Seal", 0, (60, 60, 140, 140)), at=NOW, certify=True, picture=square)
    look = Image.open(io.BytesIO(page_pictures(prepared.pdf, 72)[0]))
    black, red = look.getpixel((80, 100)), look.getpixel((120, 100))
    assert max(black) < 40
    assert red[0] > 200
    assert max(red[1:]) < 60


@needs_pdfsig
def test_pdfsig_finds_them_valid_and_trusted(files):
    def run(*command: str) -> str:
        return subprocess.run(command, cwd=files, check=True, capture_output=True, text=True).stdout

    (files / "nss").mkdir()
    run("certutil", "-N", "-d", "sql:nss", "--empty-password")
    run("certutil", "-A", "-d", "sql:nss", "-n", "root", "-t", "CT,CT,CT", "-i", "root.pem")
    # The seal's certificate names a responder, which nobody runs here; an event certificate names none, and pdfsig needs no telling.
    for name, count, options in (("sealed.pdf", 1, ["-no-ocsp"]), ("signed.pdf", 2, [])):
        said = run("pdfsig", *options, "-nssdir", "sql:nss", name)
        assert said.count("Signature is Valid.") == count, said
        assert said.count("Certificate is Trusted.") == count, said
        assert "ETSI.CAdES.detached" in said


@needs_openssl
@pytest.mark.parametrize("name", ["sealed.pdf", "signed.pdf"])
def test_openssl_accepts_cms_and_token(files, name):
    data = (files / name).read_bytes()
    start, length, second, rest = (int(part) for part in re.findall(rb"/ByteRange\s*\[(\d+) (\d+) (\d+) (\d+)\]", data)[-1])
    (files / "x.bin").write_bytes(data[start : start + length] + data[second : second + rest])
    (files / "x.p7").write_bytes(bytes.fromhex(data[length + 1 : second - 1].decode()))
    command = "openssl cms -verify -inform DER -in x.p7 -content x.bin -binary -CAfile root.pem -purpose any -cades -out /dev/null"
    done = subprocess.run(command.split(), cwd=files, capture_output=True, text=True)
    assert "CAdES Verification successful" in done.stderr, done.stderr


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_qpdf_finds_no_fault(files):
    for name in ("sealed.pdf", "signed.pdf"):
        assert (
            "No syntax or stream encoding errors"
            in subprocess.run(["qpdf", "--check", name], cwd=files, capture_output=True, text=True).stdout
        )


def test_verdict_on_a_good_sealed_file():
    verdict = verify_pdf(sealed(), trust=pki().trust, now=NOW)
    (signature,) = verdict.signatures
    assert (verdict.bottom_line, verdict.integrity, verdict.trusted) == ("valid", "intact", True)
    assert (signature.level, signature.time_source, signature.coverage, signature.trust_class) == (
        "B-T",
        "builtin_tsa",
        "whole_file",
        "trial",
    )
    assert signature.revision_sha256 == hashlib.sha256(sealed()).hexdigest()
    assert signature.signed_at == NOW


def test_verdict_on_two_signers_names_both_in_order():
    _, first, second = signed_by_two()
    verdict = verify_pdf(second, trust=pki().trust, now=NOW)
    assert verdict.bottom_line == "valid"
    assert [(one.signer, one.coverage, one.changes_after, one.followed) for one in verdict.signatures] == [
        ("张三", "revision", "permitted", ("signature",)),
        ("李四", "whole_file", "none", ()),
    ]
    assert verdict.signatures[0].revision_sha256 == hashlib.sha256(first).hexdigest()
