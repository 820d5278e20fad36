"""What is vendored is what it says; what pages use is in the style sheet."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src/vermilion/web"
LISTS = [WEB / "static/vendor/VERSIONS", ROOT / "tests/assets/VERSIONS"]


@pytest.mark.parametrize("path", LISTS, ids=["vendor", "tests"])
def test_vendored_files_are_unchanged_and_carry_their_licence(path):
    rows = [line.split("  ") for line in path.read_text().splitlines() if not line.startswith("#")]
    for name, package, _version, _licence, digest in rows:
        assert (path.parent / "licences" / (package.strip("@").replace("/", "-") + ".txt")).is_file()
        if digest != "compiled":
            assert digest == "sha256:" + hashlib.sha256((path.parent / name).read_bytes()).hexdigest()
    listed = {row[0] for row in rows}
    assert {file.name for file in path.parent.glob("*.js")} <= listed


def test_no_file_that_a_browser_gets_names_another_host():
    # A namespace, the made-up host of the examples, and the author's mark in the compiled sheet
    allowed = {"http://www.w3.org", "https://example.invalid", "https://tailwindcss.com"}
    for file in [*WEB.glob("static/*.css"), *WEB.glob("static/js/*.js"), *WEB.rglob("templates/**/*.html")]:
        assert set(re.findall(r"https?://[\w.-]+", file.read_text())) <= allowed, file


def test_every_class_that_a_page_uses_is_in_the_style_sheet():
    """Run tools/build_assets when this fails: a page uses a utility that the committed sheet does not have, or the class is misspelt."""
    sheet = (WEB / "static/vermilion.css").read_text().replace("\\", "")
    missing = set()
    for page in WEB.rglob("templates/**/*.html"):
        text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", page.read_text(), flags=re.S)
        for value in re.findall(r'(?<![:\w-])class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', text):
            # A name that a variable completes ("status-{{ tone }}") cannot be looked up here.
            plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"\S*\{\{.*?\}\}\S*", " ", value))
            unknown = {name for name in plain.split() if not re.search(r"\." + re.escape(name) + r"(?![\w-])", sheet)}
            missing |= {f"{page.relative_to(WEB)}: {name}" for name in unknown}
    assert not missing
