"""Is a signature value right? By the AlgorithmIdentifier in a SignerInfo, for whatever signer (RFC 3370, 4056, 5754, 8419).

What this platform signs with is in :mod:`.suites`; here is what others sign with, so also what is old.
"""

from __future__ import annotations

from asn1crypto import algos
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from .errors import CmsError

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}
_WITHOUT_DIGEST = {"rsassa_pkcs1v15": "rsa", "dsa": "dsa", "ecdsa": "ecdsa"}
"""Algorithms that leave the digest to digestAlgorithm; the others name it first, as ``sha256_rsa``."""


def is_right(
    key: PublicKeyTypes, algorithm: algos.SignedDigestAlgorithm, digest_name: str, signature: bytes, data: bytes, *, digested: bool
) -> bool:
    """Tell whether ``signature`` is over ``data`` by ``key``.

    ``digest_name`` is the SignerInfo's digestAlgorithm; the signature algorithm must agree with it, since some programs go by the one and
    some by the other. ``digested``: ``data`` is the digest of what is signed (no signed attributes). Raises CmsError when algorithm, digest
    and key do not belong together or nobody here knows them.
    """
    name = str(algorithm["algorithm"].native)
    try:
        if name in ("ed25519", "ed448"):
            return _eddsa(key, name, digest_name, signature, data, digested=digested)
        filling: padding.PKCS1v15 | padding.PSS = padding.PKCS1v15()
        if name == "rsassa_pss":
            scheme = "rsa"
            used, filling = _pss(algorithm["parameters"])
        elif name in _WITHOUT_DIGEST:
            used, scheme = digest_name, _WITHOUT_DIGEST[name]
        else:
            used, _, scheme = name.rpartition("_")
        if used != digest_name:
            raise CmsError("signature and digest algorithm do not agree")
        digest = _HASHES[used]()
        over = Prehashed(digest) if digested else digest
        if scheme == "rsa" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, filling, over)
        elif scheme == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(over))
        elif scheme == "dsa" and isinstance(key, dsa.DSAPublicKey):
            key.verify(signature, data, over)
        else:
            raise CmsError("the key is not of the signature algorithm")
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError, TypeError, KeyError) as error:
        raise CmsError(f"the signature algorithm {name} can't be checked") from error
    return True


def _eddsa(key: PublicKeyTypes, name: str, digest_name: str, signature: bytes, data: bytes, *, digested: bool) -> bool:
    if digested:
        raise CmsError("EdDSA signs the content itself, which is not at hand")  # RFC 8419, 3.2
    if name == "ed25519" and digest_name != "sha512":
        raise CmsError("Ed25519 goes with SHA-512")  # RFC 8419, 3.1
    if not isinstance(key, ed25519.Ed25519PublicKey if name == "ed25519" else ed448.Ed448PublicKey):
        raise CmsError("the key is not of the signature algorithm")
    key.verify(signature, data)
    return True


def _pss(parameters: algos.RSASSAPSSParams) -> tuple[str, padding.PSS]:
    """Return digest and padding by the parameters (RFC 4056, 3), which must be there. Raises CmsError."""
    if not isinstance(parameters, algos.RSASSAPSSParams) or parameters["mask_gen_algorithm"]["algorithm"].native != "mgf1":
        raise CmsError("RSASSA-PSS without usable parameters")
    if parameters["trailer_field"].native not in (1, "trailer_field_bc"):
        raise CmsError("RSASSA-PSS with another trailer")
    mask = _HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
    return str(parameters["hash_algorithm"]["algorithm"].native), padding.PSS(padding.MGF1(mask), parameters["salt_length"].native)
