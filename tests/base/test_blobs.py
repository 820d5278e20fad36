"""Files are encrypted, written once, and what comes back is what went in."""

from __future__ import annotations

import errno
import os
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from vermilion.base import blobs, vault
from vermilion.base.canonical import sha256
from vermilion.base.models import DataKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_key() -> DataKey:
    return vault.new_data_key("case")


@pytest.fixture
def key() -> str:
    return f"tests/{uuid.uuid4()}.pdf"


def stored(key: str) -> Path:
    folder = blobs.local_folder()
    assert folder is not None
    return folder / key


def test_round_trip(data_key: DataKey, key: str) -> None:
    ref = blobs.put(key, b"%PDF-1.7 secret", data_key=data_key)
    assert ref == blobs.BlobRef(key, sha256(b"%PDF-1.7 secret"), 15)
    assert blobs.get(key, expected_sha256=ref.sha256) == b"%PDF-1.7 secret"
    assert b"secret" not in stored(key).read_bytes()
    assert ref.sha256.encode() not in stored(key).read_bytes()


def test_the_same_content_again_is_success_and_other_content_is_refused(data_key: DataKey, key: str) -> None:
    first = blobs.put(key, b"one", data_key=data_key)
    assert blobs.put(key, b"one", data_key=data_key) == first
    with pytest.raises(blobs.BlobConflict):
        blobs.put(key, b"two", data_key=data_key)
    assert blobs.get(key) == b"one"


def test_a_changed_or_swapped_file_is_noticed(data_key: DataKey, key: str) -> None:
    blobs.put(key, b"one", data_key=data_key)
    blobs.put(key + ".b", b"two", data_key=data_key)
    stored(key).write_bytes(stored(key + ".b").read_bytes())
    with pytest.raises(blobs.BlobDamaged):
        blobs.get(key)
    with pytest.raises(blobs.BlobDamaged):
        blobs.get(key + ".b", expected_sha256=sha256(b"other"))


def test_a_truncated_file_is_noticed(data_key: DataKey, key: str) -> None:
    blobs.put(key, b"one", data_key=data_key)
    stored(key).write_bytes(b"")
    with pytest.raises(blobs.BlobDamaged):
        blobs.get(key)


def test_missing(key: str) -> None:
    assert not blobs.exists(key)
    with pytest.raises(blobs.BlobMissing):
        blobs.get(key)


@pytest.mark.parametrize("bad", ["", "/etc/passwd", "a/../b", "../a", "a//b", "A", "a b", "张三", "a/", "a\0b", "a" * 500])
def test_keys_cannot_leave_the_store(data_key: DataKey, bad: str) -> None:
    with pytest.raises(ValueError, match="not a blob key"):
        blobs.put(bad, b"x", data_key=data_key)


def test_a_full_disk_is_a_clear_error(data_key: DataKey, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(blobs.obstore, "put", full)
    with pytest.raises(blobs.StoreFull) as caught:
        blobs.put(key, b"x", data_key=data_key)
    assert caught.value.status == 507


def test_file_and_folders_are_on_disk_when_put_returns(data_key: DataKey, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    blobs.put(key, b"x", data_key=data_key)
    path = stored(key)
    assert {str(path), str(path.parent), str(path.parent.parent)} <= set(synced)


def test_leftovers_of_a_crash_are_swept_and_fresh_ones_are_not(data_key: DataKey, key: str) -> None:
    blobs.put(key, b"x", data_key=data_key)
    old, fresh = Path(f"{stored(key)}#1"), Path(f"{stored(key)}#2")
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    assert blobs.sweep_leftovers(time.time()) == 1
    assert not old.exists()
    assert fresh.exists()
    assert stored(key).exists()
    fresh.unlink()
