"""Copy the vendored scripts out of node_modules and write VERSIONS (name, version, licence, SHA-256); called by tools/build_assets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

KIT = Path(__file__).resolve().parent
ROOT = KIT.parents[1]
MODULES = KIT / "node_modules"
VENDOR = ROOT / "src/vermilion/web/static/vendor"
TEST_ASSETS = ROOT / "tests/assets"

# package, file inside the package, where it goes
FILES = [
    ("htmx.org", "dist/htmx.min.js", VENDOR / "htmx.min.js"),
    ("@alpinejs/csp", "dist/cdn.min.js", VENDOR / "alpine-csp.min.js"),
    ("signature_pad", "dist/signature_pad.umd.min.js", VENDOR / "signature_pad.min.js"),
    ("axe-core", "axe.min.js", TEST_ASSETS / "axe.min.js"),
]
# compiled into vermilion.css, so their licences travel too
STYLE = ["tailwindcss", "daisyui"]
# the package carries no licence file of its own; the text is the project's MIT licence as published with Alpine.js
MIT_OF = {"@alpinejs/csp": "Copyright © 2019-2025 Caleb Porzio and contributors"}
MIT_TEXT = """MIT License

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def manifest(package: str) -> dict:
    """The package.json of an installed package."""
    return json.loads((MODULES / package / "package.json").read_text())


def copy_licence(package: str, folder: Path) -> None:
    """Put the package's licence text into `folder`/licences."""
    target = folder / "licences" / (package.strip("@").replace("/", "-") + ".txt")
    target.parent.mkdir(parents=True, exist_ok=True)
    found = sorted(p for p in (MODULES / package).iterdir() if p.name.lower() in {"license", "license.md", "licence", "license.txt"})
    text = found[0].read_text() if found else MIT_TEXT.format(copyright=MIT_OF[package])
    target.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")


def main() -> None:
    """Copy all files and write both VERSIONS lists."""
    lines: dict[Path, list[str]] = {VENDOR: [], TEST_ASSETS: []}
    for package, source, target in FILES:
        target.parent.mkdir(parents=True, exist_ok=True)
        # The maps are not vendored, and static file storage refuses a reference to a file that is not there.
        text = (MODULES / package / source).read_text()
        target.write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith("//# sourceMappingURL=")))
        about = manifest(package)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        lines[target.parent].append(f"{target.name}  {package}  {about['version']}  {about['license']}  sha256:{digest}")
        copy_licence(package, target.parent)
    for package in STYLE:
        about = manifest(package)
        lines[VENDOR].append(f"../vermilion.css  {package}  {about['version']}  {about['license']}  compiled")
        copy_licence(package, VENDOR)
    for folder, rows in lines.items():
        head = "# file  package  version  licence  digest; refreshed by tools/build_assets --vendor"
        (folder / "VERSIONS").write_text("\n".join([head, *rows]) + "\n")


if __name__ == "__main__":
    main()
