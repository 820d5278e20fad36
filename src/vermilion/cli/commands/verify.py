"""Verify signed documents: are they whole, unchanged, and signed by somebody we trust?

Exit status: 0 all valid, 1 some not valid (unsigned and untrusted count), 2 some unreadable.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from vermilion.apps.seals.verifying import verify_foreign
from vermilion.base.clock import now
from vermilion.core.pdf.reasons import sentence
from vermilion.core.pdf.verdict import SignatureVerdict, Verdict, unreadable
from vermilion.core.pdf.verify import MAX_BYTES
from vermilion.core.trust.errors import TrustError
from vermilion.core.trust.store import TrustStore, read_pem

EXIT_INVALID, EXIT_UNREADABLE, EXIT_USAGE = 1, 2, 64

_WORDS = {
    "valid": ("有效", "valid"),
    "invalid": ("无效", "not valid"),
    "unsigned": ("没有签名", "not signed"),
    "unreadable": ("无法读取", "unreadable"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a signed document")
    parser.add_argument("--json", action="store_true", help="print a list with one object per file (docs/schemas/verify.json)")
    parser.add_argument("--trust", action="append", metavar="PEM", help="trust these roots only, instead of $VERMILION_HOME/trust")
    parser.add_argument("--integrity-only", action="store_true", help="judge integrity and coverage, whoever signed")


def run(args: argparse.Namespace) -> int:
    """Verify every file."""
    try:
        trust = _trust(args.trust)
    except TrustError as error:
        print(f"vermilion verify: {error}", file=sys.stderr)
        return EXIT_USAGE
    judged = [_with_policy(_verify(name, trust, integrity_only=args.integrity_only)) for name in args.files]
    verdicts = [verdict for verdict, _headline in judged]
    if args.json:
        print(json.dumps([verdict.as_json() for verdict in verdicts], ensure_ascii=False, indent=2))
    else:
        for verdict, headline in judged:
            _print(verdict, headline)
    if any(verdict.bottom_line == "unreadable" for verdict in verdicts):
        return EXIT_UNREADABLE
    return 0 if all(verdict.bottom_line == "valid" for verdict in verdicts) else EXIT_INVALID


def _home() -> Path:
    return Path(os.environ.get("VERMILION_HOME") or "var")


def _trust(files: list[str] | None) -> TrustStore:
    if files:
        return TrustStore.of([certificate for name in files for certificate in read_pem(Path(name))])
    return TrustStore.load(_home() / "trust")


def _verify(name: str, trust: TrustStore, *, integrity_only: bool) -> Verdict:
    path = Path(name)
    try:
        if path.stat().st_size > MAX_BYTES:
            return replace(unreadable("too_large", format="unknown"), file=name)
        data = path.read_bytes()
    except OSError:
        return replace(unreadable("not_opened", format="unknown"), file=name)
    return verify_foreign(data, trust=trust, now=now(), integrity_only=integrity_only, file=name)


def _with_policy(verdict: Verdict) -> tuple[Verdict, str]:
    """Add what the archive knows about the document, and its sentence, when this machine has an instance whose database answers."""
    ours = any(one.own and one.trusted for one in verdict.signatures)
    if not ours or not (os.environ.get("DATABASE_URL") or (_home() / "secrets").is_dir()):
        return verdict, ""
    try:
        return _archived(verdict)
    except Exception:  # no database, no rights, another version: the file's own verdict stands without it
        return verdict, ""


def _archived(verdict: Verdict) -> tuple[Verdict, str]:
    from vermilion.cli import platform

    platform.load("app")
    from vermilion.apps.policies.sentences import sentence_of
    from vermilion.apps.policies.verifying import conclude, policy_json

    judgement = conclude(verdict)
    _tone, headline, _advice = sentence_of(judgement)
    unknown = ("not_archived",) if judgement.kind == "not_archived" else ()
    return replace(verdict, policy=policy_json(judgement.status), reasons=(*verdict.reasons, *unknown)), headline


def _chinese() -> bool:
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return not wanted.startswith("en")


def _print(verdict: Verdict, headline: str) -> None:
    language = "zh" if _chinese() else "en"
    print(f"{verdict.file}: {_WORDS[verdict.bottom_line][0 if language == 'zh' else 1]}")
    if headline:
        print(f"  {headline}")
    for signature in verdict.signatures:
        print(f"  {_line(signature)}")
    for code in verdict.reasons:
        print(f"  - {sentence(code, language)} [{code}]")


def _line(signature: SignatureVerdict) -> str:
    moment = signature.signed_at.strftime("%Y-%m-%d %H:%M:%S UTC") if signature.signed_at else "-"
    return f"{signature.signer or '?'} · {moment} ({signature.time_source}) · {signature.level} · {signature.trust_class or '-'}"
