"""What lies in the database cannot be read without the master key, nor moved to another place."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models, transaction

from vermilion.base import master_key, vault
from vermilion.base.config import config
from vermilion.base.models import DataKey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget() -> None:
    vault.forget_keys()


def test_round_trip_survives_a_new_process() -> None:
    key = vault.new_data_key("case")
    blob = vault.encrypt(key, "身份证".encode(), "a.b")
    vault.forget_keys()
    assert vault.decrypt(blob, "a.b").decode() == "身份证"
    assert vault.key_of(blob) == key.id


def test_equal_texts_have_unequal_ciphertexts() -> None:
    key = vault.new_data_key("case")
    assert vault.encrypt(key, b"same", "a.b") != vault.encrypt(key, b"same", "a.b")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    blob = vault.encrypt(vault.new_data_key("case"), b"x", "cases_caseparty.phone")
    with pytest.raises(vault.VaultError):
        vault.decrypt(blob, "cases_caseparty.name")


@pytest.mark.parametrize("position", [0, 5, 20, -1])
def test_any_changed_byte_is_noticed(position: int) -> None:
    blob = bytearray(vault.encrypt(vault.new_data_key("case"), b"a secret", "a.b"))
    blob[position] ^= 1
    with pytest.raises(vault.VaultError):
        vault.decrypt(bytes(blob), "a.b")


def test_a_value_relabelled_with_another_cases_key_does_not_open() -> None:
    blob = vault.encrypt(vault.new_data_key("case"), b"x", "a.b")
    other = vault.new_data_key("case")
    with pytest.raises(vault.VaultError):
        vault.decrypt(blob[:1] + other.id.bytes + blob[17:], "a.b")


def test_a_wrapped_key_does_not_open_under_another_row() -> None:
    one, two = vault.new_data_key("case"), vault.new_data_key("case")
    blob = vault.encrypt(two, b"x", "a.b")
    DataKey.objects.filter(pk=two.pk).update(wrapped=one.wrapped)
    vault.forget_keys()
    with pytest.raises(vault.VaultError):
        vault.decrypt(blob, "a.b")


def test_another_master_key_is_named_not_guessed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blob = vault.encrypt(vault.new_data_key("case"), b"x", "a.b")
    other = tmp_path / "other.key"
    master_key.make(other)
    monkeypatch.setitem(config().__dict__, "master_key_file", other)
    vault.forget_keys()
    with pytest.raises(master_key.MasterKeyError):
        vault.decrypt(blob, "a.b")


@pytest.mark.parametrize("content", ["", "not hex", "00" * 32, "ab" * 16])
def test_a_damaged_or_weak_master_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(master_key.MasterKeyError):
        master_key.read(path)


def test_keyed_hash_is_stable_separate_by_purpose_and_unlike_a_plain_hash() -> None:
    import hashlib

    one = vault.keyed_hash("phone", "13800000000")
    assert one == vault.keyed_hash("phone", "13800000000")
    assert one != vault.keyed_hash("id_number", "13800000000")
    assert one != hashlib.sha256(b"13800000000").hexdigest()
    assert len(one) == 64


class Secretive(models.Model):
    """A model of these tests."""

    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    data = vault.EncryptedJSONField()
    more = vault.EncryptedJSONField(data_key="data_key.id", null=True)

    class Meta:
        app_label = "base"
        db_table = "test_secretive"


@pytest.fixture
def _table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Secretive)


@pytest.mark.usefixtures("_table")
class TestEncryptedJSONField:
    def test_plain_on_the_instance_and_unreadable_in_the_database(self) -> None:
        row = Secretive.objects.create(data_key=vault.new_data_key("case"), data={"姓名": "欧阳䶮", "n": 1})
        assert Secretive.objects.get(pk=row.pk).data == {"n": 1, "姓名": "欧阳䶮"}
        with connection.cursor() as cursor:
            cursor.execute("SELECT data, more FROM test_secretive")
            stored, more = cursor.fetchone()
        assert "欧阳".encode() not in bytes(stored)
        assert more is None

    def test_a_value_copied_to_the_other_column_does_not_open(self) -> None:
        Secretive.objects.create(data_key=vault.new_data_key("case"), data=["a"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE test_secretive SET more = data")
        with pytest.raises(vault.VaultError):
            Secretive.objects.get()

    def test_update_and_filter_are_refused_so_that_no_plain_text_reaches_the_database(self) -> None:
        Secretive.objects.create(data_key=vault.new_data_key("case"), data=["a"])
        with pytest.raises(TypeError), transaction.atomic():
            Secretive.objects.update(data=["b"])
        with pytest.raises(FieldError):
            Secretive.objects.filter(data=["a"]).exists()
        with pytest.raises(FieldError):
            Secretive.objects.filter(data__contains="a").exists()
        assert Secretive.objects.filter(more__isnull=True).count() == 1

    def test_bulk_create_encrypts_too(self) -> None:
        key = vault.new_data_key("case")
        Secretive.objects.bulk_create([Secretive(data_key=key, data=[n], more={"n": n}) for n in range(3)])
        assert [[*row.data, row.more["n"]] for row in Secretive.objects.order_by("pk")] == [[0, 0], [1, 1], [2, 2]]
