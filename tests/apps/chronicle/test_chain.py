"""The evidence chain: whatever somebody changes in the database is found, and the application itself can't change anything."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.snapshots import guards_asleep
from vermilion.apps.chronicle.errors import ChainBroken
from vermilion.apps.chronicle.models import EvidenceDetail, EvidenceEvent, EvidenceStream
from vermilion.apps.chronicle.queries import events
from vermilion.apps.chronicle.services import commitment, record
from vermilion.base.canonical import canonical, sha256

pytestmark = pytest.mark.django_db


@pytest.fixture
def case_id():
    """Return the subject of a stream of three events."""
    subject = uuid4()
    for number in range(3):
        record(
            stream="case", stream_id=subject, type=f"fact.{number}", public={"n": number}, private={"name": "赵一", "phone": "13900000001"}
        )
    return subject


def test_a_stream_reads_back_as_it_was_written(case_id):
    views = events("case", case_id)
    assert [(view.seq, view.type, view.public, view.private["name"]) for view in views] == [
        (number, f"fact.{number}", {"n": number}, "赵一") for number in range(3)
    ]
    assert [view.prev for view in views] == ["", views[0].digest, views[1].digest]
    assert EvidenceStream.objects.get(subject=case_id).head == views[2].digest


def test_the_leaf_carries_commitments_and_no_personal_datum(case_id):
    row = EvidenceEvent.objects.filter(stream__subject=case_id).first()
    leaf = json.loads(bytes(row.leaf))
    assert "赵一" not in bytes(row.leaf).decode()
    assert b"13900000001" not in bytes(row.leaf)
    salt, value = row.detail.content["name"]
    assert leaf["commit"]["name"] == commitment(salt, "name", value)
    assert bytes(row.leaf) == canonical(leaf)
    other = EvidenceEvent.objects.filter(stream__subject=case_id).last()
    assert json.loads(bytes(other.leaf))["commit"]["name"] != leaf["commit"]["name"], "equal values must not be recognisable"


def change_leaf(cursor, event, **changes):
    """Rewrite a leaf with a fitting digest, as somebody with the database would."""
    leaf = canonical({**json.loads(bytes(event.leaf)), **changes})
    cursor.execute("UPDATE chronicle_evidenceevent SET leaf = %s, digest = %s WHERE id = %s", [leaf, sha256(leaf), event.id])


TAMPERINGS = {
    "type": "UPDATE chronicle_evidenceevent SET type = 'other' WHERE id = %(event)s",
    "at": "UPDATE chronicle_evidenceevent SET at = at - interval '1 second' WHERE id = %(event)s",
    "prev": "UPDATE chronicle_evidenceevent SET prev = repeat('0', 64) WHERE id = %(event)s",
    "digest": "UPDATE chronicle_evidenceevent SET digest = repeat('0', 64) WHERE id = %(event)s",
    "leaf": "UPDATE chronicle_evidenceevent SET leaf = leaf || ' '::bytea WHERE id = %(event)s",
    "seq": "UPDATE chronicle_evidenceevent SET seq = 7 WHERE id = %(event)s",
    "deleted": "WITH gone AS (DELETE FROM chronicle_evidencedetail WHERE event_id = %(event)s) "
    "DELETE FROM chronicle_evidenceevent WHERE id = %(event)s",
    "deleted last": "WITH gone AS (DELETE FROM chronicle_evidencedetail WHERE event_id = %(last)s) "
    "DELETE FROM chronicle_evidenceevent WHERE id = %(last)s",
    "moved": "UPDATE chronicle_evidenceevent SET stream_id = %(other)s WHERE id = %(event)s",
    "subject": "UPDATE chronicle_evidencestream SET subject = %(other)s WHERE id = %(stream)s",
    "kind": "UPDATE chronicle_evidencestream SET kind = 'staff' WHERE id = %(stream)s",
    "head": "UPDATE chronicle_evidencestream SET head = repeat('0', 64) WHERE id = %(stream)s",
    "next": "UPDATE chronicle_evidencestream SET next_seq = 9 WHERE id = %(stream)s",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_changed_column_is_found(case_id, what):
    stream = EvidenceStream.objects.get(subject=case_id)
    rows = list(stream.events.all())
    other = record(stream="case", stream_id=uuid4(), type="fact.other").stream
    places = {"event": rows[1].id, "last": rows[2].id, "stream": stream.id, "other": other.id}
    with guards_asleep() as cursor:
        cursor.execute(TAMPERINGS[what], places)
    kind, subject = ("staff", case_id) if what == "kind" else ("case", other.id if what == "subject" else case_id)
    with pytest.raises(ChainBroken):
        events(kind, subject)


def test_a_rewritten_leaf_with_a_fitting_digest_is_found(case_id):
    rows = list(EvidenceEvent.objects.filter(stream__subject=case_id))
    with guards_asleep() as cursor:
        change_leaf(cursor, rows[2], public={"n": 99})
    with pytest.raises(ChainBroken):
        events("case", case_id)


def test_a_detail_that_says_something_else_is_found_and_an_erased_one_is_not_an_error(case_id):
    row = EvidenceDetail.objects.get(event__stream__subject=case_id, event__seq=0)
    row.content = {**row.content, "name": [row.content["name"][0], "钱二"]}
    row.save()
    with pytest.raises(ChainBroken):
        events("case", case_id)
    row.delete()
    assert events("case", case_id)[0].private == {}


def test_the_application_may_add_evidence_but_neither_change_nor_remove_it(case_id, as_role):
    as_role("app")
    record(stream="case", stream_id=case_id, type="fact.later", private={"name": "孙三"})
    for statement in (
        "UPDATE chronicle_evidenceevent SET type = 'x'",
        "DELETE FROM chronicle_evidenceevent",
        "TRUNCATE chronicle_evidenceevent CASCADE",
        "UPDATE chronicle_evidencedetail SET content = ''",
        "DELETE FROM chronicle_evidencedetail",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert len(events("case", case_id)) == 4


@pytest.mark.django_db(transaction=True)
def test_a_fact_is_recorded_only_in_the_transaction_of_what_it_states():
    with pytest.raises(RuntimeError, match="transaction"):
        record(stream="case", stream_id=uuid4(), type="fact.alone")
