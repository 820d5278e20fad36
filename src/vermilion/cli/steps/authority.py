"""What ``vermilion ca`` does: ceremonies with the root key, and the use cases of certificates for who has no browser at hand."""

from __future__ import annotations

import argparse
import getpass
import os
import pwd
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cryptography import x509
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals import revoking, services
from vermilion.apps.seals.certifying import AUTHORITY_STREAM
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.keeper.ceremony import SHORTEST_PASSPHRASE, Ceremony
from vermilion.apps.seals.models import CertificateRecord, Seal
from vermilion.base import instance
from vermilion.base.clock import now
from vermilion.base.config import config
from vermilion.base.errors import VermilionError
from vermilion.core.trust import profiles
from vermilion.core.trust.errors import TrustError
from vermilion.core.trust.revocation import Revocation


class CeremonyRefused(VermilionError):
    """A step of a ceremony can't be done; nothing was changed."""

    code = "ceremony_refused"


def do(args: argparse.Namespace) -> int:
    """Carry out one ``vermilion ca`` command; return the exit status. Raises VermilionError."""
    actions = {"show": _show, "list": _list, "revoke": _revoke, "renew": _renew}
    if args.part in actions:
        actions[args.part](args)
        return 0
    settings = config()
    ceremony = Ceremony(settings.home, demo=instance.is_demo(), base_url=settings.base_url)
    if not ceremony.begun:
        raise CeremonyRefused(_("这里还没有证书颁发机构；密钥服务第一次启动时建立。"))
    _refuse_stranger(settings.home / "keeper")
    try:
        {"root": _root, "issuing": _issuing}[args.part](args, ceremony)
    except TrustError as error:
        raise CeremonyRefused(format_lazy(_("没有执行，什么都没有改变：{reason}"), reason=str(error))) from error
    return 0


def _refuse_stranger(folder: Path) -> None:
    """A key that another user writes, root among them, could not be opened by the keeper."""
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        try:
            who = pwd.getpwuid(owner).pw_name
        except KeyError:
            who = str(owner)
        raise CeremonyRefused(
            _("密钥文件夹属于用户 {who}，这里新写的密钥它的密钥服务会打不开。").format(who=who),
            hint=_("用该用户执行：runuser -u {who} -- vermilion ca …").format(who=who),
        )


def _root(args: argparse.Namespace, ceremony: Ceremony) -> None:
    if args.action == "crl":
        revoked = [Revocation(ceremony.issuing_serial(args.revoke), now(), args.reason, args.since)] if args.revoke else []
        ceremony.sign_list(now(), revoked, timedelta(days=args.days))
        _note("ca.root_list", args, {"revoked": args.revoke, "reason": args.reason if args.revoke else None})
        print(_("根证书的吊销列表已重新签发。"))
        _tell_keeper()
        return
    passphrase = _ask(args, twice=args.action == "export")
    if args.action == "export":
        key = ceremony.export_root(args.file, passphrase)
        _note("ca.root_exported", args, {"key": key})
        print(_("根密钥已加密写入 {path}。请复制到两处离线介质，再执行 vermilion ca root remove。").format(path=args.file))
    elif args.action == "remove":
        ceremony.remove_root(args.file, passphrase, now())
        _note("ca.root_removed", args, {})
        print(_("根密钥已从本机移除，根吊销列表已签发至 400 天后。请把 {path} 也移出本机。").format(path=args.file))
    else:
        ceremony.import_root(args.file, passphrase)
        _note("ca.root_imported", args, {})
        print(_("根密钥已放回本机。用完后请再次移除。"))


def _issuing(args: argparse.Namespace, ceremony: Ceremony) -> None:
    made = ceremony.renew_issuing(now())
    _note("ca.issuing_made", args, {"serial": f"{made.serial_number:x}"})
    print(_("已建立新的签发证书：{name}。").format(name=_name(made.subject)))
    _tell_keeper()


def _tell_keeper() -> None:
    """Let the running keeper use what was made, without a restart."""
    try:
        client.look_again()
    except VermilionError as error:
        print(_("密钥服务还没有用上（{message}）；它在下次启动或夜间任务时用上。").format(message=error.message))
    else:
        print(_("密钥服务已用上，不必重新启动。"))


def _note(event: str, args: argparse.Namespace, facts: dict[str, str | None]) -> None:
    with transaction.atomic():
        record(stream="system", stream_id=AUTHORITY_STREAM, type=event, public=facts, private={"people": args.people})


def _ask(args: argparse.Namespace, *, twice: bool) -> bytes:
    """Return the passphrase. It is never an argument: arguments are seen by every user of the machine."""
    if args.passphrase_file:
        text = args.passphrase_file.read_text().rstrip("\n")
    else:
        text = getpass.getpass(_("根密钥口令："))
        if twice and getpass.getpass(_("再输入一次：")) != text:
            raise CeremonyRefused(_("两次输入的口令不同。"))
    if len(text) < SHORTEST_PASSPHRASE:
        raise CeremonyRefused(_("口令至少 {count} 个字符。").format(count=SHORTEST_PASSPHRASE))
    return str(text).encode()


def _show(args: argparse.Namespace) -> None:
    status, pem = client.status()
    root, issuing = x509.load_pem_x509_certificates(pem)
    facts = (_("根密钥"), _("在本机") if status["root_key_here"] else _("已离线"), _("吊销列表至"), status["root_list_until"][:10])
    print(f"{_name(root.subject)}\n  {root.not_valid_after_utc:%Y-%m-%d}", *facts, sep="  ")
    print(f"{_name(issuing.subject)}\n  {issuing.not_valid_after_utc:%Y-%m-%d}  {status['issuing']}")


def _list(args: argparse.Namespace) -> None:
    rows = CertificateRecord.objects.exclude(profile="event").order_by("created_at")
    if not args.all:
        rows = rows.filter(revoked_at__isnull=True, not_after__gt=now())
    for one in rows:
        state = one.get_revocation_code_display() if one.revoked_at else ""
        facts = (one.serial, f"{one.profile:<12}", f"{one.not_after:%Y-%m-%d}", one.trust_class or "-", one.subject_id or "-", state)
        print("  ".join(str(fact) for fact in facts).rstrip())


def _revoke(args: argparse.Namespace) -> None:
    found = CertificateRecord.objects.filter(serial=args.serial.lower().removeprefix("0x")).first()
    by = StaffMember.objects.filter(user__username=args.by, active=True).first()
    if found is None or by is None:
        raise CeremonyRefused(_("没有这个序列号的证书，或没有这个员工账号。"))
    seal = Seal.objects.filter(pk=found.subject_id).first() if found.profile == profiles.ORGANISATION.name and found.subject_id else None
    if seal is not None:  # two people, as in the console (docs/adr/0020)
        if not by.has(*revoking.PEOPLE):
            raise CeremonyRefused(_("只有印章保管人或合规人员可以申请吊销印章的证书。"))
        revoking.request_revocation(
            seal_id=seal.pk, record_id=found.pk, code=args.reason, reason=args.because, suspected_since=args.since, by=by
        )
        print(_("已替 {name} 提交吊销申请；须由另一人在控制台复核后才吊销。情况紧急时先在控制台冻结印章。").format(name=by.name))
        return
    services.revoke_certificate(record_id=found.pk, code=args.reason, reason=args.because, suspected_since=args.since, by=by)
    print(_("证书 {serial} 已吊销。").format(serial=found.serial))


def _renew(args: argparse.Namespace) -> None:
    try:
        seal = Seal.objects.filter(pk=UUID(args.seal)).first()
    except (ValueError, ValidationError):
        seal = None
    if seal is None:
        raise CeremonyRefused(_("没有这个编号的印章。"))
    renewed = services.renew_seal_certificate(seal_id=seal.pk)
    certificate = renewed.certificate
    print(_("印章“{name}”的新证书有效至 {day}。").format(name=seal.name, day=f"{certificate.not_after:%Y-%m-%d}" if certificate else "-"))


def _name(name: x509.Name) -> str:
    return str(name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
