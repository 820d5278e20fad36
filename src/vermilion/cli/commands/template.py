"""An insurer's templates as files: export a version, import one as a draft, from a .zip or from a folder in which one was unpacked."""

from __future__ import annotations

import argparse
from pathlib import Path
from uuid import UUID

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="versions of the insurers' own templates, with their ids")
    listing.add_argument("--insurer", metavar="CODE")
    export = actions.add_parser("export", help="write a version into a new file")
    export.add_argument("version", type=UUID, metavar="ID")
    export.add_argument("file", type=Path, metavar="FILE")
    taken = actions.add_parser("import", help="make a draft of a file, or of a folder with its unpacked and changed content")
    taken.add_argument("path", type=Path, metavar="FILE-OR-FOLDER")
    taken.add_argument("--by", required=True, metavar="USERNAME", help="whose draft it is: a template editor, who does not review it then")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    platform.load("app")
    return {"list": _list, "export": _export, "import": _import}[args.action](args)


def _list(args: argparse.Namespace) -> int:
    from vermilion.apps.templates.models import TemplateVersion

    rows = TemplateVersion.objects.select_related("template__insurer").filter(template__insurer__isnull=False)
    if args.insurer:
        rows = rows.filter(template__insurer__code=args.insurer)
    for row in rows.order_by("template", "language", "number"):
        template = row.template
        code = template.insurer.code if template.insurer else ""
        print(f"{row.pk}  {code}  {template.kind}  {template.product or '-'}  {row.language}  {row.number}  {row.state}  {template.name}")
    return 0


def _export(args: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from vermilion.apps.templates import exchange
    from vermilion.apps.templates.errors import TemplateUnknown
    from vermilion.apps.templates.models import TemplateVersion

    found = TemplateVersion.objects.select_related("template__insurer").filter(pk=args.version, template__insurer__isnull=False).first()
    if found is None:
        raise TemplateUnknown()
    with args.file.open("xb") as file:
        file.write(exchange.export(found))
    print(_("已写入 {file}。").format(file=args.file))
    return 0


def _import(args: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from vermilion.apps.parties.models import Role, StaffMember
    from vermilion.apps.templates import exchange
    from vermilion.apps.templates.errors import NotAnEditor

    person = StaffMember.objects.select_related("insurer").filter(user__username=args.by).first()
    if person is None or not person.has(Role.TEMPLATE_EDITOR):
        raise NotAnEditor()
    data = exchange.packed(args.path) if args.path.is_dir() else args.path.read_bytes()
    made = exchange.import_package(insurer=person.insurer, data=data, by=person)
    print(_("已导入为草稿：{template}，第 {number} 版（{id}）。").format(template=made.template, number=made.number, id=made.pk))
    return 0
