"""What ``doctor`` says is a sentence, whatever a check ran into."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError

from vermilion.base import health


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
