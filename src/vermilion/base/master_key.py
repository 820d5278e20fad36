"""The instance's master key: a file of its own, backed up apart; everything secret in the database hangs on it."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import private
from .config import config
from .errors import VermilionError

KEY_BYTES = 32


class MasterKeyError(VermilionError):
    """The master key is absent, damaged, or not the one that this database was made with."""

    code = "master_key"
    status = 503
    hint = _("把主密钥的备份放回 VERMILION_MASTER_KEY_FILE 所指的文件（权限 600）后重新启动。没有主密钥，已加密的数据无法读取。")


def make(path: Path) -> None:
    """Make a new master key in ``path``. Raises FileExistsError; asks nobody whether an older key is still needed."""
    private.write_new(path, secrets.token_hex(KEY_BYTES).encode() + b"\n")


def read(path: Path) -> bytes:
    """Return the master key in ``path``. Raises :class:`MasterKeyError` or ``SecretsError``."""
    try:
        key = bytes.fromhex(private.read_private(path).decode("ascii").strip())
    except FileNotFoundError:
        raise MasterKeyError(format_lazy(_("找不到主密钥文件 {value}。"), value=path)) from None
    except ValueError:
        raise MasterKeyError(format_lazy(_("主密钥文件 {value} 已损坏。"), value=path)) from None
    if len(key) != KEY_BYTES or len(set(key)) < 8:  # a key of zeros or of one repeated byte is nobody's random key
        raise MasterKeyError(format_lazy(_("主密钥文件 {value} 已损坏。"), value=path))
    return key


@lru_cache(maxsize=32)
def _derived(path: Path, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=f"vermilion/v1/{purpose}".encode()).derive(read(path))


def derive(purpose: str) -> bytes:
    """Return the 256-bit key for ``purpose`` that this instance's master key gives."""
    return _derived(config().master_key_path, purpose)


def fingerprint() -> str:
    """Return a short name of the master key that tells two keys apart and tells nothing about either."""
    return derive("fingerprint")[:8].hex()


def forget() -> None:
    """Drop the keys that this process remembers."""
    _derived.cache_clear()
