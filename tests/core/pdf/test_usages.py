"""Searching for usages only where they can be finds the same as searching everywhere, in work that grows with the file and not faster."""

from __future__ import annotations

import io
from functools import cache

import pikepdf
import pytest

from tests.core.pdf import hanko
from tests.core.pdf.attacked import objects, spare
from tests.core.pdf.mutants import append
from tests.core.pdf.test_comments import NOTE
from tests.core.pki import NOW, pki, sealed
from vermilion.core.pdf.dissecting import dissect
from vermilion.core.pdf.general import judge
from vermilion.core.pdf.reader import Reader


@cache
def linked(pages: int, *, streams: bool = False) -> bytes:
    """A file whose pages share a font and link to each other in a ring, with one picture each, signed twice."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    for number in range(pages):
        one = pdf.add_blank_page(page_size=(200, 200))
        picture = pdf.make_stream(b"q Q", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 1, 1])
        one.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(X=picture))
        one.Contents = pdf.make_stream(b"BT /F1 12 Tf 20 100 Td (%d) Tj ET /X Do" % number)
    for number, one in enumerate(pdf.pages):
        target = pikepdf.Array([pdf.pages[number - 1].obj, pikepdf.Name.Fit])
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], Dest=target)
        one.Annots = pikepdf.Array([pdf.make_indirect(link)])
    out = io.BytesIO()
    pdf.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode[("disable", "generate")[streams]])
    return hanko.sign(hanko.sign(out.getvalue()), "Sig2")


def changed(data: bytes) -> bytes:
    number, text = objects(data)["page"]
    return append(data, {number: text.replace(b"200 200", b"200 100", 1), spare(data): NOTE})


@pytest.mark.parametrize(
    "make",
    [
        lambda: linked(4),
        lambda: linked(4, streams=True),
        lambda: changed(linked(4)),
        lambda: hanko.sign(hanko.page(form=True)),
        lambda: changed(sealed()),
    ],
    ids=["tables", "streams", "page", "field", "own"],
)
def test_the_same_usages_are_found_as_everywhere(make):
    anatomy = dissect(make())
    quick, everywhere = Reader(anatomy), Reader(anatomy)
    found = 0
    for revision in range(quick.xrefs.total_revisions - 1):
        some, whole = quick.get_historical_resolver(revision), everywhere.get_historical_resolver(revision)
        whole._leading = lambda: range(10_000)
        some._load_reverse_xref_cache()
        whole._load_reverse_xref_cache()
        for later in range(revision + 1, quick.xrefs.total_revisions):
            for reference in quick.xrefs.explicit_refs_in_revision(later):
                assert some._get_usages_of_ref(reference) == whole._get_usages_of_ref(reference)
                found += len(whole._get_usages_of_ref(reference))
    assert found


def test_what_leads_to_nothing_replaced_is_not_read():
    """Each page once, for the tree; none of the other objects that hang on the pages."""
    anatomy = dissect(linked(60))
    reader = Reader(anatomy)
    verdicts = judge(anatomy, pki().trust, NOW)
    assert [one.integrity for one in verdicts] == ["intact", "intact"]
    old = reader.get_historical_resolver(1)
    old._load_reverse_xref_cache()
    assert len(anatomy.layout.objects) > 240
    assert len(old.cache) < 90
