"""Files of cases: encrypted, write-once, on disk before the transaction that names them commits (design §3).

Keys are chosen by the caller (``documents/<uuid>/<sha256>.pdf``) and never reused for other content. The store is a local folder, or S3
when ``VERMILION_BLOB_URL`` says so; both refuse a second write to one key.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import obstore
from django.utils.translation import gettext_lazy as _
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, ObjectStore, S3Store

from . import vault
from .canonical import sha256
from .config import config
from .errors import VermilionError
from .models import DataKey
from .private import fsync_folder, make_folder

KEY = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*")
# LocalStore writes to "name#1" and links it to its name; what a crash left behind is swept.
LEFTOVER = re.compile(r"#\d+$")
LEFTOVER_AGE_SECONDS = 3600
PROBE = "doctor/"


class BlobConflict(VermilionError):
    """The key is taken by other content."""

    code = "blob_conflict"
    status = 409
    message = _("存储位置已有不同内容的文件，写入被拒绝。")
    hint = _("请联系系统运维人员；已归档的文件不会被覆盖。")


class BlobMissing(VermilionError):
    """There is no such blob."""

    code = "blob_missing"
    status = 404
    message = _("找不到文件内容。")
    hint = _("请联系系统运维人员从备份恢复。")


class BlobDamaged(VermilionError):
    """What lies in the store is not what was written."""

    code = "blob_damaged"
    status = 500
    message = _("存储中的文件内容已损坏或被改动。")
    hint = _("请联系系统运维人员从备份恢复该文件。")


class StoreUnavailable(VermilionError):
    """The store cannot be written or read now: full, read-only, or not reachable."""

    code = "store_unavailable"
    status = 503
    message = _("文件存储暂时不可用，操作未完成。")
    hint = _("稍后重试；请运维人员检查文件存储的连接与权限。")


class StoreFull(StoreUnavailable):
    """There is no room left."""

    code = "store_full"
    status = 507
    message = _("文件存储空间已满，操作未完成，没有数据丢失。")
    hint = _("请运维人员清理磁盘或扩大空间后重试。")


@dataclass(frozen=True, slots=True)
class BlobRef:
    """Where a blob lies and what it is: ``sha256`` and ``size`` are of the plain content."""

    key: str
    sha256: str
    size: int


def put(key: str, data: bytes, *, data_key: DataKey | UUID) -> BlobRef:
    """Store ``data`` encrypted under ``key`` and return when it survives a power cut.

    The same content a second time is success. Raises :class:`BlobConflict`, :class:`StoreFull`, :class:`StoreUnavailable`.
    """
    _check(key)
    try:
        obstore.put(_store(), key, vault.encrypt(data_key, _sealed(data), _context(key)), mode="create")
    except AlreadyExistsError:
        if get(key) != data:
            raise BlobConflict(key=key) from None
    except Exception as error:
        raise _unavailable(error) from error
    _settle(key)
    return BlobRef(key=key, sha256=sha256(data), size=len(data))


def get(key: str, *, expected_sha256: str | None = None) -> bytes:
    """Return a blob's content. Raises :class:`BlobMissing`, :class:`BlobDamaged`, :class:`StoreUnavailable`."""
    _check(key)
    try:
        stored = bytes(obstore.get(_store(), key).bytes())
    except (NotFoundError, FileNotFoundError):
        raise BlobMissing(key=key) from None
    except Exception as error:
        raise _unavailable(error) from error
    try:
        plain = vault.decrypt(stored, _context(key))
    except vault.VaultError:
        raise BlobDamaged(key=key) from None
    digest, data = plain[:64].decode("ascii", "replace"), plain[64:]
    if sha256(data) != digest or (expected_sha256 is not None and digest != expected_sha256):
        raise BlobDamaged(key=key)
    return data


def exists(key: str) -> bool:
    """Tell whether ``key`` is taken."""
    _check(key)
    try:
        obstore.head(_store(), key)
    except (NotFoundError, FileNotFoundError):
        return False
    except Exception as error:
        raise _unavailable(error) from error
    return True


def local_folder() -> Path | None:
    """Return the folder of the local store, or None when blobs lie elsewhere."""
    return config().blob_folder


def discard_probe(key: str) -> None:
    """Remove a blob that ``doctor`` wrote to try the store; nothing else is ever removed. A locked store keeps it."""
    if not key.startswith(PROBE):
        raise ValueError("only a probe is removed")
    with suppress(Exception):
        obstore.delete(_store(), key)


def sweep_leftovers(now: float) -> int:
    """Remove half-written files that a crash left in the local store more than an hour before ``now`` (seconds); return how many."""
    folder, count = local_folder(), 0
    if folder is None or not folder.is_dir():
        return 0
    for path in folder.rglob("*#*"):
        try:
            if LEFTOVER.search(path.name) and path.stat().st_mtime < now - LEFTOVER_AGE_SECONDS:
                path.unlink()
                count += 1
        except FileNotFoundError:
            continue  # its writer was only slow
    return count


def _check(key: str) -> None:
    if not KEY.fullmatch(key) or ".." in key or len(key) > 400:
        raise ValueError(f"not a blob key: {key!r}")


def _context(key: str) -> str:
    return f"blob:{key}"


def _sealed(data: bytes) -> bytes:
    # The digest travels inside the encryption: outside it would let anybody who reads the store test for a known file.
    return sha256(data).encode() + data


@lru_cache(maxsize=4)
def _open(url: str | None, home: Path) -> ObjectStore:
    folder = local_folder()
    if folder is not None:
        make_folder(folder)
        return LocalStore(folder)
    return S3Store.from_url(url or "")


def _store() -> ObjectStore:
    return _open(config().blob_url, config().home)


def _settle(key: str) -> None:
    """Make file and folders survive a power cut: LocalStore does no fsync, S3 has stored it when it answers."""
    folder = local_folder()
    if folder is None:
        return
    path = folder / key
    with path.open("rb") as file:
        os.fsync(file.fileno())
    for parent in path.parents:
        fsync_folder(parent)
        if parent == folder:
            break


def _unavailable(error: Exception) -> StoreUnavailable:
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "os error 28" in str(error) or "No space left" in str(error):
        return StoreFull()
    return StoreUnavailable()
