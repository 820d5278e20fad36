"""Several counts by one question."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vermilion.base.models import InstanceFact
from vermilion.base.rows import counted

pytestmark = pytest.mark.django_db


def test_several_counts_are_one_question():
    for name in ("a", "b%", "c'"):
        InstanceFact.objects.create(pk=name, value=name != "a")
    rows = InstanceFact.objects.order_by("-pk")
    asked = {
        "all": rows,
        "nothing can fit": rows.filter(pk__in=[]),
        "none": rows.none(),
        "by a value": rows.filter(pk__contains="%"),
        "true": rows.filter(value=True),
    }
    with CaptureQueriesContext(connection) as questions:
        assert counted(asked) == {"all": 3, "nothing can fit": 0, "none": 0, "by a value": 1, "true": 2}
    assert len(questions) == 1
    assert counted({}) == {}
