"""Look after the built-in CA: take the root key away, renew, revoke."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path

from vermilion.cli import platform

REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation", "privilegeWithdrawn")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parts = parser.add_subparsers(dest="part", required=True)
    parts.add_parser("show", help="certificates of the CA, when they end, where the root key is")

    root = parts.add_parser("root", help="the root key, on the keeper's machine").add_subparsers(dest="action", required=True)
    for name, text in (
        ("export", "write the root key, encrypted, to a new file"),
        ("remove", "remove the root key from this machine; FILE is its exported copy, which is opened first"),
        ("import", "bring the root key back from FILE"),
    ):
        action = root.add_parser(name, help=text)
        action.add_argument("file", type=Path, metavar="FILE")
        _passphrase(action)
    crl = root.add_parser("crl", help="sign the root's revocation list anew (the root key must be here)")
    crl.add_argument("--revoke", metavar="NAME", help="an issuing CA to be revoked for ever, e.g. issuing")
    crl.add_argument("--reason", choices=REASONS, default="unspecified")
    crl.add_argument("--since", type=_moment, metavar="TIME", help="RFC 3339; from when on its key is suspected")
    crl.add_argument("--days", type=int, default=400, help="how long the list is good")
    _people(crl)

    issuing = parts.add_parser("issuing", help="the CA that issues").add_subparsers(dest="action", required=True)
    _people(issuing.add_parser("renew", help="make the next issuing CA (the root key must be here); the keeper takes it at once"))

    certificates = parts.add_parser("list", help="certificates of seals, people, TSA and OCSP; not those of single signatures")
    certificates.add_argument("--all", action="store_true", help="ended and revoked ones too")
    revoke = parts.add_parser("revoke", help="revoke a certificate by its serial number (hexadecimal), for ever; of a seal's: ask for it")
    revoke.add_argument("serial")
    revoke.add_argument("--reason", choices=REASONS, required=True)
    revoke.add_argument("--because", required=True, metavar="TEXT", help="in words; kept as evidence")
    revoke.add_argument("--since", type=_moment, metavar="TIME", help="RFC 3339; from when on the key is suspected")
    revoke.add_argument(
        "--by",
        required=True,
        metavar="USERNAME",
        help="who decided it: a staff account; for a seal's, a custodian or compliance officer, whom another one confirms in the console",
    )
    renew = parts.add_parser("renew", help="give a seal a new key and certificate before the old one ends")
    renew.add_argument("seal", metavar="SEAL", help="the seal's id")


def _passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--passphrase-file", type=Path, help="read the passphrase from this file instead of asking")
    _people(parser)


def _people(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", required=True, metavar="NAMES", help="who is present; kept as evidence")


def _moment(text: str) -> datetime:
    """Return an RFC 3339 time. Raises ValueError, which argparse turns into a sentence."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    platform.load("app")
    from vermilion.cli.steps import authority

    return authority.do(args)
