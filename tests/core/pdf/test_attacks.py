"""Known families of attacks on what was signed, each made anew on own and on pyHanko-signed files. None may come out valid.

Families: Mladenov et al., "1 Trillion Dollar Refund" (universal forgery, incremental saving, wrapping, 2019), "Shadow Attacks" (2021),
"Breaking the Specification: PDF Certification" (evil annotation, sneaky signature, 2021).
"""

from __future__ import annotations

import re

import pikepdf
import pytest

from tests.core.pdf import hanko
from tests.core.pdf.attacked import every, evil_content, foreign, judge, refused, spare
from tests.core.pdf.mutants import append
from tests.core.pki import document, pki, sealed


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


# What was signed is not what is shown: content outside the file, or another picture for the printer


PICTURE = b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"


def signed_with(entries: bytes) -> bytes:
    """Return a foreign file that was signed with one more stream in it."""
    body = hanko.page(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return hanko.sign(append(body, {spare(body): b"<<%b/Length 1>>\nstream\n0\nendstream" % entries}))


@pytest.mark.parametrize(
    "entries",
    [
        b"/F (other.txt)",
        b"/F<</Type/Filespec/F(other.txt)>>/FFilter/FlateDecode",
        b"/#46 (other.txt)",
        FORM + b"/Ref<</F(other.pdf)/Page 0>>",
        FORM + b"/OPI<</2.0<</F(other.tif)>>>>",
        PICTURE + b"/Alternates[<</Image 1 0 R/DefaultForPrinting true>>]",
    ],
)
def test_content_that_was_not_signed_is_not_vouched_for(entries):
    refused(signed_with(entries), "content_elsewhere")


@pytest.mark.parametrize("entries", [FORM + b"/Resources<</Font<</F 1 0 R/Ref 1 0 R>>>>", PICTURE, b"/Filter[]", b"/Fs#20 (x)"])
def test_streams_with_all_their_data_in_the_file_are_good(entries):
    assert judge(signed_with(entries)).bottom_line == "valid"
