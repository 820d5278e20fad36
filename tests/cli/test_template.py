"""`vermilion template`: out as a file, changed in a folder, in as a draft."""

from __future__ import annotations

import uuid
import zipfile
from pathlib import Path

import pytest

from tests import factories
from tests.apps.templates.drafts import KIND, draft
from vermilion.apps.parties.models import Role
from vermilion.apps.templates.models import TemplateVersion
from vermilion.cli.main import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command would load the platform anew; here it is loaded."""
    monkeypatch.setattr("vermilion.cli.platform.load", lambda role: None)


def test_there_and_back_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    editor, clerk = factories.staff(Role.TEMPLATE_EDITOR), factories.staff(Role.CLERK)
    version, file, folder = draft(editor), tmp_path / "t.zip", tmp_path / "t"
    assert main(["template", "list"]) == 0
    assert str(version.pk) in capsys.readouterr().out
    assert main(["template", "export", str(version.pk), str(file)]) == 0
    assert main(["template", "export", str(version.pk), str(file)]) != 0  # nothing is overwritten
    assert main(["template", "export", str(uuid.uuid4()), str(tmp_path / "u.zip")]) != 0
    with zipfile.ZipFile(file) as package:
        package.extractall(folder)
    code = folder / "files" / KIND / "template.typ"
    code.write_text(code.read_text(encoding="utf-8") + "\n末行\n", encoding="utf-8")
    before = version.files
    assert main(["template", "import", str(folder), "--by", clerk.user.username]) != 0
    assert "模板编辑" in capsys.readouterr().err
    assert main(["template", "import", str(folder), "--by", editor.user.username]) == 0
    assert TemplateVersion.objects.get(pk=version.pk).files != before
    assert main(["template", "import", str(file), "--by", editor.user.username]) == 0
    assert TemplateVersion.objects.get(pk=version.pk).files == before
