"""An installation's pack of rare characters: found at start, told by doctor, part of the digest, in documents and under signatures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.core.typeset.packs import RARE, make_pack
from vermilion.apps.seals.pictures import signature_picture
from vermilion.apps.templates import checks, library, rare_fonts
from vermilion.apps.templates.errors import FontPackUnusable, UnprintableCharacters
from vermilion.apps.templates.services import check_characters, typeset_document
from vermilion.core.typeset import MissingGlyphs
from vermilion.core.typeset.fonts import use_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(rare_fonts, "config", lambda: SimpleNamespace(home=tmp_path, fonts_folder=None))
    yield tmp_path
    use_pack(None)


def test_the_pack_in_the_home_prints_rare_names(home: Path) -> None:
    data = json.loads((library.FOLDER / "policy_acknowledgement/sample.json").read_text(encoding="utf-8"))
    data["policyholder"]["name"] = data["signers"][0]["name"] = f"张{RARE}"
    without = library.entry("policy_acknowledgement", "zh-Hans")
    rare_fonts.use()
    assert rare_fonts.folder() is None
    with pytest.raises(UnprintableCharacters):
        typeset_document("policy_acknowledgement", data)
    with pytest.raises(MissingGlyphs):
        signature_picture("", [f"张{RARE}"], 100, 40)
    make_pack(home / "fonts")
    rare_fonts.use()
    check_characters(data)
    made = typeset_document("policy_acknowledgement", data)
    assert made.template_digest != without.digest
    assert made.template_digest == library.entry("policy_acknowledgement", "zh-Hans").digest
    assert b"TestRare" in made.pdf
    assert b"TestRare" in signature_picture("", [f"张{RARE}"], 100, 40)
    assert "生僻字字体包" in checks.fonts()


def test_a_folder_that_is_no_pack_is_not_used_and_told(home: Path) -> None:
    make_pack(home / "fonts")
    (home / "fonts" / "families.txt").unlink()
    rare_fonts.use()
    assert rare_fonts.folder() is None
    with pytest.raises(FontPackUnusable):
        checks.fonts()
    shutil.rmtree(home / "fonts")
    assert "没有安装" in checks.fonts()
