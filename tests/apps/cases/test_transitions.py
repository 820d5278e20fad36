"""A case moves along its table and no other way: refused by the service and, whoever asks, by the database."""

from __future__ import annotations

import importlib
import itertools
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from tests.apps.making import make_case
from vermilion.apps.cases import services as cases
from vermilion.apps.cases.errors import CaseStopped, TransitionRefused
from vermilion.apps.cases.models import Case, new_case_number
from vermilion.apps.cases.transitions import BY_EVENT, CLOSED, ENDED, TRANSITIONS, State, permitted_pairs
from vermilion.apps.chronicle.queries import events

MIGRATION = importlib.import_module("vermilion.apps.cases.migrations.0010_held_before_the_seal")


def put(case: Case, state: str, blocked_by: str = "") -> None:
    """Set a case into a state past every guard, as nobody but a test can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE cases_case SET state = %s, blocked_by = %s WHERE id = %s", [state, blocked_by, case.id])
        cursor.execute("SET session_replication_role = DEFAULT")


def tried(case: Case, event: str) -> str:
    """Try one event on the locked case and return what came of it; leave no trace."""
    with transaction.atomic():
        locked, count = cases.lock(case.id), len(events("case", case.id))
        try:
            with transaction.atomic():
                cases.advance(locked, event, actor="test")
            fact = events("case", case.id)[-1]
            assert (fact.type, fact.public) == (event, {"from": case.state, "to": locked.state, "actor": "test"})
            outcome = str(Case.objects.get(pk=case.id).state)
        except (TransitionRefused, CaseStopped) as error:
            outcome = error.code
            assert Case.objects.get(pk=case.id).state == case.state
            assert len(events("case", case.id)) == count, "what did not happen is not on record"
        transaction.set_rollback(True)
    return outcome


@pytest.mark.django_db
def test_every_event_moves_from_its_own_states_and_from_no_other():
    case = make_case()
    for state in State.values:
        put(case, state)
        case.refresh_from_db()
        refused = [event for event, move in BY_EVENT.items() if state not in move.sources]
        with transaction.atomic():
            locked, before = cases.lock(case.id), events("case", case.id)
            for event in refused:
                with pytest.raises(TransitionRefused):
                    cases.advance(locked, event, actor="test")
                assert locked.state == state, event
        assert Case.objects.get(pk=case.id).state == state
        assert events("case", case.id) == before, "what did not happen is not on record"
        for event in BY_EVENT.keys() - set(refused):
            assert tried(case, event) == str(BY_EVENT[event].target), (state, event)


@pytest.mark.django_db
def test_a_stopped_case_can_only_end():
    case = make_case()
    for move in TRANSITIONS:
        for source in move.sources:
            put(case, source, cases.STOPPED)
            case.refresh_from_db()
            expected = str(move.target) if move.event in ("case.withdrawn", "case.expired") else "case_stopped"
            assert tried(case, move.event) == expected, (source, move.event)


@pytest.mark.django_db
def test_the_database_refuses_the_same_moves_whoever_asks(as_role):
    case = make_case()
    allowed = set(permitted_pairs())
    accepted, refusals = set(), {}
    for source, target in itertools.permutations(State.values, 2):
        put(case, source)
        try:
            with transaction.atomic():
                Case.objects.filter(pk=case.pk).update(state=target)
            accepted.add(f"{source}>{target}")
        except DatabaseError as error:
            refusals[source, target] = str(error)
    assert accepted == allowed
    assert all(f"a case cannot go from {source} to {target}" in text for (source, target), text in refusals.items())
    put(case, State.ARCHIVED)
    as_role("app")
    for statement in ("UPDATE cases_case SET state = 'applying'", "UPDATE cases_case SET state = 'nonsense'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cases_case_transition ON cases_case")


@pytest.mark.django_db
def test_no_case_is_born_behind_the_table():
    case = make_case()
    for state in State.values:
        twin = Case.objects.get(pk=case.pk)
        twin.id, twin.number, twin.state = uuid.uuid4(), new_case_number(), state
        if state == State.APPLYING:
            twin.save(force_insert=True)
            continue
        with pytest.raises(DatabaseError, match=f"a case cannot begin as {state}"), transaction.atomic():
            twin.save(force_insert=True)


def test_the_trigger_has_the_table_of_the_code():
    assert permitted_pairs() == MIGRATION.PERMITTED, "a changed table needs a migration with the new list"


def test_the_table_says_what_its_words_mean():
    assert len(BY_EVENT) == len(TRANSITIONS), "an event leads to one state"
    assert {move.target for move in TRANSITIONS} == set(State), "every state can be reached"
    for move in TRANSITIONS:
        assert not ENDED.intersection(move.sources), "an end is an end"
    # What is paid for is never thrown away: no way leads from a paid case to a closed one.
    paid = {State.ISSUING, State.DIFFERENT, State.HELD, State.SEALED, State.DELIVERED, State.ACKNOWLEDGED}
    assert not [move for move in TRANSITIONS if move.target in CLOSED and paid.intersection(move.sources)]
    assert set(cases.DATES) <= set(BY_EVENT)
