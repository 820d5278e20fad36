"""B-B to B-LTA told truly, and how far a proof of time reaches."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from tests.core.pdf.test_longterm import data, timestamped
from tests.core.pki import NOW, Pki, document, pki, sealed
from vermilion.core.pdf import signing
from vermilion.core.pdf.longterm import ValidationData, add_validation_data, prepare_timestamp
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.revocation import Revocation

YEAR = timedelta(days=365)


def judge(pdf: bytes, now=NOW):
    return verify_pdf(pdf, trust=pki().trust, now=now)


def levels(pdf: bytes, now=NOW) -> list[str | None]:
    return [one.level for one in judge(pdf, now).signatures]


def test_each_level_is_told():
    assert levels(pki().seal(document(), timestamped=False)) == ["B-B"]
    assert levels(sealed()) == ["B-T"]
    assert levels(add_validation_data(sealed(), data())) == ["B-LT"]
    assert levels(timestamped(add_validation_data(sealed(), data()))) == ["B-LTA", "DocTimeStamp"]


def test_revocation_is_known_from_the_file_itself():
    signature = judge(add_validation_data(sealed(), data())).signatures[0]
    assert (signature.revocation, signature.reasons) == ("good", ())
    assert judge(sealed()).signatures[0].revocation == "unknown"


def test_data_without_proof_of_revocation_raise_nothing():
    certificates = ValidationData(data().certificates)
    assert levels(add_validation_data(sealed(), certificates)) == ["B-T"]
    assert levels(timestamped(sealed())) == ["B-T", "DocTimeStamp"]


def test_a_certificate_revoked_before_is_refused_and_afterwards_is_not():
    signer = pki().organisation()
    pdf = pki().seal(document(), signer)
    for when, line in ((-timedelta(hours=1), "invalid"), (timedelta(hours=1), "valid")):
        told = Revocation(signer.certificate.serial_number, NOW + when)
        known = pki().issuing.revocation_list([told], number=2, now=NOW + timedelta(hours=2)).public_bytes(Encoding.DER)
        verdict = judge(add_validation_data(pdf, ValidationData(data().certificates, (known,))), NOW + timedelta(hours=3))
        assert verdict.bottom_line == line, verdict
        assert ("revoked" in verdict.reasons) == (line == "invalid")


def test_a_list_that_a_stranger_made_says_nothing():
    stranger = Pki()
    known = stranger.issuing.revocation_list([], number=1, now=NOW).public_bytes(Encoding.DER)
    pdf = add_validation_data(sealed(), ValidationData((), (known,)))
    assert judge(pdf).signatures[0].revocation == "unknown"


def test_a_proof_of_time_ends_with_its_tsa_and_an_archive_timestamp_carries_it_on():
    kept = timestamped(add_validation_data(sealed(), data()))
    late = NOW + 6 * YEAR  # the TSA's certificate lasts five years
    assert "timestamp_aged" not in judge(kept).reasons
    assert "timestamp_aged" in judge(kept, late).reasons
    prepared = prepare_timestamp(kept)
    renewed = signing.finish(prepared, pki().client().token(prepared.digest).der)
    assert "timestamp_aged" in judge(renewed, late).reasons
