"""What the tests of most apps start from."""

from __future__ import annotations

import pytest

from tests.apps import making
from vermilion.apps.cases.models import Case
from vermilion.base import instance


@pytest.fixture
def demo(db: None) -> None:
    instance.decide(demo=True)


@pytest.fixture
def case(db: None) -> Case:
    return making.make_case()


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> making.MovingClock:
    return making.MovingClock(monkeypatch)
