"""Another program's timestamp behind an own signature is good; nothing may be smuggled along with it."""

from __future__ import annotations

import io
import re
from functools import cache

import pytest
from asn1crypto import tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from tests.core.pdf.attacked import evil_content, objects, spare
from tests.core.pdf.mutants import append
from tests.core.pdf.test_longterm import data as validation_data
from tests.core.pdf.test_longterm import timestamped
from tests.core.pdf.test_verify import signed
from tests.core.pki import NOW, Pki, pki, sealed
from tests.core.stamper import Stamper
from vermilion.core.pdf import rewritten
from vermilion.core.pdf.longterm import add_validation_data
from vermilion.core.pdf.verify import verify_pdf


class StrangeStamper(TimeStamper):
    """Asks an authority that nobody here trusts."""

    other = Pki()

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self.other.tsa.respond(req.dump(), now=NOW))


def stamp(data: bytes, stamper: TimeStamper | None = None) -> bytes:
    """Return ``data`` with pyHanko's document timestamp, which also rewrites /Info, the XMP, /Extensions and a page's /Annots."""
    return bytes(PdfTimeStamper(stamper or Stamper()).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), "sha256").getvalue())


@cache
def stamped() -> bytes:
    return stamp(sealed())


def judge(data: bytes):
    return verify_pdf(data, trust=pki().trust, now=NOW)


def good(data: bytes) -> None:
    verdict = judge(data)
    assert (verdict.bottom_line, verdict.integrity) == ("valid", "intact"), (verdict.reasons, verdict.signatures)


def refused(data: bytes) -> None:
    verdict = judge(data)
    assert verdict.bottom_line == "invalid", verdict
    assert verdict.integrity in ("altered", "broken", "not_whole"), verdict


def test_a_strangers_timestamp_is_good():
    good(stamped())
    good(stamp(stamped()))
    good(stamp(signed()))
    good(stamp(timestamped(add_validation_data(sealed(), validation_data()))))


def test_our_own_proofs_may_follow_it():
    good(add_validation_data(stamped(), validation_data()))
    good(timestamped(add_validation_data(stamped(), validation_data())))


def test_it_must_be_trusted_whole_and_the_last():
    refused(stamp(sealed(), StrangeStamper()))
    for byte in (b"/Contents <30", b"/ModDate (D\\07220", b"pyHanko 0"):
        place = stamped().rindex(byte) + len(byte)
        bad = bytearray(stamped())
        bad[place] ^= 1
        refused(bytes(bad))
    refused(append(stamped(), {}))
    refused(append(stamped(), {spare(stamped()): b"<</Nothing 1>>"}))


def numbers() -> dict[str, int]:
    trailer = sealed()[sealed().rindex(b"trailer") :]
    catalog = objects(sealed())["catalog"][1]
    return {"info": int(re.search(rb"/Info (\d+)", trailer)[1]), "metadata": int(re.search(rb"/Metadata (\d+)", catalog)[1])}


def info() -> bytes:
    """Return the information as typst wrote it."""
    return re.findall(rb"\n%d 0 obj\s*(<<.*?>>)\s*endobj" % numbers()["info"], sealed(), re.S)[-1]


def xmp() -> bytes:
    return re.findall(rb"<\?xpacket begin.*?<\?xpacket end=.r.\?>", sealed(), re.S)[-1]


def with_info(body: bytes) -> bytes:
    """Return the file with other information in front of a good timestamp."""
    return stamp(append(sealed(), {numbers()["info"]: body}, trailer=b"/Info %d 0 R" % numbers()["info"]))


def with_xmp(content: bytes, head: bytes = b"/Type/Metadata/Subtype/XML") -> bytes:
    body = b"<<%b/Length %d>>\nstream\n%b\nendstream" % (head, len(content), content)
    return stamp(append(sealed(), {numbers()["metadata"]: body}, trailer=b"/Info %d 0 R" % numbers()["info"]))


def test_the_way_by_hand_is_good_where_it_should_be():
    good(with_info(info()))
    good(with_info(info()[:-2] + b"/Producer (Some program 1.0)>>"))
    good(with_xmp(xmp()))
    good(with_xmp(xmp().replace(b"</rdf:Description>", b"<pdf:Producer>x</pdf:Producer></rdf:Description>")))


@pytest.mark.parametrize(
    "change",
    [
        lambda old: old[:-2] + b"/Title (Another policy)>>",
        lambda old: old[:-2] + b"/Author (Somebody)>>",
        lambda old: old[:-2] + b"/Producer [(a)]>>",
        lambda old: old[:-2] + b"/Producer (a\\nb)>>",
        lambda old: old[:-2] + b"/Producer (%b)>>" % (b"a" * 300),
        lambda old: re.sub(rb"/ModDate\s*\([^)]*\)", b"/ModDate (yesterday)", old),
        lambda old: re.sub(rb"/ModDate\s*\([^)]*\)", b"", old),
        lambda old: re.sub(rb"/CreationDate\s*\(D:1970", b"/CreationDate (D:1980", old),
        lambda old: re.sub(rb"/Creator\s*\(Typst", b"/Creator (Other", old),
        lambda _: b"<<>>",
    ],
)
def test_other_information_is_refused(change):
    assert change(info()) != info()
    refused(with_info(change(info())))


@pytest.mark.parametrize(
    "change",
    [
        lambda old: old.replace(b"<pdfaid:part>3", b"<pdfaid:part>2"),
        lambda old: old.replace(b"<rdf:li>en</rdf:li>", b"<rdf:li>zh</rdf:li>"),
        lambda old: old.replace(b"</rdf:Description>", b"<dc:title>Another policy</dc:title></rdf:Description>"),
        lambda old: old.replace(b"</rdf:Description>", b"<xmp:ModifyDate>1971-01-01T00:00:00Z</xmp:ModifyDate></rdf:Description>"),
        lambda old: old.replace(b"<xmp:ModifyDate>1970", b"<xmp:ModifyDate>some day 1970"),
        lambda old: old.replace(b"<dc:format>application/pdf</dc:format>", b""),
        lambda old: old.replace(b'rdf:about=""', b'rdf:about="urn:other"'),
        lambda old: old.replace(b"<x:xmpmeta", b"<!DOCTYPE x [<!ENTITY e 'pdf'>]><x:xmpmeta"),
        lambda _: b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        lambda _: b"not even XML",
    ],
)
def test_other_metadata_is_refused(change):
    assert change(xmp()) != xmp()
    bad = with_xmp_only(change(xmp()))
    refused(bad)


def with_xmp_only(content: bytes) -> bytes:
    """Return the same by a stamper that leaves the metadata as they are (pyHanko can't read all of them)."""
    body = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%b\nendstream" % (len(content), content)
    changed = append(sealed(), {numbers()["metadata"]: body}, trailer=b"/Info %d 0 R" % numbers()["info"])
    return timestamped(changed)


def test_metadata_without_change_is_good_under_our_own_stamp():
    good(with_xmp_only(xmp()))


def test_metadata_in_another_stream_is_refused():
    for head in (b"/Type/Metadata/Subtype/XML/F (other.xmp)", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"):
        body = b"<<%b/Length %d>>\nstream\n%b\nendstream" % (head, len(xmp()), xmp())
        refused(timestamped(append(sealed(), {numbers()["metadata"]: body}, trailer=b"/Info %d 0 R" % numbers()["info"])))


def smuggled() -> dict[str, bytes]:
    """Return files with something else in the revision in front of a good timestamp, or in the timestamp's own."""
    good_file, parts = sealed(), objects(sealed())
    keep = b"/Info %d 0 R" % numbers()["info"]
    (catalog, root), (page, first), (content, _) = (parts[name] for name in ("catalog", "page", "content"))
    new = spare(good_file)
    note = b"<</Type/Annot/Subtype/FreeText/Rect[20 20 180 60]/Contents(paid)/DA(/Helv 20 Tf)/F 4>>"
    files = {
        "annotation": {new: note, page: first[:-2] + b"/Annots [%d 0 R]>>" % new},
        "content": {content: evil_content()},
        "media_box": {page: re.sub(rb"/MediaBox \[[^]]*\]", b"/MediaBox [0 0 100 100]", first)},
        "action": {catalog: root[:-2] + b"/OpenAction [%d 0 R /Fit]>>" % page},
        "layers": {catalog: root[:-2] + b"/OCProperties <</OCGs []/D <<>>>>>>"},
        "names": {catalog: root[:-2] + b"/Names <</JavaScript <</Names []>>>>>>"},
        "extensions": {catalog: root[:-2] + b"/Extensions <</ESIC %d 0 R>>>>" % new, new: b"<</BaseVersion/1.7/ExtensionLevel 1>>"},
        "extension_more": {catalog: root[:-2] + b"/Extensions <</ESIC <</BaseVersion/1.7/ExtensionLevel 1/JS(x)>>>>>>"},
        "orphan": {new: note},
        "copy": {page: first},
    }
    found = {name: append(good_file, changed, trailer=keep) for name, changed in files.items()}
    found["other_info"] = append(good_file, {new: b"<</Title (Another policy)>>"}, trailer=b"/Info %d 0 R" % new)
    found["info_of_another_kind"] = append(good_file, {}, trailer=b"/Info %d 0 R" % page)
    return found


@pytest.mark.parametrize("name", list(smuggled()))
def test_nothing_is_smuggled_along(name):
    refused(timestamped(smuggled()[name]))
    refused(stamp(smuggled()[name]))


def test_a_visible_field_is_no_timestamp():
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed()))
    append_signature_field(writer, SigFieldSpec("Shown", box=(20, 20, 120, 60)))
    out = io.BytesIO()
    writer.write(out)
    refused(stamp(out.getvalue()))
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed()))
    append_signature_field(writer, SigFieldSpec("Shown", box=(20, 20, 120, 60)))
    refused(bytes(PdfTimeStamper(Stamper(), field_name="Shown").timestamp_pdf(writer, "sha256").getvalue()))


def test_what_a_stamper_rewrites_is_nothing_without_its_timestamp():
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed()))
    writer.set_info(writer.trailer.raw_get("/Info"))
    writer.update_root()
    writer.write(out)
    assert out.getvalue() != sealed()
    refused(out.getvalue())


@pytest.mark.parametrize(
    "body",
    [
        "<a/>",
        "<rdf:Description>text</rdf:Description>",
        '<rdf:Description><dc:x rdf:parseType="Literal"><b/></dc:x></rdf:Description>',
        "<rdf:Description><dc:x><rdf:Bag/><rdf:Bag/></dc:x></rdf:Description>",
        "<rdf:Description><dc:x><rdf:Bag>a<rdf:li>b</rdf:li></rdf:Bag></dc:x></rdf:Description>",
        '<rdf:Description dc:x="1"><dc:x>2</dc:x></rdf:Description>',
        '<rdf:Description dc:x="1"/><rdf:Description dc:x="1"/>',
    ],
)
def test_metadata_that_are_no_plain_xmp(body):
    head = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    with pytest.raises(SuspiciousModification):
        rewritten.properties(f"{head}{body}</rdf:RDF></x:xmpmeta>".encode())
