"""What is said of a revoked certificate, in a revocation list and by OCSP alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

CODES = {
    "unspecified": 0,
    "keyCompromise": 1,
    "cACompromise": 2,
    "affiliationChanged": 3,
    "superseded": 4,
    "cessationOfOperation": 5,
    "privilegeWithdrawn": 9,
}
"""RFC 5280 §5.3.1, names and numbers, less the reasons that can be undone or do not fit a signer."""


@dataclass(frozen=True)
class Revocation:
    """A revoked certificate: ``at`` is when it was revoked, ``suspected_since`` from when on its key may have been misused.

    ``reason`` is a key of :data:`CODES`.
    """

    serial: int
    at: datetime
    reason: str = "unspecified"
    suspected_since: datetime | None = None

    def entry(self) -> x509.RevokedCertificate:
        """Return the entry of a revocation list, with reason and invalidity date (RFC 5280 §5.3)."""
        builder = x509.RevokedCertificateBuilder().serial_number(self.serial).revocation_date(self.at)
        if CODES[self.reason]:  # no reason says "unspecified"
            builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(self.reason)), critical=False)
        if self.suspected_since is not None:
            builder = builder.add_extension(x509.InvalidityDate(self.suspected_since), critical=False)
        return builder.build()

    @classmethod
    def of(cls, entry: x509.RevokedCertificate) -> Revocation:
        """Return what an entry of one of our own lists says."""
        found = {one.oid: one.value for one in entry.extensions}
        reason, since = found.get(x509.CRLReason.oid), found.get(x509.InvalidityDate.oid)
        return cls(
            entry.serial_number,
            entry.revocation_date_utc,
            reason.reason.value if isinstance(reason, x509.CRLReason) else "unspecified",
            since.invalidity_date_utc if isinstance(since, x509.InvalidityDate) else None,
        )
