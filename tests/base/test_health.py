"""What ``doctor`` says is a sentence, whatever a check ran into."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError

from vermilion.base import checks, health
from vermilion.base.config import config


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("connection to server on socket failed"), "连接不上数据库"),
        (InterfaceError("the connection is closed"), "连接不上数据库"),
        (ProgrammingError('relation "base_instancefact" does not exist'), "数据库结构不是本版本的"),
    ],
    ids=["down", "broken", "unmigrated"],
)
def test_a_database_that_cannot_be_asked_is_a_sentence_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    def check() -> str:
        raise error

    monkeypatch.setattr(health, "_checks", {})
    health.register("database", check)
    (found,) = health.run()
    assert not found.ok
    assert sentence in found.detail
    assert found.hint
    assert "Traceback" not in capsys.readouterr().err


def test_a_home_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "config", lambda: config().model_copy(update={"home": tmp_path / "none"}))
    monkeypatch.setattr(checks.blobs, "local_folder", lambda: None)
    with pytest.raises(checks.Unhealthy) as caught:
        checks.check_disk()
    assert str(tmp_path / "none") in str(caught.value.message)
    assert caught.value.hint
