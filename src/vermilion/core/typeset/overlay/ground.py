"""The file under the values: what all documents of a plan have byte for byte, and the objects that each has of its own."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .content import File, stream
from .errors import NoPlan
from .plan import Ground, Piece

if TYPE_CHECKING:
    from .learning import Specimen

HEADER = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
_LENGTH = re.compile(rb"^<</Length \d+|/Size \d+")
_TITLE = re.compile(rb"/Title<FEFF([0-9A-F]*)>")


def lay(
    first: Specimen,
    second: Specimen,
    one: File,
    other: File,
    contents: dict[int, bytes],
    drawn: set[int],
    explained: Callable[[str, str], tuple[Piece, ...]],
) -> Ground:
    """Return the ground of two documents. ``contents``: the pages' fixed content; ``drawn``: indices of pages that get more.

    Raises NoPlan when other objects than texts, fonts, title, moments, identifiers and the attached data differ.
    """
    metadata, attachment = _only(one, b"/Type/Metadata"), _only(one, b"/Type/EmbeddedFile")
    own = {one.info, metadata, attachment}
    unlike = own | _text_objects(one) | contents.keys()
    if one.objects.keys() != other.objects.keys() or any(one.objects[key] != other.objects[key] for key in one.objects.keys() - unlike):
        raise NoPlan("objects differ beyond text")
    title = _title(one), _title(other)
    stand_ins = {"title": title[0].encode(), "document": one.ids[0], "instance": one.ids[1], **moments(first.at)}
    xml = stream(one.objects[metadata])
    theirs = {"title": title[1].encode(), "document": other.ids[0], "instance": other.ids[1], **moments(second.at)}
    if renamed(xml[1], stand_ins, theirs) != stream(other.objects[metadata])[1] or renamed(
        _TITLE.sub(b"", one.objects[one.info]), stand_ins, theirs
    ) != _TITLE.sub(b"", other.objects[other.info]):
        raise NoPlan("the description of the file differs in more than title, moments and identifiers")
    pages = []
    rewritten = set()
    for index, page in enumerate(one.pages):
        if index in drawn:
            rewritten.add(page.number)
            found = re.fullmatch(rb"<<(.*?)/Resources (\d+) 0 R(.*)/Contents (\d+ 0 R)>>", page.entries)
            if found is None:
                raise NoPlan("a page is written in another way")
            pages.append((page.number, found[1] + found[3], one.objects[int(found[2])], found[4]))
    body, offsets = bytearray(HEADER), {}
    for number, value in one.objects.items():
        if number in own or number in rewritten:
            continue
        if number in contents:
            value = packed(contents[number])
        offsets[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    return Ground(
        body=bytes(body),
        offsets=offsets,
        pages=tuple(pages),
        fonts=_descriptors(one),
        info=(one.info, one.objects[one.info]),
        metadata=(metadata, _LENGTH.sub(b"", xml[0]), xml[1]),
        attachment=(attachment, _LENGTH.sub(b"", stream(one.objects[attachment])[0])),
        root=one.root,
        size=len(one.objects) + 1,
        title=explained(*title),
        stand_ins=stand_ins,
    )


def moments(at: datetime) -> dict[str, bytes]:
    """Return the creation time as the two places of a file write it."""
    moment = at.astimezone(timezone.utc)
    return {"moment": f"{moment:%Y-%m-%dT%H:%M:%S+00:00}".encode(), "date": f"(D:{moment:%Y%m%d%H%M%S}Z)".encode()}


def renamed(text: bytes, stand_ins: dict[str, bytes], values: dict[str, bytes]) -> bytes:
    """Return ``text`` with the values of one document in the places of another's."""
    for name, stand_in in stand_ins.items():
        text = text.replace(stand_in, values[name])
    return text


def packed(data: bytes) -> bytes:
    """Return ``data`` as the object of a compressed stream."""
    squeezed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(squeezed), squeezed)


def _only(file: File, mark: bytes) -> int:
    found = [number for number, value in file.objects.items() if value.startswith(b"<<") and mark in value[:200]]
    if len(found) != 1:
        raise NoPlan(f"{len(found)} objects with {mark.decode()}")
    return found[0]


def _text_objects(file: File) -> set[int]:
    """Return the numbers of the fonts' objects and of the resources that name them."""
    found: set[int] = set()
    for number, value in file.objects.items():
        if value.startswith((b"<</Type/Font", b"<</ProcSet")):
            found.add(number)
            found |= {int(one) for one in re.findall(rb"/(?:ToUnicode|CIDSet|FontFile2|FontDescriptor) (\d+) 0 R", value)}
            found |= {int(one) for one in re.findall(rb"/DescendantFonts\[(\d+) 0 R\]", value)}
    return found


def _descriptors(file: File) -> dict[str, bytes]:
    found = {}
    for value in file.objects.values():
        if name := re.match(rb"<</Type/FontDescriptor/FontName/[A-Z]{6}\+([\w-]+)(.*?)/CIDSet \d+ 0 R/FontFile2 \d+ 0 R>>", value):
            found[name[1].decode()] = name[2]
    return found


def _title(file: File) -> str:
    found = _TITLE.search(file.objects[file.info])
    if found is None:
        raise NoPlan("the file has no title")
    return bytes.fromhex(found[1].decode()).decode("utf-16-be")


def utf16(text: str) -> bytes:
    """Return ``text`` as typst writes a string of the file's own."""
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()
