"""B-LT and B-LTA: what is added behind a signed file, and that nothing before it changes."""

from __future__ import annotations

import io
from datetime import timedelta
from functools import cache

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.core.pki import NOW, PLACES, der, document, pki, sealed
from vermilion.core.pdf import longterm, signing
from vermilion.core.pdf.errors import NotSignable
from vermilion.core.pdf.fields import Place, add_signature_fields
from vermilion.core.pdf.longterm import ValidationData, add_validation_data, prepare_timestamp, read_validation_data
from vermilion.core.pdf.verify import verify_pdf


@cache
def data() -> ValidationData:
    lists = tuple(one.revocation_list([], number=1, now=NOW).public_bytes(Encoding.DER) for one in (pki().root, pki().issuing))
    return ValidationData(tuple(der(one) for one in (pki().root.certificate, pki().issuing.certificate, pki().tsa_certificate)), lists)


def timestamped(pdf: bytes) -> bytes:
    prepared = prepare_timestamp(pdf)
    return signing.finish(prepared, pki().client().token(prepared.digest).der)


@cache
def signed() -> bytes:
    shown = add_signature_fields(document(), PLACES)
    return pki().sign(pki().sign(shown, "policyholder"), "insured", close=True)


@pytest.mark.parametrize("make", [sealed, signed])
def test_each_level_only_appends_and_the_signature_stays_valid(make):
    known = add_validation_data(make(), data())
    kept = timestamped(known)
    assert known.startswith(make())
    assert kept.startswith(known)
    for later, timestamps in ((known, 0), (kept, 1)):
        verdict = verify_pdf(later, trust=pki().trust, now=NOW)
        assert (verdict.bottom_line, verdict.integrity) == ("valid", "intact"), verdict
        assert sum(one.document_timestamp for one in verdict.signatures) == timestamps
        assert {one.changes_after for one in verdict.signatures} <= {"permitted", "none"}
        assert [one for one in verdict.signatures if not one.document_timestamp][-1].followed == (
            ("timestamp",) if timestamps else ("data",)
        )


def test_renewal_adds_only_what_is_new_and_one_more_timestamp():
    kept = timestamped(add_validation_data(sealed(), data()))
    later = pki().issuing.revocation_list([], number=2, now=NOW + timedelta(days=1)).public_bytes(Encoding.DER)
    renewed = timestamped(add_validation_data(kept, ValidationData(data().certificates, (later,))))
    assert renewed.startswith(kept)
    assert set(read_validation_data(renewed).revocation_lists) == {*data().revocation_lists, later}
    assert sorted(read_validation_data(renewed).certificates) == sorted(data().certificates)
    assert len(longterm.signatures_in(renewed)) == 3
    assert verify_pdf(renewed, trust=pki().trust, now=NOW).bottom_line == "valid"


def test_adding_the_same_data_again_changes_nothing():
    known = add_validation_data(sealed(), data())
    assert add_validation_data(known, data()) == known
    assert read_validation_data(sealed()) == ValidationData()


def test_other_readers_find_the_data_and_the_timestamp():
    kept = timestamped(add_validation_data(sealed(), data()))
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        assert sorted(bytes(one.read_bytes()) for one in pdf.Root.DSS.Certs) == sorted(data().certificates)
        stamp = pdf.Root.AcroForm.Fields[1]
        assert (stamp.V.Type, stamp.V.SubFilter) == ("/DocTimeStamp", "/ETSI.RFC3161")
        assert [int(value) for value in stamp.Rect] == [0, 0, 0, 0]


def test_a_file_that_nobody_signed_has_nothing_to_keep():
    with pytest.raises(NotSignable):
        add_validation_data(document(), data())
    with pytest.raises(NotSignable):
        prepare_timestamp(add_signature_fields(document(), PLACES))


def test_nothing_else_may_follow_a_kept_file():
    kept = timestamped(add_validation_data(sealed(), data()))
    with pytest.raises(NotSignable):
        signing.prepare(kept, field=Place("Other", 0, (0, 0, 50, 50)), at=NOW)
