"""What was really signed, taken out of a file that was changed afterwards."""

from __future__ import annotations

from tests.core.pdf.mutants import append
from tests.core.pdf.test_verify import forged_page, signed
from tests.core.pki import NOW, PLACES, document, pki, sealed
from vermilion.core.pdf.fields import add_signature_fields
from vermilion.core.pdf.signed_revision import last_signed_revision


def found(data: bytes):
    return last_signed_revision(data, trust=pki().trust, now=NOW)


def test_the_sealed_bytes_come_back_from_a_changed_file():
    number, page = forged_page(sealed())
    for bad in (append(sealed(), {number: page}), append(sealed(), {number: page}, listed=[]), sealed() + b"junk", sealed()):
        revision = found(bad)
        assert revision.pdf == sealed()
        assert (revision.signature.own, revision.signature.trusted, revision.signature.field) == (True, True, "Seal")


def test_the_last_of_two_signatures_is_meant():
    number, page = forged_page(signed())
    revision = found(append(signed(), {number: page}))
    assert (revision.pdf, revision.signature.signer) == (signed(), "张三")


def test_a_first_signature_survives_a_change_between_the_two():
    first = pki().sign(add_signature_fields(document(), PLACES), "policyholder")
    number, page = forged_page(first)
    second = pki().sign(append(first, {number: page}), "insured", close=True)
    assert found(second).pdf == first


def test_nothing_intact_gives_nothing():
    broken = sealed().replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert found(broken) is None
    assert found(document()) is None
    assert found(b"/ByteRange [0 1 2 3]") is None
