from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.apps import making
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.notices.models import Notice
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


@pytest.fixture
def party(case: Case) -> CaseParty:
    return making.make_party(case)


@pytest.fixture
def latest_code() -> Callable[[], str]:
    """Return a function that reads the newest code as its recipient would."""

    def read() -> str:
        body = Notice.objects.filter(template="code").order_by("-created_at").first().content["body"]
        return re.search(r"\d{6}", body)[0]  # type: ignore[index]

    return read


def other(code: str) -> str:
    """Return a wrong code."""
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def at_once() -> Callable[[Callable[[], object], int], list[object]]:
    """Return a function that calls another in many threads at the same moment and returns results and errors."""

    def run(work: Callable[[], object], count: int) -> list[object]:
        gate = threading.Barrier(count)

        def one(_index: int) -> object:
            gate.wait()
            try:
                return work()
            except Exception as error:
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run
