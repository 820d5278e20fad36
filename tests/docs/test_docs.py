"""What the documents say of the code is there: files, names, settings, dependencies, links."""

from __future__ import annotations

import re
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from vermilion.base.config import Config

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/vermilion"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
# Names in code style that begin like a path of ours.
PATH = re.compile(r"`((?:apps|base|core|web|cli|site)/[\w/.-]+?\.py)`")
WORD = re.compile(r"`([A-Za-z_]\w+)`")
#: Words of the walk that are no names of ours.
OTHER = {"services", "lock", "shown", "repeated"}


def _words() -> set[str]:
    return {word for path in SOURCE.rglob("*.py") for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}


def test_every_file_that_a_page_names_exists() -> None:
    named = {(page.name, path) for page in PAGES for path in PATH.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 50
    assert [(page, path) for page, path in sorted(named) if not (SOURCE / path).is_file()] == []


def test_every_name_in_the_walk_exists() -> None:
    text = (ROOT / "docs/life-of-a-policy.md").read_text(encoding="utf-8")
    names = set(WORD.findall(text)) - OTHER
    assert len(names) > 80
    assert sorted(names - _words()) == []


def test_a_name_after_a_file_is_in_that_file() -> None:
    text = (ROOT / "docs/life-of-a-policy.md").read_text(encoding="utf-8")
    pairs = re.findall(r"`((?:apps|base|core|web|cli|site)/[\w/.-]+?\.py)` `(\w+)`", text)
    assert len(pairs) > 40
    missing = [(path, name) for path, name in pairs if not re.search(rf"\b{name}\b", (SOURCE / path).read_text(encoding="utf-8"))]
    assert missing == []


def test_the_operators_table_has_every_setting() -> None:
    text = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    variables = [str(field.validation_alias or f"VERMILION_{name.upper()}") for name, field in Config.model_fields.items()]
    assert [name for name in variables if f"| `{name}` |" not in text] == []
    listed = set(re.findall(r"^\| `((?:VERMILION_|DATABASE_)\w+)` \|", text, re.M))
    assert sorted(listed - set(variables)) == []


def test_every_direct_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    names = [re.split(r"[\[<>=~; ]", requirement)[0] for group in groups for requirement in group]
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    assert [name for name in names if f"| {name} |" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    broken = []
    for link in links:
        if "://" in link:
            continue
        path, _hash, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs/pictures").glob("*.png"))
    assert len(pictures) >= 6
    assert [path.name for path in pictures if path.stat().st_size > 300_000] == []


def test_no_line_is_left_of_a_dependency_that_went() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    names = {re.split(r"[\[<>=~; ]", requirement)[0] for group in groups for requirement in group}
    listed = set(re.findall(r"^\| ([a-z][\w-]+) \|", (ROOT / "docs/dependencies.md").read_text(encoding="utf-8"), re.M))
    assert sorted(listed - names - {"package", "file"}) == []


def test_the_permissions_are_the_consoles() -> None:
    recipe = spec_from_file_location("make_permissions", ROOT / "tools/make_permissions.py")
    assert recipe is not None
    assert recipe.loader is not None
    module = module_from_spec(recipe)
    recipe.loader.exec_module(module)
    assert (ROOT / "docs/permissions.md").read_text(encoding="utf-8") == module.text()


def test_every_test_that_a_page_names_exists() -> None:
    named = {(page.name, path) for page in PAGES for path in re.findall(r"`(tests/[\w/.]+)`", page.read_text(encoding="utf-8"))}
    assert len(named) > 25
    assert [(page, path) for page, path in sorted(named) if not (ROOT / path).exists()] == []
