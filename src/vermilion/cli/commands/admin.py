"""Set an instance up: its company and first administrator, products, seals, API clients."""

from __future__ import annotations

import argparse
import errno
import getpass
import json
import os
import sys
from datetime import date
from pathlib import Path

from vermilion.base import private
from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make an administrator's account; further people are made in the console")
    create.add_argument("username")
    create.add_argument("--name", required=True, help="the person's name")
    create.add_argument("--phone", required=True)
    create.add_argument("--password-file", type=Path, help="read the password from this file instead of asking")
    create.add_argument(
        "--insurer", type=Path, metavar="FILE", help="JSON with the company's data, for a company that is not there yet (docs/operator.md)"
    )
    check = actions.add_parser("authenticate", help="record that the company was checked; without it no seal can be put in use")
    check.add_argument("--by", required=True, metavar="NAME", help="who checked it")
    check.add_argument(
        "--document",
        type=Path,
        action="append",
        default=[],
        dest="documents",
        metavar="FILE",
        help="what was checked; again for each",
    )
    check.add_argument("--until", metavar="YYYY-MM-DD", type=date.fromisoformat, help="when the licence runs out")
    check.add_argument("--note", default="", help="anything else to be kept, e.g. the licence's number")
    check.add_argument("--refuse", action="store_true", help="record that it did not pass")
    product = actions.add_parser("product", help="put a product on sale, in place of its older version")
    product.add_argument("folder", type=Path, help="its files (apps/products/loading.py names them; cli/demo/content/products has three)")
    product.add_argument("--shared", type=Path, help="forms, consents, occupations (default: 'shared' beside the folder)")
    seal = actions.add_parser("seal", help="make a seal with key and certificate; the keeper must run")
    seal.add_argument("kind", help="policy, endorsement, or a kind of your own")
    seal.add_argument("name", help="what stands in its certificate and in the register, e.g. 电子保单专用章")
    seal.add_argument("--years", type=int, choices=range(1, 11), metavar="1-10", default=3, help="how long it is valid (default 3)")
    seal.add_argument(
        "--size",
        type=int,
        choices=range(15, 61),
        metavar="15-60",
        default=40,
        help="diameter or width in mm (default 40; usual: 38, 40, 42, oval 45)",
    )
    seal.add_argument(
        "--shape", choices=("round", "oval"), default="round", help="of the picture that is drawn (default round; an oval is 2/3 as high)"
    )
    seal.add_argument("--picture", type=Path, metavar="SVG", help="its picture (default: a round one with the company's name)")
    client = actions.add_parser("client", help="make an API client; prints its id and secret once")
    client.add_argument("name")
    client.add_argument("--scope", action="append", required=True, dest="scopes", help="again for each (docs/users/integrator.md)")
    client.add_argument("--branch", default="", help="code of the branch that gets its cases (default: the first)")
    client.add_argument("--mail", default="", help="whom to tell when its webhooks fail")
    client.add_argument("--out", type=Path, metavar="FILE", help="write id and secret to this new file (mode 0600) instead")
    shut = actions.add_parser("shut-client", help="let an API client in no more")
    shut.add_argument("client_id")
    for action in (create, check, product, seal, client, shut):
        action.add_argument("--company", default="", help="the company's code, where there are several")


def run(args: argparse.Namespace) -> int:
    """Do one of these."""
    platform.load("app")
    if args.action == "create":
        return _create(args)
    from django.utils.translation import gettext as _

    from vermilion.cli.steps import equipping

    insurer = equipping.the_insurer(args.company)
    if args.action == "authenticate":
        from vermilion.apps.parties import organising

        documents = [(path.name, path.read_bytes()) for path in args.documents]
        organising.authenticate(
            insurer=insurer, passed=not args.refuse, by=args.by, documents=documents, note=args.note, valid_until=args.until
        )
        sentence = _("已登记：{name} 未通过企业认证。") if args.refuse else _("已登记：{name} 通过企业认证。")
        print(sentence.format(name=insurer.name))
    elif args.action == "product":
        shared = args.shared or args.folder.resolve().parent / "shared"
        version = equipping.publish_product(insurer=insurer, folder=args.folder.resolve(), shared=shared)
        print(_("{code} 第 {version} 版正在销售。").format(code=version.code, version=version.version))
    elif args.action == "seal":
        picture = args.picture.read_text(encoding="utf-8") if args.picture else None
        seal = equipping.make_seal(
            insurer=insurer, kind=args.kind, name=args.name, years=args.years, size_mm=args.size, shape=args.shape, picture=picture
        )
        print(_("印章“{name}”已启用。请印章保管人在控制台申请用印授权，由两位审批人批准后即可使用。").format(name=seal.name))
    elif args.action == "client":
        if args.out and args.out.exists():  # before there is a client whose secret nobody would know
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), args.out)
        made = equipping.make_client(insurer=insurer, name=args.name, scopes=args.scopes, branch=args.branch, contact_mail=args.mail)
        secret = json.dumps({"client_id": made.client_id, "client_secret": made.client_secret})
        if args.out:
            private.write_new(args.out, secret.encode())
        else:
            print(secret)
    else:
        client = equipping.shut_client(insurer=insurer, client_id=args.client_id)
        print(_("接口客户端“{name}”已停用。").format(name=client.name))
    return 0


def _create(args: argparse.Namespace) -> int:
    """Make the account. The password is never an argument: arguments are seen by every user of the machine."""
    from django.utils.translation import gettext as _

    from vermilion.cli.steps import first_admin

    if args.password_file:
        password = args.password_file.read_text().rstrip("\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(_("口令："))
    else:
        password = sys.stdin.readline().rstrip("\n")
    first_admin.create(
        username=args.username, password=password, name=args.name, phone=args.phone, insurer_file=args.insurer, company=args.company
    )
    print(_("已建立管理员 {username}。首次登录后请启用两步验证。").format(username=args.username))
    return 0
