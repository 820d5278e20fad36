"""What keeps a signature verifiable for decades: validation data (/DSS) and document timestamps behind a signed file, as later revisions.

PAdES B-LT is a file with the certificates and the proof that none was revoked; B-LTA adds a timestamp over all of it, and again before the
TSA's certificate ends (EN 319 142-1, 5.4 and 5.5; ISO 32000-2, 12.8.4.3 and 12.8.5). No signature forbids these two (12.8.5.3). What the
file held stays byte for byte. The per-signature index /VRI is optional there and left out: a reader takes the data from the lists.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import NotSignable
from .fields import add_invisible_field, signature_fields
from .revision import Revision
from .signing import Prepared, unsigned_value, with_range
from .syntax import SyntaxFault, array, reference, write_array, write_dictionary, write_reference

_LISTS = {b"/Certs": "certificates", b"/CRLs": "revocation_lists", b"/OCSPs": "ocsp_responses"}
TIMESTAMP_FIELD = "Timestamp"


@dataclass(frozen=True)
class ValidationData:
    """DER of certificates, revocation lists and OCSP responses; no order, nothing twice."""

    certificates: tuple[bytes, ...] = ()
    revocation_lists: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()


def add_validation_data(pdf: bytes, data: ValidationData) -> bytes:
    """Return ``pdf`` with a revision that adds to /DSS what is not in it yet; ``pdf`` itself when that is nothing. Raises NotSignable."""
    try:
        revision = Revision(pdf)
        _check_signed(revision)
        root = revision.root
        store = revision.opened(root[b"/DSS"]) if b"/DSS" in root else {b"/Type": b"/DSS"}
        entries = dict(store)
        for key, name in _LISTS.items():
            there = array(revision.resolved(store[key])) if key in store else []
            known = {_stream(revision, one) for one in there}
            new = sorted(set(getattr(data, name)) - known)
            if new:
                entries[key] = write_array([*there, *(write_reference(revision.add_stream({}, one)) for one in new)])
        if entries == store:
            return pdf
        if reference(root.get(b"/DSS", b"")) is None:
            revision.update(revision.root_number, {**root, b"/DSS": write_reference(revision.add(write_dictionary(entries)))})
        else:
            revision.update(reference(root[b"/DSS"]) or 0, entries)
        return revision.finished()
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"validation data can't be added: {error}") from error


def read_validation_data(pdf: bytes) -> ValidationData:
    """Return what /DSS of a file of ours holds. Raises NotSignable when the file can't be read."""
    try:
        revision = Revision(pdf)
        root = revision.root
        store = revision.opened(root[b"/DSS"]) if b"/DSS" in root else {}
        found = {
            name: tuple(_stream(revision, one) for one in array(revision.resolved(store[key]))) if key in store else ()
            for key, name in _LISTS.items()
        }
        return ValidationData(**found)
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"validation data can't be read: {error}") from error


def _stream(revision: Revision, value: bytes) -> bytes:
    found = revision.stream(reference(value) or 0)
    if found is None or b"/Filter" in found[0]:
        raise SyntaxFault("validation data is not written as ours")
    return found[1]


def prepare_timestamp(pdf: bytes) -> Prepared:
    """Write the revision of one more document timestamp; its token (RFC 3161, over ``digest``) goes in by ``signing.finish``.

    Raises NotSignable for a file without signatures or one that can't be read.
    """
    try:
        revision = Revision(pdf)
        fields = _check_signed(revision)
        number = revision.add(unsigned_value(b"/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"))
        count = 1 + sum(name.startswith(TIMESTAMP_FIELD) for name in fields)
        add_invisible_field(revision, f"{TIMESTAMP_FIELD}{count}", number)
        return with_range(revision)
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the timestamp can't be placed: {error}") from error


def _check_signed(revision: Revision) -> list[str]:
    """Return the names of the fields. Raises NotSignable when nobody has signed: there is nothing to keep verifiable."""
    fields = signature_fields(revision)
    if not any(field.signed for field in fields):
        raise NotSignable("nobody has signed the file")
    return [field.name for field in fields]


def signatures_in(pdf: bytes) -> list[bytes]:
    """Return the CMS or token (DER, padding and all) of every signature and timestamp, in the order of the fields. Raises NotSignable."""
    try:
        revision = Revision(pdf)
        values = [revision.opened(field.entries[b"/V"]) for field in signature_fields(revision) if field.signed]
        return [bytes.fromhex(value[b"/Contents"][1:-1].decode("ascii")) for value in values]
    except (SyntaxFault, KeyError, ValueError) as error:
        raise NotSignable(f"the signatures can't be read: {error}") from error
