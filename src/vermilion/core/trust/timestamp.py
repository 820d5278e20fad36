"""RFC 3161: requests, the built-in timestamp authority, and reading a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache

from asn1crypto import cms as asn1_cms
from asn1crypto import parser, tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from . import cms, der, oids, signedinfo, suites
from .errors import TimestampError

DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
MAX_REQUEST = 4096
"""A timestamp query of ordinary make has 60 to 200 bytes."""

MOST_KEPT = 32 * 1024
"""Longer tokens are read anew each time, so that what is kept stays small."""

_REJECTION = 2
_BAD_ALGORITHM, _BAD_REQUEST, _BAD_DATA, _BAD_POLICY, _BAD_EXTENSION = 0, 2, 5, 15, 16


def request(digest: bytes, nonce: int) -> bytes:
    """Return a query (DER) for a SHA-256 ``digest``, asking for the TSA's certificate."""
    imprint = der.sequence(der.sequence(der.oid(suites.SHA256.oid), der.NULL), der.octets(digest))
    return der.sequence(der.integer(1), imprint, der.integer(nonce), b"\x01\x01\xff")


@dataclass(frozen=True)
class Token:
    """The facts of a timestamp token whose signature over them is right. Trust in its certificate is another question."""

    der: bytes
    time: datetime
    digest_algorithm: str
    digest: bytes
    nonce: int | None
    policy: str
    serial: int
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]

    @property
    def builtin(self) -> bool:
        """Tell whether the certificate was issued by a built-in CA (of whatever instance)."""
        return has_builtin_policy(self.certificate)


def has_builtin_policy(certificate: x509.Certificate, policy: str = oids.BUILTIN_CA_POLICY) -> bool:
    """Tell whether ``certificate`` carries the policy of the built-in CA (or another ``policy``)."""
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return any(one.policy_identifier.dotted_string == policy for one in policies)


class BuiltinTsa:
    """A timestamp authority with a key held in memory. ``random`` gives serial numbers; the clock is the caller's."""

    def __init__(self, key: suites.PrivateKey, certificates: tuple[bytes, ...], random: Callable[[int], bytes]) -> None:
        self._key = key
        self._frame = cms.Frame(key.suite, certificates)
        self._certificate, *self._others = (x509.load_der_x509_certificate(one) for one in certificates)
        self._random = random

    def token(self, digest: bytes, *, now: datetime) -> Token:
        """Return a token over the SHA-256 ``digest`` for a caller in this process. Raises TimestampError outside the certificate's life."""
        if not self._certificate.not_valid_before_utc <= now < self._certificate.not_valid_after_utc:
            raise TimestampError("the certificate of the built-in TSA is not valid now")
        serial = self._serial()
        imprint = der.sequence(suites.SHA256.algorithm, der.octets(digest))
        token = self._sign(imprint, serial, None, True, now)
        time = now.astimezone(timezone.utc).replace(microsecond=0)
        return Token(token, time, "sha256", digest, None, oids.BUILTIN_TSA_POLICY, serial, self._certificate, tuple(self._others))

    def respond(self, query: bytes, *, now: datetime) -> bytes:
        """Return the response (DER) to ``query``: granted with a token, or a rejection that says why. Never raises for bad input."""
        if len(query) > MAX_REQUEST:
            return _rejection(_BAD_REQUEST, "request too long")
        try:
            parsed = tsp.TimeStampReq.load(query, strict=True)
            imprint = parsed["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest = imprint["hashed_message"].native
            policy = parsed["req_policy"].native
            nonce = parsed["nonce"].native
            wants_certificate = bool(parsed["cert_req"].native)
            extensions = parsed["extensions"].native
            algorithm_der = imprint["hash_algorithm"].dump()
        except (ValueError, TypeError, KeyError):
            return _rejection(_BAD_REQUEST, "not a TimeStampReq")
        if algorithm not in DIGEST_SIZES:
            return _rejection(_BAD_ALGORITHM, "unsupported digest algorithm")
        if len(digest) != DIGEST_SIZES[algorithm]:
            return _rejection(_BAD_DATA, "digest has the wrong length")
        if policy is not None and parsed["req_policy"].dotted != oids.BUILTIN_TSA_POLICY:
            return _rejection(_BAD_POLICY, "unknown policy")
        if extensions:
            return _rejection(_BAD_EXTENSION, "extensions are not supported")
        return self._grant(der.sequence(algorithm_der, der.octets(digest)), nonce, wants_certificate, now)

    def _grant(self, imprint: bytes, nonce: int | None, wants_certificate: bool, now: datetime) -> bytes:
        token = self._sign(imprint, self._serial(), nonce, wants_certificate, now)
        return der.sequence(der.sequence(der.integer(0)), token)

    def _serial(self) -> int:
        return int.from_bytes(self._random(16), "big") | 1 << 127

    def _sign(self, imprint: bytes, serial: int, nonce: int | None, wants_certificate: bool, now: datetime) -> bytes:
        info = der.sequence(
            der.integer(1),
            der.oid(oids.BUILTIN_TSA_POLICY),
            imprint,
            der.integer(serial),
            der.generalized_time(now),
            der.sequence(der.integer(1)),  # accuracy: one second, because fractions are cut off
            der.integer(nonce) if nonce is not None else b"",
        )
        digest = self._key.suite.digest.of(info)
        signature = self._key.sign(self._frame.to_sign(oids.TST_INFO, digest))
        return self._frame.assemble(oids.TST_INFO, digest, signature, content=info, embed_certificates=wants_certificate)


def _rejection(failure: int, text: str) -> bytes:
    bits = bytearray(failure // 8 + 1)
    bits[failure // 8] |= 0x80 >> failure % 8
    unused = 7 - failure % 8
    failure_info = der.tlv(0x03, bytes((unused,)), bytes(bits))
    free_text = der.sequence(der.tlv(0x0C, text.encode()))
    return der.sequence(der.sequence(der.integer(_REJECTION), free_text, failure_info))


def token_of(response: bytes) -> bytes:
    """Return the token (DER) of a granted response. Raises TimestampError with the TSA's words otherwise."""
    try:
        _, _, _, _, content, _ = parser.parse(response, strict=True)
        length = parser.peek(content)
        info = tsp.PKIStatusInfo.load(content[:length], strict=True)  # asn1crypto's TimeStampResp forgets that the token is optional
        status = info["status"].native
        if status not in ("granted", "granted_with_mods"):
            words = [*sorted(info["fail_info"].native or ()), *(info["status_string"].native or ())]
            raise TimestampError(f"the TSA answered {status}: {', '.join(words)}")
        return bytes(content[length:])
    except (ValueError, TypeError, KeyError) as error:
        raise TimestampError("the TSA's answer is not a TimeStampResp") from error


def read(token: bytes) -> Token:
    """Check the token's own signature and return its facts. Raises TimestampError for anything odd.

    Checked: one signer, its certificate embedded and named in signing-certificate(-v2), TSTInfo digest, signature,
    timeStamping as the only and critical usage.
    """
    try:
        return (_read_once if len(token) <= MOST_KEPT else _read)(token)
    except TimestampError:
        raise
    except Exception as error:  # foreign bytes: whatever goes wrong, the token is refused
        raise TimestampError(f"the timestamp token can't be read ({type(error).__name__})") from error


def _read(token: bytes) -> Token:
    info = asn1_cms.ContentInfo.load(token)
    signed = info["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise TimestampError("not a timestamp token with one signer")
    (signer,) = signed["signer_infos"]
    certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"] if one.name == "certificate"]
    certificate = _signer_certificate(signer, certificates)
    digest = signedinfo.content_digest(signer, content["content"].contents)
    if signedinfo.digest_name(signer) in signedinfo.WEAK_DIGESTS or not all(
        (*signedinfo.check(signer, certificate, content_type="tst_info", digest=digest), signedinfo.names_signing_certificate(signer))
    ):
        raise TimestampError("the token's signature is wrong")
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TimestampError("the token's certificate is not for timestamps only")
    facts = tsp.TSTInfo.load(content["content"].contents, strict=True)
    imprint = facts["message_imprint"]
    return Token(
        der=token,
        time=facts["gen_time"].native,
        digest_algorithm=imprint["hash_algorithm"]["algorithm"].native,
        digest=imprint["hashed_message"].native,
        nonce=facts["nonce"].native,
        policy=facts["policy"].dotted,
        serial=facts["serial_number"].native,
        certificate=certificate,
        others=tuple(one for one in certificates if one != certificate),
    )


_read_once = lru_cache(maxsize=64)(_read)
"""Facts of a token are its own bytes' and do not change; the general way asks for them twice a signature."""


def _signer_certificate(signer: asn1_cms.SignerInfo, certificates: list[x509.Certificate]) -> x509.Certificate:
    found = [one for one in certificates if signedinfo.is_signer(signer, one)]
    if len(found) != 1:
        raise TimestampError("the token does not carry its signer's certificate")
    return found[0]
