"""A small PKI, documents and signatures for the tests of trust and pdf: real keys, real CA, real TSA, no network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.core.pdf import signing
from vermilion.core.pdf.fields import Place
from vermilion.core.trust import authority, cms, profiles, suites
from vermilion.core.trust.authority import Authority
from vermilion.core.trust.store import TrustStore
from vermilion.core.trust.timestamp import BuiltinTsa
from vermilion.core.trust.tsa_client import LocalAuthority, TimestampClient

NOW = datetime.now(timezone.utc).replace(microsecond=0)
MINUTE, YEAR = timedelta(minutes=1), timedelta(days=365)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class Signer:
    key: suites.PrivateKey
    certificate: x509.Certificate
    frame: cms.Frame


class Pki:
    """Root, issuing CA and TSA of one instance, made at ``now``; everything that it signs is signed then.

    ``base_url`` stands in the certificates: where responder and lists are to be found.
    """

    def __init__(self, now: datetime = NOW, base_url: str = "http://127.0.0.1:8000") -> None:
        self.now = now
        root_key, issuing_key, tsa_key = (suites.generate(suites.P256) for _ in range(3))
        self.root = authority.make_root(root_key, authority.subject("Test root"), now=now, random=os.urandom, base_url=base_url, trial=True)
        issuing = self._issue(self.root, profiles.ISSUING, "Test issuing", issuing_key, 10 * YEAR)
        self.issuing = Authority(issuing_key, issuing, base_url, trial=True)
        self.tsa_certificate = self._issue(self.issuing, profiles.TSA, "Test TSA", tsa_key, 5 * YEAR)
        self.tsa = BuiltinTsa(tsa_key, (der(self.tsa_certificate), der(issuing)), os.urandom)
        self.trust = TrustStore.of([self.root.certificate], "trial")

    def _issue(self, issuer: Authority, profile: profiles.Profile, name: str, key: suites.PrivateKey, lasts: timedelta) -> x509.Certificate:
        return issuer.issue(
            profile, authority.subject(name), key.public_key(), not_before=self.now - MINUTE, not_after=self.now + lasts, random=os.urandom
        )

    def client(self, now: datetime | None = None) -> TimestampClient:
        now = now or self.now
        return TimestampClient([LocalAuthority(lambda: self.tsa, lambda: now)], self.trust, os.urandom, lambda: now, "trial")

    def organisation(self, name: str = "华岳人寿（演示）") -> Signer:
        key = suites.generate(suites.RSA2048)
        return self._signer(key, self._issue(self.issuing, profiles.ORGANISATION, name, key, YEAR))

    def person(self, name: str = "张三") -> Signer:
        key = suites.generate(suites.P256)
        certificate = self.issuing.issue(
            profiles.EVENT,
            authority.subject(name),
            key.public_key(),
            not_before=self.now - MINUTE,
            not_after=self.now + 10 * MINUTE,
            random=os.urandom,
            binding=authority.event_binding(bytes(32), "test"),
        )
        return self._signer(key, certificate)

    def _signer(self, key: suites.PrivateKey, certificate: x509.Certificate) -> Signer:
        return Signer(key, certificate, cms.Frame(key.suite, (der(certificate), der(self.issuing.certificate))))

    def complete(self, prepared: signing.Prepared, signer: Signer, *, timestamped: bool = True) -> bytes:
        stamp = (lambda digest: self.client().token(digest).der) if timestamped else None
        return signing.finish(prepared, cms.sign(signer.frame, signer.key, prepared.digested(signer.key.suite.digest), stamp))

    def seal(self, pdf: bytes, signer: Signer | None = None, *, timestamped: bool = True, slices: bool = True) -> bytes:
        prepared = signing.prepare(
            pdf,
            field=Place("Seal", 2, (80, 100, 180, 200)),
            at=self.now,
            certify=True,
            picture=picture(),
            slices=signing.Slices(80, 100) if slices else None,
        )
        return self.complete(prepared, signer or self.organisation(), timestamped=timestamped)

    def sign(self, pdf: bytes, field: str, *, close: bool = False, name: str = "张三") -> bytes:
        prepared = signing.prepare(pdf, field=field, at=self.now, close=close, picture=picture())
        return self.complete(prepared, self.person(name))


@cache
def pki() -> Pki:
    return Pki()


def typeset(source: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.typ"
        path.write_text(source)
        return typst.compile(path, pdf_standards=["a-3b"], pdf_tags=False, timestamp=0)


@cache
def document() -> bytes:
    """Three small pages, PDF/A-3b."""
    return typeset("#set page(width: 200pt, height: 300pt)\nPolicy #pagebreak() Clauses #pagebreak() Signatures")


@cache
def picture() -> bytes:
    return typeset(
        "#set page(width: 100pt, height: 100pt, margin: 0pt, fill: none)\n#place(center + horizon, circle(radius: 45pt, stroke: red + 3pt))"
    )


@cache
def sealed() -> bytes:
    return pki().seal(document())


PLACES = (Place("policyholder", 0, (20, 20, 120, 60)), Place("insured", 1, (20, 20, 120, 60), closes=True))
