"""Several counts by one question."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vermilion.base import clock
from vermilion.base.models import InstanceFact
from vermilion.base.rows import built, columns, counted
from vermilion.web.models import RateCounter

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


def test_whole_rows_by_a_statement_of_ones_own():
    made = RateCounter.objects.create(key="a", count=1, expires_at=clock.now())
    made.refresh_from_db()
    table = RateCounter._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns(one=RateCounter, two=RateCounter)} FROM {table} one LEFT JOIN {table} two ON two.key = 'b'")
        one, two = built(cursor.fetchone(), RateCounter, RateCounter)
    assert (one, one.count, one.expires_at, two) == (made, 1, made.expires_at, None)
    one.count = 2
    one.save()
    assert RateCounter.objects.get().count == 2


def test_what_django_alone_reads_is_refused():
    with pytest.raises(TypeError, match="value"):
        columns(fact=InstanceFact)
