"""Where a test begins: ``state`` brings back all rows and nothing else, and hands out copies."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connections, transaction

from tests import factories, snapshots
from vermilion.apps.parties.models import Branch, Insurer

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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("looked", [True, False], ids=["seen", "came after the look"])
def test_what_still_writes_ends_before_the_rows_go(looked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    insurer, begun = factories.insurer(), threading.Event()
    branch = insurer.branches.get()

    def write_late() -> None:
        # Holds a row whose turn comes late, then wants one that goes early: at once this would be a deadlock.
        try:
            with transaction.atomic():
                Insurer.objects.filter(pk=insurer.pk).update(name="late")
                begun.set()
                time.sleep(0.2)
                Branch.objects.filter(pk=branch.pk).update(name="late")
        finally:
            connections.close_all()

    if not looked:
        monkeypatch.setattr(snapshots, "_let_others_end", lambda _cursor: None)
    thread = threading.Thread(target=write_late)
    thread.start()
    begun.wait(5)
    snapshots.restore("migrated")
    assert not Insurer.objects.exists()
    thread.join(5)
    assert not thread.is_alive()
