"""Drive one whole life of a policy over HTTP through a running demo instance; print each step with its time."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from vermilion.cli import platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end (docs/schemas/demo.json)")
    parser.add_argument("--url", help="the platform's address (default: this instance's)")
    parser.add_argument("--out", type=Path, help="folder for the downloaded files (default: $VERMILION_HOME/demo)")
    parser.add_argument("--seed", type=int, help="which invented customer (default: another one each time)")


def staff_address(base: str) -> str:
    """Return where staff open a demo: browsers give passkeys to host names, ``localhost`` among them, and to no number."""
    scheme, _slashes, rest = base.partition("://")
    return f"{scheme}://localhost{rest.removeprefix('127.0.0.1')}" if rest.partition(":")[0] == "127.0.0.1" else base


def run(args: argparse.Namespace) -> int:
    """Drive; 0 when every step succeeded, 1 otherwise."""
    platform.load("app")
    from vermilion.base.config import config
    from vermilion.cli.demo import seed
    from vermilion.cli.demo.browser import DemoFailed
    from vermilion.cli.demo.drive import Drive

    base = (args.url or config().base_url).rstrip("/")

    def tell(name: str, seconds: float) -> None:
        if not args.json:
            print(f"  ✓ {seconds:6.2f} s  {name}", flush=True)

    drive = Drive(base, args.out or config().home / "demo", tell, seed=args.seed or int(time.time()) % 9000 + 100)
    try:
        report = drive.run()
    except DemoFailed as problem:
        if args.json:
            print(json.dumps(asdict(drive.report), ensure_ascii=False, indent=2))
        print(f"vermilion demo: {problem}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=2))
        return 0
    print(f"\n签名到送达 {report.signature_to_delivery_seconds:.2f} 秒（不含支付），全程 {report.total_seconds:.1f} 秒")
    print("文件：")
    for name, path in report.files.items():
        print(f"  {name:16} {path}")
    print("网址：")
    staff = staff_address(base)
    for name, url in {
        "portal": f"{base}/",
        "outbox": f"{base}/sandbox/outbox/",
        "console": f"{staff}/console/",
        "approval": f"{staff}/a/",
        "sales": f"{staff}/sales/",
        "verify": f"{base}/verify/",
        "api": f"{base}/api/v1/openapi.json",
        **report.links,
    }.items():
        print(f"  {name:22} {url}")
    print("登录（演示账户，密码相同；验证码显示在登录页上）：")
    from vermilion.cli.demo import content

    print(f"  密码 {seed.password()}")
    for person in content.staff():
        print(f"  {person.username:14} {person.name}  {', '.join(person.roles)}")
    for seller in content.salespeople():
        print(f"  {seller.username:14} {seller.name}  salesperson")
    print(f"  API 客户端 {seed.client_file()}")
    return 0
