"""Reading a SignedData that is byte for byte in this platform's own form, quickly: no general ASN.1, but taking apart and rebuilding.

What can be rebuilt from its parts to the same bytes needs no other check of its structure: an attribute more, another order or another
length would give other bytes. Whatever is not of the form is None here and goes the general way (:mod:`.signedinfo`, :mod:`.timestamp`).
Only immutable facts are kept between calls (what a certificate's own bytes say); trust and time are judged anew each time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from . import cms, der, oids, suites
from .errors import TrustError
from .timestamp import Token, has_builtin_policy

_SHA256_IMPRINT = suites.SHA256.algorithm


class Part(NamedTuple):
    """One DER value inside ``data``: its tag, where it starts, where its content starts and ends."""

    tag: int
    start: int
    content: int
    end: int


@dataclass(frozen=True)
class Chain:
    """The embedded certificates, signer first, with what their bytes say."""

    frame: cms.Frame
    certificates: tuple[x509.Certificate, ...]
    spki: bytes
    own: bool
    stamps: bool


@dataclass(frozen=True)
class Signed:
    """A SignedData of our form whose signature over ``digest`` is right."""

    chain: Chain
    signature: bytes
    content: bytes
    token: bytes


def parts(data: bytes, start: int, end: int) -> list[Part]:
    """Return the DER values between ``start`` and ``end``. Raises ValueError."""
    found = []
    while start < end:
        tag, length = data[start], data[start + 1]
        content = start + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("length")
            length = int.from_bytes(data[content : content + size], "big")
            content += size
        if content + length > end:
            raise ValueError("length")
        found.append(Part(tag, start, content, content + length))
        start = content + length
    return found


def open_signed(data: bytes, digest: bytes | None) -> Signed | None:
    """Return the facts of a canonical SignedData whose signature is right, else None.

    ``digest``: the SHA-256 that a detached signature must be over; None for a token, which embeds what it signs.
    """
    try:
        return _open(data, digest)
    except (ValueError, IndexError, TrustError, UnsupportedAlgorithm):
        return None


def _open(data: bytes, digest: bytes | None) -> Signed | None:
    (whole,) = parts(data, 0, len(data))
    _, wrapped = parts(data, whole.content, whole.end)
    (signed,) = parts(data, wrapped.content, wrapped.end)
    _, _, encapsulated, embedded, infos = parts(data, signed.content, signed.end)
    (info,) = parts(data, infos.content, infos.end)
    _, identifier, _, _, _, value, *unsigned = parts(data, info.content, info.end)
    certificates = tuple(data[one.start : one.end] for one in parts(data, embedded.content, embedded.end))
    chain = _chain(data[identifier.start : identifier.end], certificates)
    if chain is None:
        return None
    content = token = b""
    _, *inner = parts(data, encapsulated.content, encapsulated.end)
    if inner:
        (octets,) = parts(data, inner[0].content, inner[0].end)
        content = data[octets.content : octets.end]
    if unsigned:
        (attribute,) = parts(data, unsigned[0].content, unsigned[0].end)
        _, values = parts(data, attribute.content, attribute.end)
        token = data[values.content : values.end]
    kind = oids.DATA if digest is not None else oids.TST_INFO
    over = digest if digest is not None else hashlib.sha256(content).digest()
    signature = data[value.content : value.end]
    if chain.frame.assemble(kind, over, signature, content=content, token=token) != data:
        return None
    if not chain.frame.suite.verify(chain.spki, signature, chain.frame.to_sign(kind, over)):
        return None
    return Signed(chain, signature, content, token)


@lru_cache(maxsize=256)
def _chain(identifier: bytes, certificates: tuple[bytes, ...]) -> Chain | None:
    """Return the chain whose signer ``identifier`` names, or None when a certificate is missing or too many."""
    loaded = {one: x509.load_der_x509_certificate(one) for one in certificates}
    for signer, certificate in loaded.items():
        order = [signer]
        rest = [one for one in certificates if one != signer]
        while rest:
            following = next((one for one in rest if loaded[one].subject == loaded[order[-1]].issuer), None)
            if following is None:
                break
            rest.remove(following)
            order.append(following)
        if rest or len(loaded) != len(certificates):
            continue
        spki = suites.spki_in(signer)
        suite = suites.of_spki(spki)
        if suite.digest != suites.SHA256:
            return None
        frame = cms.Frame(suite, tuple(order))
        if der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number)) != identifier:
            continue
        return Chain(frame, tuple(loaded[one] for one in order), spki, has_builtin_policy(certificate), _stamps(certificate))
    return None


def _stamps(certificate: x509.Certificate) -> bool:
    """Tell whether the certificate is for timestamps and nothing else (RFC 3161, 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def open_token(data: bytes) -> Token | None:
    """Return the facts of a token that the built-in TSA (of whatever instance) made, else None."""
    signed = open_signed(data, None)
    if signed is None or not signed.chain.own or not signed.chain.stamps:
        return None
    try:
        return _token(data, signed)
    except (ValueError, IndexError):
        return None


def _moment(digits: bytes) -> datetime:
    """Return the time ``YYYYMMDDhhmmss…``; what else stands in it shows when it is written anew."""
    month, day, hour, minute, second = (int(digits[start : start + 2]) for start in range(4, 14, 2))
    return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=timezone.utc)


def _token(data: bytes, signed: Signed) -> Token | None:
    content = signed.content
    (info,) = parts(content, 0, len(content))
    version, policy, imprint, serial, time, accuracy, *nonce = parts(content, info.content, info.end)
    algorithm, digest = parts(content, imprint.content, imprint.end)
    moment = _moment(content[time.content : time.end])
    rebuilt = der.sequence(
        der.integer(1),
        der.oid(oids.BUILTIN_TSA_POLICY),
        der.sequence(_SHA256_IMPRINT, der.octets(content[digest.content : digest.end])),
        der.integer(int.from_bytes(content[serial.content : serial.end], "big")),
        der.generalized_time(moment),
        der.sequence(der.integer(1)),
        der.integer(int.from_bytes(content[nonce[0].content : nonce[0].end], "big")) if nonce else b"",
    )
    if rebuilt != content or len(nonce) > 1 or (version.tag, policy.tag, accuracy.tag) != (0x02, 0x06, 0x30):
        return None  # what another TSA writes, or one digests otherwise, is read the general way
    if content[algorithm.start : algorithm.end] != _SHA256_IMPRINT:
        return None
    return Token(
        der=data,
        time=moment,
        digest_algorithm="sha256",
        digest=content[digest.content : digest.end],
        nonce=int.from_bytes(content[nonce[0].content : nonce[0].end], "big") if nonce else None,
        policy=oids.BUILTIN_TSA_POLICY,
        serial=int.from_bytes(content[serial.content : serial.end], "big"),
        certificate=signed.chain.certificates[0],
        others=signed.chain.certificates[1:],
    )
