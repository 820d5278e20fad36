"""What was drawn for one document is drawn again for the next: the same bytes as if it were made anew, or made anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.core.pki import NOW, document, picture
from vermilion.core.pdf import repeating, signing
from vermilion.core.pdf.errors import NotSignable
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.revision import Revision
from vermilion.core.pdf.signing import Prepared, Slices

SEAL = Place("Seal", 2, (80, 100, 180, 200))


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    repeating.forget()
    yield
    repeating.forget()


def prepared(pdf: bytes, field: Place = SEAL, slices: Slices | None = Slices()) -> Prepared:  # noqa: B008
    return signing.prepare(pdf, field=field, at=NOW, certify=True, picture=picture(), slices=slices)


def outcome(pdf: bytes) -> bytes:
    """Return the prepared file, or why there is none."""
    try:
        return prepared(pdf).pdf
    except NotSignable as error:
        return str(error).encode()


def moved(pdf: bytes, count: int = 7) -> bytes:
    """The same document with a comment before its objects: everything stands elsewhere."""
    begin = pdf.index(b"1 0 obj")
    table = pdf.rindex(b"xref\n0 ")
    entries = re.sub(rb"(\d{10})(?= 00000 n)", lambda found: b"%010d" % (int(found[1]) + count), pdf[table:])
    entries = entries.replace(b"startxref\n%d" % table, b"startxref\n%d" % (table + count))
    return pdf[:begin] + b"%" + b"x" * (count - 2) + b"\n" + pdf[begin:table] + entries


def counted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that tells of each revision from now on whether it could be repeated."""
    told: list[bool] = []
    repeat = Revision.repeat

    def telling(revision: Revision, written: object) -> bool:
        told.append(repeat(revision, written))  # type: ignore[arg-type]
        return told[-1]

    monkeypatch.setattr(Revision, "repeat", telling)
    return told


def test_the_next_document_gets_the_same_as_if_it_were_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    other = moved(document())
    anew = prepared(other).pdf
    repeating.forget()
    told = counted(monkeypatch)
    first = prepared(document()).pdf
    assert prepared(other).pdf == anew
    assert prepared(document()).pdf == first
    assert told == [True, True]


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf.replace(b"/MediaBox", b"/MediaBax", 1),
        lambda pdf: pdf.replace(b"/Type/Catalog", b"/Typ/Catalogs", 1),
        lambda pdf: pdf.replace(b"/Type/Pages", b"/Typ /Pages", 1),
    ],
)
def test_another_catalog_or_page_is_read_for_itself(change: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    other = change(document())
    assert other != document()
    assert len(other) == len(document())
    anew = outcome(other)
    prepared(document())
    told = counted(monkeypatch)
    assert outcome(other) == anew
    assert told == [False]


def test_every_byte_of_the_table_counts() -> None:
    """Whatever byte of the cross-references is changed: the same answer with and without what is kept."""
    start = document().rindex(b"xref\n0 ")
    for position in range(start, len(document()), 5):
        damaged = bytearray(document())
        damaged[position] ^= 1
        answers = []
        for kept in (False, True):
            repeating.forget()
            if kept:
                prepared(document())
            answers.append(outcome(bytes(damaged)))
        assert answers[0] == answers[1]


def test_another_place_seal_or_slice_is_drawn_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    told = counted(monkeypatch)
    here, there = Place("Seal", 1, (80, 100, 180, 200)), Place("Seal", 1, (80, 100, 180, 201))
    drawn = {prepared(document(), here).pdf, prepared(document(), there).pdf, prepared(document(), here, None).pdf}
    assert len(drawn) == 3
    assert told == []


def test_only_the_last_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "MOST_KEPT", 2)
    for top in (200, 201, 202):
        prepared(document(), Place("Seal", 1, (80, 100, 180, top)))
    assert [key[0][0].box[3] for key in repeating._kept] == [201, 202]  # type: ignore[index]
