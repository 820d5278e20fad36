"""Our check of one SignerInfo against pyHanko's, over the shared corpus, every kind of signer, and forgeries of each."""

from __future__ import annotations

import contextlib
import io
import random
import re
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import algos, tsp
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from tests.core.pdf import hanko
from tests.core.pki import sealed
from vermilion.core.trust import der, signedinfo
from vermilion.core.trust.errors import CmsError

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "pdf"
REFUSED = "refused"
KINDS = [
    {"kind": "p256"},
    {"kind": "rsa"},
    {"kind": "rsa", "pss": True},
    {"kind": "p521", "digest": "sha512"},
    {"kind": "ed25519", "digest": "sha512"},
]


def peer(info: asn1_cms.SignerInfo, certificate: x509.Certificate, content_type: str, digest: bytes):
    """Return pyHanko's answer."""
    loaded = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    try:
        return validate_sig_integrity(asn1_cms.SignerInfo.load(info.dump()), loaded, content_type, digest)
    except Exception:  # whatever it raises is no answer
        return REFUSED


def own(info: asn1_cms.SignerInfo, certificate: x509.Certificate, content_type: str, digest: bytes):
    try:
        return signedinfo.check(asn1_cms.SignerInfo.load(info.dump()), certificate, content_type=content_type, digest=digest)
    except CmsError:
        return REFUSED


def opened(cms: bytes) -> list[tuple[asn1_cms.SignerInfo, x509.Certificate, str]]:
    """Return each SignerInfo with its certificate and the type of content, those of timestamp tokens inside too."""
    signed = asn1_cms.ContentInfo.load(cms)["content"]
    certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
    found = []
    for info in signed["signer_infos"]:
        holder = [one for one in certificates if signedinfo.is_signer(info, one)]
        found += [(info, holder[0], signed["encap_content_info"]["content_type"].native)] if holder else []
        if isinstance(info["unsigned_attrs"], asn1_cms.CMSAttributes):
            tokens = [one["values"][0].dump() for one in info["unsigned_attrs"] if one["type"].native == "signature_time_stamp_token"]
            found += [entry for token in tokens for entry in opened(token)]
    return found


def signatures(data: bytes) -> list[tuple[asn1_cms.SignerInfo, x509.Certificate, str]]:
    found = []
    for one in PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures:
        try:
            found += opened(bytes(one.pkcs7_content))
        except (ValueError, TypeError):
            continue
    return found


def signed_digest(info: asn1_cms.SignerInfo) -> bytes:
    values = (
        [one["values"][0].native for one in info["signed_attrs"] if one["type"].native == "message_digest"] if info["signed_attrs"] else []
    )
    return values[0] if values else bytes(32)


@cache
def samples() -> list[tuple[asn1_cms.SignerInfo, x509.Certificate, str]]:
    """Own and pyHanko's signatures of every kind, with a token of our TSA."""
    files = [sealed(), *(hanko.sign(hanko.page(), **options) for options in KINDS)]
    return [entry for data in files for entry in signatures(data)]


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not on this machine")
def test_the_corpus_is_answered_as_by_pyhanko():
    seen = 0
    for path in sorted(CORPUS.glob("*.pdf")):
        entries = []
        with contextlib.suppress(Exception):  # broken beyond reading: nothing to compare
            entries = signatures(path.read_bytes())
        for info, certificate, kind in entries:
            ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", path.read_bytes())
            digests = [signed_digest(info), bytes(32)]
            for first, length, second, rest in (map(int, one) for one in ranges):
                data = path.read_bytes()
                digests.append(signedinfo.content_digest(info, data[first : first + length] + data[second : second + rest]))
            for digest in digests:
                assert own(info, certificate, kind, digest) == peer(info, certificate, kind, digest), path.name
                seen += 1
    assert seen > 60


def test_every_kind_is_right_and_no_changed_byte_is():
    choose = random.Random(5652)
    for info, certificate, kind in samples():
        digest = signed_digest(info)
        assert own(info, certificate, kind, digest) == (True, True)
        assert own(info, certificate, kind, b"\1" * len(digest)) == (False, True)
        whole = info.dump()
        for position in choose.sample(range(len(whole)), 40):
            changed = bytearray(whole)
            changed[position] ^= 1 << choose.randrange(8)
            try:
                forged = asn1_cms.SignerInfo.load(bytes(changed), strict=True)
                ours, theirs = own(forged, certificate, kind, digest), peer(forged, certificate, kind, digest)
            except (ValueError, TypeError):
                continue
            assert ours != (True, True) or theirs == (True, True), position


def attribute(kind: str, *values: object) -> asn1_cms.CMSAttribute:
    return asn1_cms.CMSAttribute({"type": kind, "values": list(values)})


def forged(
    attributes: list[asn1_cms.CMSAttribute] | None,
    *,
    digest: bytes = bytes(32),
    algorithm: str = "sha256_ecdsa",
    digest_name: str = "sha256",
):
    """Return a SignerInfo that is rightly signed by a key of its own, however odd what it signs, with its certificate."""
    loaded = hanko.signer("p256").signing_cert
    certificate = x509.load_der_x509_certificate(loaded.dump())
    key = serialization.load_der_private_key(hanko.signer("p256").signing_key.dump(), None)
    fields = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": loaded.issuer, "serial_number": loaded.serial_number}},
        "digest_algorithm": {"algorithm": digest_name},
        "signature_algorithm": {"algorithm": algorithm},
    }
    if attributes is None:
        fields["signature"] = key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    else:
        body = b"".join(one.dump() for one in attributes)
        fields["signed_attrs"] = asn1_cms.CMSAttributes.load(der.tlv(0x31, body))
        fields["signature"] = key.sign(der.tlv(0x31, body), ec.ECDSA(hashes.SHA256()))
    return asn1_cms.SignerInfo(fields), certificate


TYPE, DIGEST = attribute("content_type", "data"), attribute("message_digest", bytes(32))


def protection(digest: str, signature: str) -> asn1_cms.CMSAttribute:
    return attribute(
        "cms_algorithm_protection", {"digest_algorithm": {"algorithm": digest}, "signature_algorithm": {"algorithm": signature}}
    )


@pytest.mark.parametrize(
    ("attributes", "answer"),
    [
        ([TYPE, DIGEST], (True, True)),
        ([DIGEST, TYPE], (True, True)),  # not sorted as DER wants, but signed as it stands: every program takes it
        (None, (True, True)),
        ([TYPE, DIGEST, protection("sha256", "sha256_ecdsa")], (True, True)),
        ([TYPE, DIGEST, protection("sha1", "sha256_ecdsa")], REFUSED),
        ([TYPE, DIGEST, protection("sha256", "sha1_ecdsa")], REFUSED),
        ([TYPE, DIGEST, protection("sha256", "sha256_ecdsa"), protection("sha256", "sha256_ecdsa")], REFUSED),
        ([], REFUSED),
        ([TYPE], REFUSED),
        ([DIGEST], REFUSED),
        ([TYPE, TYPE, DIGEST], REFUSED),
        ([TYPE, DIGEST, DIGEST], REFUSED),
        ([TYPE, DIGEST, attribute("message_digest", b"\1" * 32)], REFUSED),
        ([TYPE, attribute("message_digest", bytes(32), b"\1" * 32)], REFUSED),
        ([TYPE, attribute("message_digest")], REFUSED),
        ([attribute("content_type", "tst_info"), DIGEST], REFUSED),
        ([TYPE, attribute("message_digest", b"\1" * 32)], (False, True)),
    ],
)
def test_signed_attributes(attributes, answer):
    info, certificate = forged(attributes)
    assert own(info, certificate, "data", bytes(32)) == answer
    assert answer == REFUSED or peer(info, certificate, "data", bytes(32)) == answer


def test_content_of_another_type_needs_signed_attributes():
    info, certificate = forged(None)
    assert own(info, certificate, "tst_info", bytes(32)) == REFUSED


@pytest.mark.parametrize(
    ("algorithm", "digest_name"),
    [
        ("sha256_ecdsa", "sha1"),
        ("sha512_ecdsa", "sha256"),
        ("sha256_rsa", "sha256"),
        ("rsassa_pkcs1v15", "sha256"),
        ("ed25519", "sha512"),
        ("dsa", "sha256"),
    ],
)
def test_algorithms_that_do_not_belong_together(algorithm, digest_name):
    info, certificate = forged([TYPE, DIGEST], algorithm=algorithm, digest_name=digest_name)
    assert own(info, certificate, "data", bytes(32)) == REFUSED


def test_another_signers_certificate_is_not_named():
    info, _ = forged([TYPE, DIGEST])
    other = x509.load_der_x509_certificate(hanko.signer("rsa").signing_cert.dump())
    named = tsp.SigningCertificateV2({"certs": [{"cert_hash": other.fingerprint(hashes.SHA256())}]})
    info, certificate = forged([TYPE, DIGEST, attribute("signing_certificate_v2", named)])
    assert own(info, certificate, "data", bytes(32)) == REFUSED


@pytest.mark.parametrize(("serial", "answer"), [(7, (True, True)), (8, REFUSED)])
def test_the_named_issuer_and_number_are_looked_at(serial, answer):
    loaded = hanko.signer("p256").signing_cert
    issuer = [asn1_x509.GeneralName("directory_name", loaded.issuer)]
    entry = {"cert_hash": loaded.sha256, "issuer_serial": {"issuer": issuer, "serial_number": serial}}
    named = tsp.SigningCertificateV2({"certs": [entry]})
    info, certificate = forged([TYPE, DIGEST, attribute("signing_certificate_v2", named)])
    assert own(info, certificate, "data", bytes(32)) == peer(info, certificate, "data", bytes(32)) == answer


@pytest.mark.parametrize(("salt", "told", "right"), [(32, 32, True), (20, 32, False), (20, 20, True)])
def test_pss_goes_by_its_parameters(salt, told, right):
    key = serialization.load_der_private_key(hanko.signer("rsa").signing_key.dump(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    certificate = x509.load_der_x509_certificate(hanko.signer("rsa").signing_cert.dump())
    body = TYPE.dump() + DIGEST.dump()
    info, _ = forged([TYPE, DIGEST])
    parameters = {
        "hash_algorithm": {"algorithm": "sha256"},
        "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
        "salt_length": told,
    }
    info["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)})
    info["signature"] = key.sign(der.tlv(0x31, body), padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())
    assert own(info, certificate, "data", bytes(32)) == peer(info, certificate, "data", bytes(32)) == (True, right)


def test_a_weak_pair_is_still_answered():
    """That a digest is weak is told by the verdict; whether the value is right is told here."""
    (info, certificate, kind), *_ = signatures(hanko.sign(hanko.page(), kind="rsa", digest="sha1"))
    assert own(info, certificate, kind, signed_digest(info)) == (True, True)
    assert signedinfo.digest_name(info) in signedinfo.WEAK_DIGESTS
