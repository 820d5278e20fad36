"""验签报告: what one check found, as data that can be printed without the file, and as a PDF/A made of them.

The data travel to whoever asked and come back signed by us (``web/verify``), so nothing of an uploaded file is kept.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from typing import Any

from django.utils.translation import get_language

from vermilion.apps.parties.models import Insurer
from vermilion.apps.templates.data.common import moment, present
from vermilion.apps.templates.services import typeset_document
from vermilion.base import children, clock
from vermilion.base.canonical import digest
from vermilion.base.config import config
from vermilion.base.instance import is_demo
from vermilion.core.pdf.inspecting import Inspection, inspect
from vermilion.core.pdf.reasons import REASONS
from vermilion.core.pdf.verdict import SignatureVerdict
from vermilion.core.typeset import missing_in
from vermilion.core.typeset.differences import Differences

from .altered import Alteration
from .verifying import Judgement

KIND = "verification_report"
SECONDS = 15.0
MEGABYTES = 1024
LONGEST_LINE = 200
LONGEST_TEXT = 4000
# Stands for a character that our fonts lack, as printers do (geta mark): a name in a foreign certificate must not stop the report.
STAND_IN = "〓"
# Our fonts draw the curly marks as wide as a Chinese character, which tears English sentences apart.
STRAIGHT = str.maketrans("“”‘’", "\"\"''")


def inspect_foreign(data: bytes) -> Inspection | None:
    """Return every fact of a file, read in a confined child; None when that takes too much. Raises ChildBusy."""
    try:
        return children.call(inspect, data, seconds=SECONDS, megabytes=MEGABYTES)
    except children.ChildBusy:
        raise
    except children.ChildError:
        return None


def report_data(
    judgement: Judgement,
    *,
    answer: tuple[str, str, str],
    facts: list[tuple[str, str]],
    inspection: Inspection | None,
    alteration: Alteration | None = None,
    sha256: str,
    size: int,
    name: str = "",
) -> dict[str, Any]:
    """Return the report's data (shape: ``templates/library/verification_report/schema.json``) in the language of the page.

    ``answer`` is tone, sentence and advice; ``facts`` what the register tells of the document, masked; ``name`` the file's, as uploaded.
    """
    verdict = judgement.verdict
    tone, headline, advice = answer
    data: dict[str, Any] = {
        "demo": is_demo(),
        "operator": _operator(judgement),
        "verify_url": f"{config().base_url}/verify/",
        "made_at": moment(clock.now()),
        "software": f"Vermilion {version('vermilion')}",
        "file": present(
            name=_line(name), size=size, sha256=sha256, format=verdict.format, version=inspection.version if inspection else ""
        ),
        "verdict": {
            "tone": tone,
            "headline": _told(headline),
            "advice": _told(advice),
            "bottom_line": verdict.bottom_line,
            "integrity": verdict.integrity,
            "trusted": verdict.trusted,
        },
        "policy": [{"name": label, "value": _line(value)} for label, value in facts if value],
        "signatures": [_signature(one, inspection) for one in verdict.signatures],
        "revisions": [asdict(one) for one in inspection.revisions] if inspection else [],
        "rest": inspection.rest if inspection and inspection.revisions else 0,
        "findings": _findings([code for code in verdict.reasons if not any(code in one.reasons for one in verdict.signatures)]),
    }
    if alteration and alteration.differences:
        data["altered"] = _altered(alteration.signature, alteration.differences)
    data = _printable(data)
    return {**data, "document_code": digest(data)[:16].upper()}


def report_pdf(data: dict[str, Any], *, language: str | None = None) -> bytes:
    """Return the report as a PDF/A-3b with its data attached, in the language of the page unless told. Raises what typesetting raises."""
    chosen = "en" if _is_english(language or get_language()) else "zh-Hans"
    return typeset_document(KIND, data, language=chosen).pdf


def _operator(judgement: Judgement) -> dict[str, str]:
    """Return in whose name the report is made: the document's insurer, else the only insurer here, else the platform."""
    english = _is_english(get_language())
    if (status := judgement.status) is not None:
        return present(name=(status.insurer_en if english else "") or status.insurer, hotline=status.hotline)
    known = list(Insurer.objects.order_by("code")[:2])
    if len(known) != 1:
        return {"name": "Vermilion" if english else "朱印 Vermilion"}
    return present(name=(known[0].name_en if english else "") or known[0].name, hotline=known[0].hotline)


def _is_english(language: str | None) -> bool:
    return (language or "").startswith("en")


def _told(text: str) -> str:
    return text.translate(STRAIGHT) if _is_english(get_language()) else text


def _signature(one: SignatureVerdict, inspection: Inspection | None) -> dict[str, Any]:
    found = [item for item in inspection.signatures if item.revision_sha256 == one.revision_sha256] if inspection else []
    facts = found[0] if found else None
    data = present(
        signer=_line(one.signer or ""),
        issuer=_line(one.issuer or ""),
        trust_class=one.trust_class,
        level=one.level,
        algorithm=one.algorithm,
        signed_at=_moment(one.signed_at),
        time_source=one.time_source,
        integrity=one.integrity,
        coverage=one.coverage,
        changes_after=one.changes_after,
        followed=list(one.followed) or None,
        chain=one.chain,
        revocation=one.revocation,
        trusted=one.trusted,
        document_timestamp=one.document_timestamp,
        findings=_findings(list(one.reasons)),
        revision_sha256=one.revision_sha256,
    )
    if facts is None:
        return data
    data |= present(range=[facts.start, facts.end, facts.stop], message_digest=facts.message_digest)
    data["certificates"] = [
        {
            **asdict(item),
            "subject": item.subject[:LONGEST_TEXT] or "—",
            "issuer": item.issuer[:LONGEST_TEXT] or "—",
            "not_before": _moment(item.not_before),
            "not_after": _moment(item.not_after),
        }
        for item in facts.certificates
    ]
    if facts.token:
        token = asdict(facts.token)
        data["token"] = {**token, "time": _moment(facts.token.time), "authority": token["authority"][:LONGEST_TEXT] or "—"}
    return data


def _altered(signature: SignatureVerdict, differences: Differences) -> dict[str, Any]:
    return present(
        signer=_line(signature.signer or "—"),
        signed_at=_moment(signature.signed_at),
        pages_before=differences.pages_before,
        pages_after=differences.pages_after,
        cut=differences.cut,
        pages=[
            present(kind=page.kind, before=page.number_before, after=page.number_after, regions=len(page.regions))
            for page in differences.pages
        ],
    )


def _findings(codes: list[str]) -> list[dict[str, str]]:
    at = 1 if _is_english(get_language()) else 0
    return [{"code": code, "text": REASONS[code][at]} for code in dict.fromkeys(codes) if code in REASONS]


def _moment(value: datetime | None) -> str | None:
    try:
        return moment(value) if value else None
    except (OverflowError, ValueError):  # a certificate that ends with the year 9999 has no later zone
        return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(text: str) -> str:
    clean = "".join(one if one.isprintable() else " " for one in text).strip()
    return clean if len(clean) <= LONGEST_LINE else clean[: LONGEST_LINE - 1] + "…"


def _printable(data: Any) -> Any:
    """Return ``data`` with a stand-in for every character that cannot be printed."""
    lacking = {character for found in missing_in(data).values() for character in found}
    table = str.maketrans(dict.fromkeys(lacking, STAND_IN))

    def cleaned(value: Any) -> Any:
        if isinstance(value, str):
            return value.translate(table)
        if isinstance(value, dict):
            return {key: cleaned(item) for key, item in value.items()}
        return [cleaned(item) for item in value] if isinstance(value, (list, tuple)) else value

    return cleaned(data) if lacking else data
