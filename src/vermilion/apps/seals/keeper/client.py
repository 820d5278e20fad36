"""Asking the keeper, with time limits. Never call this inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vermilion.apps.seals.errors import AuthorityRefused, KeeperUnavailable, SealError, SigningFailed
from vermilion.apps.seals.errors.travelling import FROM_KEEPER
from vermilion.base.clock import now
from vermilion.base.config import config
from vermilion.core.pdf.signing import Piece

from . import batches, frames, line

NEXT_SECONDS = 2.0
"""What each document of a batch but the first may take; mostly its timestamp."""


@dataclass(frozen=True)
class Signature:
    """What the keeper made: the CMS (DER) and the facts of its register entry ``use_id``."""

    cms: bytes
    use_id: UUID
    signed_at: datetime
    level: str
    certificate_serial: str


@dataclass(frozen=True)
class OutsideEvent:
    """What an outside CA gave for the key ``key`` that the keeper holds for one signature."""

    key: str
    certificates: tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class ToSign:
    """A prepared PDF in ``pieces`` and the permission for it; its first ``shown_length`` bytes must be what was shown."""

    permission_id: UUID
    pieces: Sequence[Piece]
    shown_length: int
    outside: OutsideEvent | None = None

    @property
    def length(self) -> int:
        """Return how many bytes the PDF has."""
        return sum(map(len, self.pieces))

    @property
    def head(self) -> dict[str, Any]:
        """Return what the keeper is told of it."""
        head: dict[str, Any] = {"permission": str(self.permission_id), "shown_length": self.shown_length}
        if self.outside is not None:
            head |= {"event_key": self.outside.key, "chain": _pem(self.outside.certificates).decode()}
        return head


def sign(documents: Sequence[ToSign]) -> list[Signature | SealError]:
    """Sign up to :data:`.batches.MOST_DOCUMENTS` documents, together at most 110 MB, by one request.

    Returns in order what was made of each: a refusal of one does not touch the others. Raises SealError when nothing can be said of any of
    them; which were signed stands in the register, and to sign again is as safe as with one.
    """
    heads = batches.listed([one.head for one in documents], [one.length for one in documents])
    seconds = line.ANSWER_SECONDS + (len(documents) - 1) * NEXT_SECONDS
    pieces = [piece for one in documents for piece in one.pieces]
    head, body = _ask({"op": "sign", "documents": heads}, *pieces, seconds=seconds)
    try:
        parts = batches.parted(head.get("documents"), body)
    except batches.BatchFault as error:
        raise KeeperUnavailable() from error
    return [_signature(facts, cms) if facts.get("ok") is True else _refusal(facts) for facts, cms in parts]


def _signature(facts: dict[str, Any], cms: bytes) -> Signature:
    return Signature(
        cms=cms,
        use_id=UUID(facts["use"]),
        signed_at=datetime.fromisoformat(facts["signed_at"]),
        level=facts["level"],
        certificate_serial=facts["certificate_serial"],
    )


def timestamp(digest: bytes) -> bytes:
    """Return an RFC 3161 token (DER) over a SHA-256 ``digest``. Raises SealError."""
    return _ask({"op": "timestamp"}, digest)[1]


def certify_seal(seal_id: UUID, organisation: str, *, after: UUID | None = None) -> UUID:
    """Have key and certificate of a seal made (once); return the CertificateRecord's id. Raises SealError.

    ``after`` is the record of the present certificate, which is to get a successor (once).
    """
    return _certified({"op": "certify_seal", "seal": str(seal_id), "organisation": organisation}, after)


def destroy_seal(seal_id: UUID) -> int:
    """Have every key of a destroyed seal destroyed; return how many went now. Raises SealError."""
    return int(_ask({"op": "destroy_seal", "seal": str(seal_id)})[0]["destroyed"])


def issue_certificate(profile: str, *, subject_id: UUID, name: str, organisation: str, after: UUID | None = None) -> UUID:
    """Have a certificate for an ``approver`` or ``salesperson`` made (once); return the CertificateRecord's id. Raises SealError.

    ``after`` as in :func:`certify_seal`.
    """
    request = {"op": "certify_person", "profile": profile, "subject": str(subject_id), "name": name, "organisation": organisation}
    return _certified(request, after)


def _certified(request: dict[str, Any], after: UUID | None) -> UUID:
    return UUID(_ask({**request, "after": str(after) if after else None})[0]["record"])


def request_certificate(seal_id: UUID, organisation: str) -> tuple[str, bytes]:
    """Have the next key of a seal made (once); return its name and the PKCS#10 request (DER) for an outside CA. Raises SealError."""
    head, request = _ask({"op": "request_seal", "seal": str(seal_id), "organisation": organisation})
    return str(head["key_name"]), request


def accept_certificate(seal_id: UUID, organisation: str, key_name: str, certificates: Sequence[x509.Certificate]) -> UUID:
    """Bring what an outside CA gave for a seal's key; return the CertificateRecord's id. Raises AuthorityRefused and other SealErrors."""
    request = {"op": "accept_seal", "seal": str(seal_id), "organisation": organisation, "key_name": key_name}
    head, _ = _ask(request, _pem(certificates))
    if "refused" in head:
        raise AuthorityRefused(detail=str(head["refused"]))
    return UUID(head["record"])


def request_event(permission_id: UUID) -> tuple[str, bytes]:
    """Have a key for one signature made; return its id and the PKCS#10 request (DER) for an outside CA. Raises SealError."""
    head, request = _ask({"op": "request_event", "permission": str(permission_id)})
    return str(head["key"]), request


def know_passkey(passkey_id: UUID) -> None:
    """Have the keeper write down whose a new passkey is. Raises PasskeyUnknown and other SealErrors."""
    _ask({"op": "know_passkey", "passkey": str(passkey_id)})


@dataclass(frozen=True)
class ToApprove:
    """What a code by SMS stands for: the code's ``id``, who approves, and what she was shown of which grant, request or endorsement."""

    id: UUID
    subject: UUID
    by: UUID
    shown_digest: str

    @property
    def head(self) -> dict[str, Any]:
        """Return what the keeper is told of it."""
        return {"id": str(self.id), "subject": str(self.subject), "by": str(self.by), "shown": self.shown_digest}


def make_code(about: ToApprove) -> str:
    """Have the six digits made that approve exactly this. Raises ApprovalNotProven and other SealErrors."""
    return str(_ask({"op": "make_code", **about.head})[0]["code"])


def prove_code(about: ToApprove, value: str) -> None:
    """Have the keeper write down that the code was entered. Raises ApprovalNotProven and other SealErrors."""
    _ask({"op": "prove_code", **about.head, "value": value})


def _pem(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def tsa(query: bytes) -> bytes:
    """Return the built-in TSA's response (DER) to an RFC 3161 query (DER). Raises SealError."""
    return _ask({"op": "tsa"}, query)[1]


def crl(authority: str, *, after: datetime | None = None) -> bytes:
    """Return the revocation list (DER) of ``root``, ``issuing`` …, signed no earlier than ``after`` where its key is here.

    Raises AuthorityUnknown and other SealErrors.
    """
    return _ask({"op": "crl", "authority": authority, "after": after.isoformat() if after else None})[1]


def look_again() -> None:
    """Have the keeper use what lies in its folder since: a new issuing CA, a new list of the root. What ends soon gets a successor.

    Raises SealError.
    """
    crl("issuing", after=now())


def certificate(authority: str) -> bytes:
    """Return the certificate (DER) of ``root``, ``issuing`` … Raises AuthorityUnknown and other SealErrors."""
    return _ask({"op": "certificate", "authority": authority})[1]


def ocsp(request: bytes) -> tuple[bytes, datetime | None]:
    """Return the answer (DER) to an OCSP request (DER), and until when it may be kept; None: not at all. Raises SealError."""
    head, answer = _ask({"op": "ocsp"}, request)
    return answer, datetime.fromisoformat(head["until"]) if "until" in head else None


def timestamp_faults() -> dict[str, str]:
    """Return what is wrong with each timestamp authority, by its name; empty where nothing is. Raises SealError."""
    found = _ask({"op": "timestamp_health"})[0]["faults"]
    return {str(name): str(fault) for name, fault in found.items()}


def probe() -> bytes:
    """Return a blank page that the keeper signed like any document. Raises SealError."""
    return _ask({"op": "probe"})[1]


def status() -> tuple[dict[str, Any], bytes]:
    """Return the keeper's description and the PEM of root and issuing certificate. Raises SealError."""
    return _ask({"op": "status"})


def _ask(head: dict[str, Any], *body: Piece, seconds: float = line.ANSWER_SECONDS) -> tuple[dict[str, Any], bytes]:
    try:
        answer = line.ask(config().keeper_socket, head, *body, seconds=seconds)
    except (OSError, frames.FrameError) as error:
        raise KeeperUnavailable() from error
    if answer is None:
        raise KeeperUnavailable()
    facts, data = answer
    if facts.get("ok") is not True:
        raise _refusal(facts)
    return facts, data


def _refusal(facts: dict[str, Any]) -> SealError:
    return FROM_KEEPER.get(str(facts.get("code")), SigningFailed)()
