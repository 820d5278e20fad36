"""The general way of :mod:`.verify`, for files of whatever producer, with pyHanko's reader and difference analysis.

Loading pyHanko costs a process most of a second; a file in our own form never comes here.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError as HankoError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from vermilion.core.trust.store import TrustStore

from . import coverage, differences, following, levels, own_rules, signature_facts, stored_proofs
from .anatomy import Anatomy
from .reader import Reader
from .tails import check_tail
from .verdict import SignatureVerdict, Verdict, worst
from .verify import verify_pdf


class Unparsed(Exception):
    """The strict reader refuses the file."""


class Encrypted(Exception):
    """The file does not open without a password."""


def verify_large(data: bytes, *, trust: TrustStore, now: datetime, integrity_only: bool = False, file: str = "") -> Verdict:
    """Do :func:`.verify.verify_pdf` in a child that has little time: pyHanko comes with this module, before the clock starts."""
    return verify_pdf(data, trust=trust, now=now, integrity_only=integrity_only, file=file)


def judge(anatomy: Anatomy, trust: TrustStore, now: datetime) -> tuple[SignatureVerdict, ...]:
    """Return the verdict on each signature, in the order of their times; none in a file without. Raises Unparsed, Encrypted."""
    try:
        reader = Reader(anatomy)
        opens = reader.opens()
        fields = list(enumerate_sig_fields(reader, filled_status=True)) if opens else []
        int(reader.root["/Pages"]["/Count"] if opens else 0)
    except MemoryError:
        raise
    except Exception as error:  # foreign bytes
        raise Unparsed from error
    if not opens:
        raise Encrypted
    if not fields:
        return ()
    proofs = stored_proofs.read(reader)
    trust = proofs.beside(trust)
    verdicts = [_judge(anatomy, reader, str(name), reference.get_object(), trust, now) for name, _, reference in fields]
    order = {one.field: position for position, one in enumerate(verdicts)}
    verdicts.sort(key=lambda one: (one.signed_at is None, one.signed_at.timestamp() if one.signed_at else 0.0, order[one.field]))
    return following.told(levels.raised(tuple(verdicts), anatomy, stored=proofs.present, now=now))


def is_encrypted(data: bytes) -> bool:
    """Tell whether a lenient reader finds the file encrypted. Raises nothing."""
    try:
        return bool(PdfFileReader(BytesIO(data), strict=False).encrypted)
    except (HankoError, ValueError, KeyError, TypeError, AssertionError, RecursionError):
        return False


def is_signed_leniently(data: bytes) -> bool | None:
    """Tell whether a lenient reader finds a signature; None when it can't read the file either. Raises nothing."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        int(reader.root["/Pages"]["/Count"])
        return next(iter(enumerate_sig_fields(reader, filled_status=True)), None) is not None
    except MemoryError:
        raise
    except Exception:  # foreign bytes
        return None


def _judge(anatomy: Anatomy, reader: Reader, name: str, field: DictionaryObject, trust: TrustStore, now: datetime) -> SignatureVerdict:
    refused = SignatureVerdict(field=name, integrity="broken")
    try:
        signature = EmbeddedPdfSignature(reader, field, name)
    except MemoryError:
        raise
    except Exception:  # foreign bytes
        return refused.because("contents")
    try:
        return _judge_readable(anatomy, reader, signature, trust, now)
    except coverage.CoverageFault as fault:
        return SignatureVerdict(field=name, integrity="not_whole").because(fault.code)
    except MemoryError:
        raise
    except Exception:  # foreign bytes: what can't be explained is refused
        return refused.because("refused")


def _judge_readable(
    anatomy: Anatomy, reader: Reader, signature: EmbeddedPdfSignature, trust: TrustStore, now: datetime
) -> SignatureVerdict:
    data = anatomy.data
    covered = coverage.read_range(anatomy, signature)
    verdict = signature_facts.judge(data, signature, covered, trust=trust, now=now)
    verdict = verdict.because(covers=covered.stop, revision_sha256=hashlib.sha256(memoryview(data)[: covered.stop]).hexdigest())
    ambiguous = [one.code for one in anatomy.findings if one.position < covered.stop]
    if ambiguous:
        verdict = verdict.because(*ambiguous, integrity="broken")
    if covered.stop == len(data):
        if not _revision_complete(reader, signature, covered):
            return verdict.because("revision_incomplete", integrity=worst([verdict.integrity, "not_whole"]))
        return _by_own_rules(anatomy, verdict.because(coverage="whole_file", changes_after="none"))
    if check_tail(anatomy, covered.stop) is not None:
        behind = [one.code for one in anatomy.findings if one.position >= covered.stop]
        return verdict.because("tail", *behind, integrity=worst([verdict.integrity, "not_whole"]))
    if not _revision_complete(reader, signature, covered):
        return verdict.because("revision_incomplete", integrity=worst([verdict.integrity, "not_whole"]))
    if verdict.integrity == "broken":
        return verdict  # there is no signed revision that the present one could be compared with
    changes = differences.review(anatomy, reader, signature, start=covered.stop, own=verdict.own)
    if verdict.own and changes.permitted and not _explained_end(anatomy, reader):
        changes = differences.Changes(False, ("change_forbidden",))
    if changes.permitted and changes.rewritten and not _stamped_end(anatomy, reader, trust, now):
        changes = differences.Changes(False, ("change_forbidden",))
    verdict = verdict.because(*changes.reasons, coverage="revision", changes_after="permitted" if changes.permitted else "forbidden")
    if not changes.permitted:
        return verdict.because(integrity=worst([verdict.integrity, "altered"]))
    return _by_own_rules(anatomy, verdict)


def _by_own_rules(anatomy: Anatomy, verdict: SignatureVerdict) -> SignatureVerdict:
    if not verdict.own:
        return verdict.because(*own_rules.told(anatomy))
    codes = own_rules.safe_findings(anatomy)
    return verdict.because(*codes, integrity="broken") if codes else verdict


def _explained_end(anatomy: Anatomy, reader: Reader) -> bool:
    """Tell whether what no signature or timestamp of an own file covers is validation data as we add it, or nothing."""
    stops = [0]
    for one in reader.embedded_signatures:
        numbers = [int(value) for value in one.byte_range]
        if len(numbers) == 4:
            stops.append(numbers[2] + numbers[3])
    last = max(stop for stop in stops if stop <= len(anatomy.data))
    return last == len(anatomy.data) or stored_proofs.written_by_us(anatomy, last)


def _stamped_end(anatomy: Anatomy, reader: Reader, trust: TrustStore, now: datetime) -> bool:
    """Tell whether a good document timestamp of somebody we trust covers all of the file but validation data as we add it."""
    for one in reader.embedded_signatures:
        if str(one.sig_object.get("/Type", "")) != "/DocTimeStamp":
            continue
        try:
            covered = coverage.read_range(anatomy, one)
        except coverage.CoverageFault:
            continue
        if covered.stop != len(anatomy.data) and not stored_proofs.written_by_us(anatomy, covered.stop):
            continue
        verdict = signature_facts.judge(anatomy.data, one, covered, trust=trust, now=now)
        if verdict.document_timestamp and verdict.integrity == "intact" and verdict.trusted and _revision_complete(reader, one, covered):
            return True
    return False


def _revision_complete(reader: PdfFileReader, signature: EmbeddedPdfSignature, covered: coverage.Range) -> bool:
    """Tell whether the cross-reference of the signature's own revision lies inside the covered bytes, and no later one does."""
    own = signature.signed_revision
    return all(
        (reader.xrefs.get_xref_container_info(revision).end_location <= covered.stop) == (revision <= own)
        for revision in range(reader.xrefs.total_revisions)
    )
