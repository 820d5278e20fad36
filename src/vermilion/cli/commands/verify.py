"""Verify signed documents: are they whole, unchanged, and signed by somebody we trust?

A folder stands for every PDF and OFD file below it. On a terminal a progress bar shows how far it is.
Exit status: 0 all valid, 1 some not valid (unsigned and untrusted count), 2 some unreadable.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

from vermilion.cli.verifying import find, judge_all
from vermilion.core.pdf import following
from vermilion.core.pdf.reasons import sentence
from vermilion.core.pdf.verdict import SignatureVerdict, Verdict
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
    parser.add_argument("files", nargs="+", metavar="FILE", help="a signed document, or a folder of them")
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
    # A child that a hostile file ended is told in the verdict; beside a progress bar its log line would be noise.
    logging.getLogger("vermilion.base.children").setLevel(logging.ERROR)
    names = find(args.files)
    if not names:
        print(f"vermilion verify: no PDF or OFD file in {', '.join(args.files)}", file=sys.stderr)
        return EXIT_USAGE
    verdicts = _verify(names, trust, args)
    if args.json:
        print(json.dumps([verdict.as_json() for verdict in verdicts], ensure_ascii=False, indent=2))
    elif len(verdicts) > 1:
        _print_sum(verdicts)
    if any(verdict.bottom_line == "unreadable" for verdict in verdicts):
        return EXIT_UNREADABLE
    return 0 if all(verdict.bottom_line == "valid" for verdict in verdicts) else EXIT_INVALID


def _verify(names: list[str], trust: TrustStore, args: argparse.Namespace) -> list[Verdict]:
    """Judge the files, in their order; without ``--json`` each is told as soon as it is known."""
    found = []
    quiet = len(names) < 2 or not sys.stderr.isatty()
    with closing(judge_all(names, trust=trust, integrity_only=args.integrity_only)) as judged:
        for verdict in judged if quiet else _with_bar(judged, len(names)):
            with_policy, headline = _with_policy(verdict)
            found.append(with_policy)
            if not args.json:
                with nullcontext() if quiet else _beside_bar():
                    _print(with_policy, headline)
                    sys.stdout.flush()  # whoever reads along through a pipe
    return found


def _with_bar(judged: Iterable[Verdict], total: int) -> Iterator[Verdict]:
    from tqdm import tqdm  # a tenth of a small check's time, for terminals only

    with tqdm(judged, total=total, file=sys.stderr, dynamic_ncols=True, unit="") as bar:
        yield from bar


def _beside_bar() -> AbstractContextManager[None]:
    from tqdm import tqdm

    context: AbstractContextManager[None] = tqdm.external_write_mode(file=sys.stdout)
    return context


def _home() -> Path:
    return Path(os.environ.get("VERMILION_HOME") or "var")


def _trust(files: list[str] | None) -> TrustStore:
    if files:
        return TrustStore.of([certificate for name in files for certificate in read_pem(Path(name))])
    return TrustStore.load(_home() / "trust")


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
    from vermilion.apps.policies.verifying import conclude, told

    judgement = conclude(verdict)
    _tone, headline, _advice = sentence_of(judgement)
    return told(judgement), headline


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
        if signature.followed:
            what = following.words(signature.followed, language)
            print(
                f"    其后有签名所允许的：{'、'.join(what)}" if language == "zh" else f"    followed, as it permits, by {', '.join(what)}"
            )
    for code in verdict.reasons:
        print(f"  - {sentence(code, language)} [{code}]")


def _print_sum(verdicts: list[Verdict]) -> None:
    counts: Counter[str] = Counter(verdict.bottom_line for verdict in verdicts)
    at = 0 if _chinese() else 1
    parts = [f"{words[at]} {counts[line]}" for line, words in _WORDS.items() if counts[line]]
    print((f"共 {len(verdicts)} 份：" if at == 0 else f"{len(verdicts)} files: ") + ("，" if at == 0 else ", ").join(parts))


def _line(signature: SignatureVerdict) -> str:
    moment = signature.signed_at.strftime("%Y-%m-%d %H:%M:%S UTC") if signature.signed_at else "-"
    return f"{signature.signer or '?'} · {moment} ({signature.time_source}) · {signature.level} · {signature.trust_class or '-'}"
