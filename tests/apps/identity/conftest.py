from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.apps import making
from vermilion.apps.cases.models import Case, CaseParty
from vermilion.apps.notices.models import Notice


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
