"""Where a test begins: ``state`` brings back all rows and nothing else, and hands out copies."""

from __future__ import annotations

import pytest

from tests import factories, snapshots
from vermilion.apps.parties.models import Insurer

pytestmark = pytest.mark.django_db


def test_a_state_is_made_once_and_comes_back_whole() -> None:
    made: list[Insurer] = []

    def make() -> Insurer:
        made.append(factories.insurer())
        return made[-1]

    first = snapshots.state("test, one insurer", make)
    name, first.name = first.name, "changed"
    first.save()
    factories.insurer("other")
    again = snapshots.state("test, one insurer", make)
    assert len(made) == 1
    assert again.name == name
    assert [(one.pk, one.name) for one in Insurer.objects.all()] == [(again.pk, name)]
    assert again.branches.get().code == "SH"
