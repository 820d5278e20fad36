"""People who write and review templates."""

from __future__ import annotations

import pytest

from tests import factories
from tests.apps.templates import drafts
from vermilion.apps.parties.models import Role, StaffMember
from vermilion.apps.templates import publishing


@pytest.fixture
def writer() -> StaffMember:
    return factories.staff(Role.TEMPLATE_EDITOR)


@pytest.fixture
def reviewer() -> StaffMember:
    return factories.staff(Role.COMPLIANCE)


@pytest.fixture
def checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the checks of one content once a process, for tests of what comes after them."""
    monkeypatch.setattr(publishing, "facts", drafts.checked_once)
