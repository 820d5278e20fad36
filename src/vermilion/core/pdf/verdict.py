"""What verifying says: independent facts per signature, one bottom line per file.

``as_json`` is the contract of ``vermilion verify --json``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, Literal

BottomLine = Literal["valid", "invalid", "unsigned", "unreadable"]
Integrity = Literal["intact", "altered", "not_whole", "broken", "none"]

_SEVERITY: dict[str, int] = {"none": 0, "intact": 1, "altered": 2, "not_whole": 3, "broken": 4}


def worst(states: list[Integrity]) -> Integrity:
    """Return the worst of several integrity states."""
    return max(states, key=_SEVERITY.__getitem__, default="none")


@dataclass(frozen=True)
class SignatureVerdict:
    """The facts of one signature or document timestamp.

    ``coverage``: ``whole_file``, ``revision`` (complete, explained revisions follow) or ``incomplete``.
    ``changes_after``: ``none``, ``permitted``, ``forbidden`` or ``unknown``.
    ``followed``: what the permitted changes are, codes of :mod:`.following`.
    ``chain``: as in :mod:`vermilion.core.trust.chains`; ``revocation``: ``good``, ``revoked``, ``unknown`` or ``not_needed``.
    ``proof_ends``: until when the certificate of its timestamp's TSA is valid; ``covers``: how many bytes the signature is over.
    ``field``, ``integrity``, ``revision_sha256`` (SHA-256 of the file up to this signature's end, as lower-case hex) and ``own`` (made
    under a built-in CA), ``proof_ends`` and ``covers`` are for the layers above and are not part of the JSON.
    """

    field: str
    integrity: Integrity
    coverage: str = "incomplete"
    changes_after: str = "unknown"
    signer: str | None = None
    issuer: str | None = None
    trust_class: str | None = None
    level: str | None = None
    algorithm: str | None = None
    signed_at: datetime | None = None
    time_source: str | None = None
    chain: str = "unknown_root"
    revocation: str = "unknown"
    trusted: bool = False
    own: bool = False
    document_timestamp: bool = False
    revision_sha256: str | None = None
    proof_ends: datetime | None = None
    covers: int = 0
    followed: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def because(self, *codes: str, **changes: Any) -> SignatureVerdict:
        """Return a copy with ``changes`` and more reasons."""
        new = tuple(code for code in codes if code not in self.reasons)
        return replace(self, reasons=self.reasons + new, **changes)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of this signature."""
        moment = self.signed_at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if self.signed_at else None
        return {
            "signer": self.signer,
            "issuer": self.issuer,
            "trust_class": self.trust_class,
            "level": self.level,
            "algorithm": self.algorithm,
            "signed_at": moment,
            "time_source": self.time_source,
            "coverage": self.coverage,
            "changes_after": self.changes_after,
            "followed": list(self.followed),
            "chain": self.chain,
            "revocation": self.revocation,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Verdict:
    """The verdict on one file. ``policy`` is filled in by a layer that knows the archive; here it is always None."""

    format: str
    bottom_line: BottomLine
    integrity: Integrity
    trusted: bool
    signatures: tuple[SignatureVerdict, ...] = ()
    reasons: tuple[str, ...] = ()
    file: str = ""
    policy: dict[str, Any] | None = field(default=None)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of this file (docs/schemas/verify.json)."""
        return {
            "file": self.file,
            "format": self.format,
            "bottom_line": self.bottom_line,
            "integrity": self.integrity,
            "trusted": self.trusted,
            "signatures": [one.as_json() for one in self.signatures],
            "policy": self.policy,
            "reasons": list(self.reasons),
        }


def unreadable(code: str, *, format: str = "pdf") -> Verdict:
    """Return the verdict on a file that can't be looked into."""
    return Verdict(format, "unreadable", "none", False, reasons=(code,))
