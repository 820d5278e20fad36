"""What a file itself holds for its verification (/DSS; ISO 32000-2, 12.8.4.3): certificates, revocation lists, OCSP responses. Bounded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cryptography import x509
from pyhanko.pdf_utils import generic

from vermilion.core.trust.store import TrustStore

from . import longterm
from .anatomy import Anatomy
from .errors import NotSignable
from .reader import Reader

_MOST_ITEMS = 500
_MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class StoredProofs:
    """All that could be read; what can't be is left out, since it only ever could have helped."""

    certificates: tuple[x509.Certificate, ...] = ()
    revocation_lists: tuple[x509.CertificateRevocationList, ...] = ()
    responses: tuple[bytes, ...] = ()
    present: bool = False

    def beside(self, trust: TrustStore) -> TrustStore:
        """Return ``trust`` with these proofs and embedded certificates; the roots stay those of ``trust``."""
        return replace(
            trust,
            revocation_lists=trust.revocation_lists + self.revocation_lists,
            responses=trust.responses + self.responses,
            helpers=trust.helpers + self.certificates,
        )


def read(reader: Reader) -> StoredProofs:
    """Return what /DSS holds. Raises nothing."""
    try:
        store = reader.root["/DSS"]
    except MemoryError:
        raise
    except Exception:  # foreign bytes: there is none, or none that can be read
        return StoredProofs()
    if not isinstance(store, generic.DictionaryObject):
        return StoredProofs()
    certificates, lists = [], []
    for item in _items(store, "/Certs"):
        try:
            certificates.append(x509.load_der_x509_certificate(item))
        except ValueError:
            continue
    for item in _items(store, "/CRLs"):
        try:
            lists.append(x509.load_der_x509_crl(item))
        except ValueError:
            continue
    return StoredProofs(tuple(certificates), tuple(lists), tuple(_items(store, "/OCSPs")), present=True)


def _items(store: generic.DictionaryObject, key: str) -> list[bytes]:
    found = []
    size = 0
    try:
        for one in list(store.get(key, ()))[:_MOST_ITEMS]:
            data = bytes(one.get_object().data)
            size += len(data)
            if size > _MOST_BYTES:
                break
            found.append(data)
    except MemoryError:
        raise
    except Exception:  # foreign bytes
        return found
    return found


def written_by_us(anatomy: Anatomy, start: int) -> bool:
    """Tell whether the unsigned end of an own file, from ``start``, is byte for byte validation data as this platform adds it.

    No signature covers that end until a timestamp follows, so nothing else may stand in it.
    """
    data = anatomy.data
    stops = [end + (data[end : end + 1] == b"\n") for _, _, end in anatomy.layout.ends if end > start]
    try:
        for stop in stops:
            if longterm.add_validation_data(data[:start], longterm.read_validation_data(data[:stop])) != data[:stop]:
                return False
            start = stop
    except NotSignable:
        return False
    return start == len(data)
