"""Sealing many documents in one go: each result by itself, nothing done twice, safe to interrupt."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.apps.seals.conftest import ZONE, Keeper, Register
from tests.core.pki import document
from vermilion.apps.seals import errors, services, signing
from vermilion.apps.seals.keeper import client
from vermilion.apps.seals.models import SealPermission, SealUse
from vermilion.apps.seals.services import SealedDocument, ToSeal
from vermilion.apps.seals.signing import trust_store
from vermilion.base.clock import now
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.errors import TimestampUnavailable


def ask(permission: SealPermission, pdf: bytes | None = None) -> ToSeal:
    return ToSeal(permission.pk, pdf or document(), ZONE)


def states(permission: SealPermission) -> list[str]:
    return list(permission.uses.order_by("started_at").values_list("state", flat=True))


def store(sealed: SealedDocument) -> None:
    with transaction.atomic():
        services.mark_stored(use_id=sealed.use_id, revision_digest=sealed.revision_digest)


def test_each_of_many_is_sealed_or_refused_by_itself(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """In groups of two, so that the limit of three a day is met within a group."""
    monkeypatch.setattr(signing, "GROUP", 2)
    permissions = [register.permit() for _ in range(5)]
    unknown = ToSeal(uuid.uuid4(), document(), ZONE)
    person = ToSeal(register.permit_person(document()).pk, document(), ZONE)
    asked = [
        ask(permissions[0], b"%PDF-no"),
        ask(permissions[1]),
        unknown,
        ask(permissions[2], document().replace(b"%%EOF", b"%%EOF ", 1)),
        person,
    ]
    found = list(services.seal_documents([*asked, *(ask(one) for one in (permissions[0], permissions[3], permissions[4]))]))
    kinds = [errors.NotPrepared, SealedDocument, errors.PermissionUnknown, errors.ShownBytesChanged, errors.SealNotUsable]
    assert [type(one) for one in found] == [*kinds, SealedDocument, SealedDocument, errors.GrantExceeded]
    for one in found:
        if isinstance(one, SealedDocument):
            store(one)
            assert verify_pdf(one.pdf, trust=trust_store(), now=now()).bottom_line == "valid"
    assert [states(one) for one in permissions] == [["stored"], ["stored"], ["failed"], ["stored"], ["failed"]]


def test_who_was_interrupted_asks_again_for_what_is_not_stored(register: Register) -> None:
    permissions = [register.permit() for _ in range(3)]
    taken: list[SealPermission] = []

    def asked() -> Iterator[ToSeal]:
        for one in permissions:
            taken.append(one)
            yield ask(one)

    results = services.seal_documents(asked())
    assert not taken, "nothing is done before the first result is asked for"
    first = next(results)
    assert isinstance(first, SealedDocument)
    store(first)
    results.close()  # type: ignore[attr-defined]
    assert [states(one) for one in permissions] == [["stored"], ["signed"], ["signed"]]
    again = list(services.seal_documents(map(ask, permissions)))
    assert [type(one) for one in again] == [errors.PermissionUsed, SealedDocument, SealedDocument]
    assert [states(one) for one in permissions] == [["stored", "failed"], ["abandoned", "signed"], ["abandoned", "signed"]]


def test_a_permission_that_stands_twice_signs_once(register: Register) -> None:
    permission = register.permit()
    first, second = services.seal_documents([ask(permission), ask(permission)])
    assert isinstance(first, SealedDocument)
    assert isinstance(second, errors.PermissionUsed)
    store(first)
    assert sorted(states(permission)) == ["failed", "stored"]


def test_a_failure_while_signing_touches_one_document(register: Register, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    permissions = [register.permit() for _ in range(3)]
    make, calls = keeper.operations._make, iter([None, TimestampUnavailable("tsa.example: not reachable"), RuntimeError("no such thing")])

    def failing(*arguments: object) -> object:
        if error := next(calls):
            raise error
        return make(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(keeper.operations, "_make", failing)
    found = list(services.seal_documents(map(ask, permissions)))
    assert [type(one) for one in found] == [SealedDocument, errors.SigningFailed, errors.SigningFailed]
    details = list(SealUse.objects.filter(state="failed").order_by("error_detail").values_list("error_detail", flat=True))
    assert details == ["RuntimeError", "tsa.example: not reachable"]


def test_a_dead_keeper_is_told_of_each(register: Register, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    permissions = [register.permit() for _ in range(2)]
    bad = ToSeal(uuid.uuid4(), document(), ZONE)
    monkeypatch.setattr(client.line, "ask", lambda *arguments, **options: None)
    found = list(services.seal_documents([ask(permissions[0]), bad, ask(permissions[1])]))
    assert [type(one) for one in found] == [errors.KeeperUnavailable, errors.PermissionUnknown, errors.KeeperUnavailable]


def test_large_documents_go_in_smaller_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "GROUP", 3)
    monkeypatch.setattr(signing, "GROUP_BYTES", 10)
    lengths = [4, 4, 4, 20, 1, 1, 1, 1]
    groups = signing._groups(ToSeal(uuid.uuid4(), bytes(length), ZONE) for length in lengths)
    assert [[len(one.pdf) for one in group] for group in groups] == [[4, 4], [4], [20], [1, 1, 1], [1]]


def test_nothing_is_sealed_inside_a_transaction(register: Register) -> None:
    permission = register.permit()
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside any transaction"):
        list(services.seal_documents([ask(permission)]))
