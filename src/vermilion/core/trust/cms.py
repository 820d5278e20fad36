"""SignedData as this platform writes it: one canonical DER form, built by hand from its parts and read back the same way.

Because the form is canonical, :func:`is_canonical` can rebuild a structure from the facts in it and compare bytes: whatever is not
authenticated by a signature (order, spare fields, lengths) then can't be changed either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509

from . import der, oids, suites
from .errors import CmsError, TrustError

MOST_KEPT = 32 * 1024
"""What is rebuilt from shorter structures is kept: it depends on nothing but their bytes."""

_SIGNED_DATA = der.oid(oids.SIGNED_DATA)
_TIMESTAMP = der.oid(oids.TIMESTAMP_ATTRIBUTE)
_VERSION_1, _VERSION_3 = der.integer(1), der.integer(3)
"""CMS version: 1 for content of type data, else 3 (RFC 5652, 5.1)."""


@dataclass(frozen=True)
class Frame:
    """The parts of a SignedData that do not depend on the content: suite and certificates (signer first, then its issuers, no root)."""

    suite: suites.Suite
    certificates: tuple[bytes, ...]

    @cached_property
    def _signing_certificates(self) -> bytes:
        """The attribute signing-certificate-v2. It names all embedded certificates, so that none of them can be exchanged."""
        digest = self.suite.digest
        # SHA-256 is the default algorithm and must be left out (RFC 5035).
        algorithm = b"" if digest == suites.SHA256 else digest.algorithm
        names = [der.sequence(algorithm, der.octets(digest.of(one))) for one in self.certificates]
        return der.sequence(der.oid(oids.SIGNING_CERTIFICATE_V2), der.set_of(der.sequence(der.sequence(*names))))

    @cached_property
    def _identifier(self) -> bytes:
        """The signer by issuer and serial number."""
        tbs = asn1_x509.Certificate.load(self.certificates[0])["tbs_certificate"]
        return der.sequence(tbs["issuer"].dump(), tbs["serial_number"].dump())

    @cached_property
    def _embedded_certificates(self) -> bytes:
        return der.tlv(0xA0, *sorted(self.certificates))

    @cached_property
    def _around_digests(self) -> dict[str, tuple[bytes, bytes]]:
        """What stands before and behind the digest in the signed attributes, by content type. Filled as types are asked for."""
        return {}

    def signed_attributes(self, content_type: str, digest: bytes) -> bytes:
        """Return the body of the signed attributes: content type, signing certificates, message digest; no signing time.

        ``digest`` is the content's, by the suite's digest function.
        """
        around = self._around_digests.get(content_type)
        if around is None:
            around = self._around_digests[content_type] = self._around_digest(content_type)
        return digest.join(around)

    def _around_digest(self, content_type: str) -> tuple[bytes, bytes]:
        size = self.suite.digest.size
        digest = der.sequence(der.oid(oids.MESSAGE_DIGEST), der.set_of(der.octets(bytes(size))))
        attributes = (
            der.sequence(der.oid(oids.CONTENT_TYPE), der.set_of(der.oid(content_type))),
            self._signing_certificates,
            digest,
        )
        # DER orders them by their bytes; the three differ in length or type before the digest begins, so its value changes nothing.
        ordered = sorted(attributes)
        place = ordered.index(digest)
        return b"".join(ordered[:place]) + digest[:-size], b"".join(ordered[place + 1 :])

    @cached_property
    def _before_attributes(self) -> bytes:
        return der.integer(1) + self._identifier + self.suite.digest.algorithm

    @cached_property
    def _digests(self) -> bytes:
        return der.set_of(self.suite.digest.algorithm)

    def to_sign(self, content_type: str, digest: bytes) -> bytes:
        """Return the bytes that the key signs: the signed attributes as a SET OF."""
        return der.tlv(0x31, self.signed_attributes(content_type, digest))

    def assemble(
        self,
        content_type: str,
        digest: bytes,
        signature: bytes,
        *,
        content: bytes = b"",
        token: bytes = b"",
        embed_certificates: bool = True,
    ) -> bytes:
        """Return the ContentInfo. ``content`` is embedded when given; ``token`` becomes the only unsigned attribute."""
        unsigned = b""
        if token:
            unsigned = der.tlv(0xA1, der.sequence(_TIMESTAMP, der.tlv(0x31, token)))
        signer_info = der.sequence(
            self._before_attributes,
            der.tlv(0xA0, self.signed_attributes(content_type, digest)),
            self.suite.signature_algorithm,
            der.octets(signature),
            unsigned,
        )
        embedded = der.tlv(0xA0, der.octets(content)) if content else b""
        signed_data = der.sequence(
            _VERSION_1 if content_type == oids.DATA else _VERSION_3,
            self._digests,
            der.sequence(der.oid(content_type), embedded),
            self._embedded_certificates if embed_certificates else b"",
            der.tlv(0x31, signer_info),
        )
        return der.sequence(_SIGNED_DATA, der.tlv(0xA0, signed_data))


def sign(frame: Frame, key: suites.PrivateKey, digest: bytes, timestamp: Callable[[bytes], bytes] | None = None) -> bytes:
    """Return a detached CMS over ``digest``, made by the suite's digest function; ``timestamp`` turns the SHA-256 of the signature value
    into a token (DER)."""
    signature = key.sign(frame.to_sign(oids.DATA, digest))
    token = timestamp(suites.SHA256.of(signature)) if timestamp else b""
    return frame.assemble(oids.DATA, digest, signature, token=token)


def is_canonical(data: bytes, signer: bytes) -> bool:
    """Tell whether ``data`` is byte for byte what :class:`Frame` writes for the certificate ``signer`` (DER); tokens inside it too.

    A token of an outside TSA can't be judged by our form: it must be plain DER, with one signer and certificates only.
    """
    try:
        return (_rebuilt_once if len(data) <= MOST_KEPT else _rebuild)(data, signer) == data
    except (ValueError, TypeError, KeyError, TrustError):
        return False


def _rebuild(data: bytes, signer: bytes) -> bytes:
    signed = asn1_cms.ContentInfo.load(data, strict=True)["content"]
    (info,) = signed["signer_infos"]
    content_type = signed["encap_content_info"]["content_type"].dotted
    certificates = [one.chosen.dump() for one in signed["certificates"]]
    order = [signer, *(one for one in certificates if one != signer)]
    if signer not in certificates:
        raise CmsError("the signer's certificate is not embedded")
    suite = suites.of_spki(suites.spki_in(signer))
    digests = [one["values"][0].native for one in info["signed_attrs"] if one["type"].dotted == oids.MESSAGE_DIGEST]
    (digest,) = digests
    content = signed["encap_content_info"]["content"].native if content_type != oids.DATA else b""
    token = b""
    unsigned = info["unsigned_attrs"]
    if isinstance(unsigned, asn1_cms.CMSAttributes) and len(unsigned):
        token = unsigned[0]["values"][0].dump()
    if content_type == oids.TST_INFO:
        content = signed["encap_content_info"]["content"].contents
    return Frame(suite, tuple(_chain_order(order))).assemble(content_type, digest, info["signature"].native, content=content, token=token)


_rebuilt_once = lru_cache(maxsize=64)(_rebuild)


def _chain_order(certificates: list[bytes]) -> list[bytes]:
    """Order ``certificates`` (signer first) so that each is followed by its issuer."""
    rest = [asn1_x509.Certificate.load(one) for one in certificates]
    chain = [rest.pop(0)]
    while rest:
        following = next((one for one in rest if one.subject == chain[-1].issuer), None)
        if following is None:
            raise CmsError("a certificate is embedded that is not in the signer's chain")
        rest.remove(following)
        chain.append(following)
    return [one.dump() for one in chain]
