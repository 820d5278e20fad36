"""What sealing and verifying are measured on: the real 3-page policy, the real seal picture, keys and certificates of a CA of a moment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.apps.templates import library
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.signing import Prepared, Slices, finish, prepare
from vermilion.core.trust import authority, cms, profiles, suites
from vermilion.core.trust.store import TrustStore
from vermilion.core.trust.timestamp import BuiltinTsa
from vermilion.core.trust.tsa_client import LocalAuthority, TimestampClient
from vermilion.core.typeset import codes
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.pictures import svg_pdf
from vermilion.core.typeset.seals import company_seal

DOCUMENTS = 16
"""Enough that they do not stay in the processor's nearest cache."""
SEAL_POINTS = 119.06  # 42 mm
FIELD = Place("Seal", 1, (411.02, 377.35, 524.41, 490.74))


@dataclass(frozen=True)
class Signer:
    """A seal's key with its certificate and the prepared frame of its CMS."""

    key: suites.SoftwareKey
    certificate: x509.Certificate
    frame: cms.Frame


class Workshop:
    """Everything that sealing needs, held in memory like in the keeper.

    ``documents``: for how many customers there is a policy, so that nothing made for one document alone serves the next.
    """

    def __init__(self, documents: int = 1) -> None:
        self.now = datetime.now(timezone.utc).replace(microsecond=0)
        root_key, issuing_key, tsa_key = (suites.generate(suites.P256) for _ in range(3))
        self.root = authority.make_root(root_key, authority.subject("Bench root"), now=self.now, random=os.urandom, trial=True)
        self.issuing = authority.Authority(issuing_key, self._issue(self.root, profiles.ISSUING, issuing_key), trial=True)
        self.trust = TrustStore.of([self.root.certificate], "trial")
        certificates = (_der(self._issue(self.issuing, profiles.TSA, tsa_key)), _der(self.issuing.certificate))
        tsa = BuiltinTsa(tsa_key, certificates, os.urandom)
        self.timestamps = TimestampClient(
            [LocalAuthority(lambda: tsa, lambda: self.now)], self.trust, os.urandom, lambda: self.now, "trial"
        )
        self.picture = svg_pdf(company_seal("华岳人寿保险股份有限公司", subtitle="电子保单专用章"), SEAL_POINTS, SEAL_POINTS)
        self.policies = [_policy(number) for number in range(documents)]
        self.policy = self.policies[0]

    def _issue(self, issuer: authority.Authority, profile: profiles.Profile, key: suites.PrivateKey) -> x509.Certificate:
        name = authority.subject(f"Bench {profile.name}")
        end = self.now + timedelta(days=30)
        return issuer.issue(profile, name, key.public_key(), not_before=self.now, not_after=end, random=os.urandom)

    def signer(self, suite: suites.Suite) -> Signer:
        """Return a new seal key of ``suite`` with its certificate."""
        key = suites.generate(suite)
        certificate = self._issue(self.issuing, profiles.ORGANISATION, key)
        return Signer(key, certificate, cms.Frame(suite, (_der(certificate), _der(self.issuing.certificate))))

    def prepare(self, number: int = 0) -> Prepared:
        """Write the sealing revision of a policy: seal picture, slices on every page, certifying signature field."""
        policy = self.policies[number % len(self.policies)]
        return prepare(policy, field=FIELD, at=self.now, certify=True, picture=self.picture, slices=Slices(SEAL_POINTS))

    def seal(self, signer: Signer, number: int = 0, *, timestamped: bool) -> bytes:
        """Return a policy sealed at level B-B, or B-T."""
        prepared = self.prepare(number)
        stamp = (lambda digest: self.timestamps.token(digest).der) if timestamped else None
        return finish(prepared, cms.sign(signer.frame, signer.key, prepared.digested(signer.key.suite.digest), stamp))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@cache
def _policy(number: int) -> bytes:
    """Return the sample's policy; behind the first with another number and another customer's name."""
    data = json.loads((library.FOLDER / "policy" / "sample-medical.json").read_text(encoding="utf-8"))
    if number:
        data["policy_no"] = f"{data['policy_no'][:-2]}{number:02d}"
        for person in (data["policyholder"], *data["insured"]):
            person["name"] = f"李{'安宁和平明华国文天地山川江海清'[number - 1]}"
    inputs = {"language": "zh-Hans", "qr": codes.qr_svg(data["verify_url"]), "barcode": codes.code128_svg(data["policy_no"])}
    content = json.dumps(data, ensure_ascii=False).encode()
    return typeset(library.FOLDER, "policy/template.typ", content, at=library.EPOCH, attachment_name="policy.json", inputs=inputs).pdf
