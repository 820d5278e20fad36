"""Signed files that attacks begin with, own and pyHanko's, and what they are made of."""

from __future__ import annotations

import io
import re
from functools import cache

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pki import NOW, pki, sealed
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
