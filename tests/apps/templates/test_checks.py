"""The checks of ``vermilion doctor``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vermilion.apps.templates import checks, library
from vermilion.apps.templates.errors import FontsDamaged
from vermilion.core.typeset import fonts


def test_this_installation_is_whole() -> None:
    assert "29," in checks.fonts()
    assert f"{len(library.kinds())} 类" in checks.typesetting()


def test_a_changed_font_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in fonts.FOLDER.glob("*"):
        if path.is_file():
            shutil.copy(path, tmp_path)
    with (tmp_path / "NotoSansSC-Bold.ttf").open("ab") as font:
        font.write(b"x")
    (tmp_path / "NotoSerifSC-Bold.ttf").unlink()
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    with pytest.raises(FontsDamaged) as found:
        checks.fonts()
    assert found.value.facts["files"] == "NotoSerifSC-Bold.ttf, NotoSansSC-Bold.ttf"
