"""Encryption at rest: AES-256-GCM, a data key per case, wrapped by the master key (design §3).

A ciphertext names its key: version (1 byte), data key id (16), nonce (12), ciphertext and tag. The key id and the caller's ``context``
are bound as associated data, so that a value moved to another table, column or key does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.rows import only

from . import master_key
from .canonical import canonical
from .errors import VermilionError
from .models import DataKey

VERSION = b"\x01"
NONCE = 12
HEADER = 1 + 16
# An unwrapped key stays in memory this long: a page load needs it many times, a stolen memory image should hold few.
CACHE_SECONDS = 300
CACHE_SIZE = 500

_cache: dict[UUID, tuple[float, AESGCM]] = {}
_lock = threading.Lock()


class VaultError(VermilionError):
    """A value cannot be opened: damaged, moved from its place, or its key is gone."""

    code = "vault"
    status = 500
    message = _("加密数据无法打开：内容被改动、位置不符或密钥已不存在。")
    hint = _("请联系系统运维人员检查数据库与主密钥。")


def new_data_key(purpose: str) -> DataKey:
    """Make and store a data key. ``purpose`` is a word such as ``case``; it is bound to the key."""
    key = DataKey(purpose=purpose, master=master_key.fingerprint())
    nonce = secrets.token_bytes(NONCE)
    key.wrapped = nonce + AESGCM(master_key.derive("wrap")).encrypt(nonce, AESGCM.generate_key(256), _wrap_context(key))
    key.save(force_insert=True)
    return key


def encrypt(key: DataKey | UUID, data: bytes, context: str) -> bytes:
    """Return ``data`` encrypted under ``key`` for the place named by ``context`` (such as ``cases_caseparty.data``)."""
    key_id = key.pk if isinstance(key, DataKey) else key
    nonce = secrets.token_bytes(NONCE)
    header = VERSION + key_id.bytes
    return header + nonce + _cipher(key_id).encrypt(nonce, data, header + context.encode())


def decrypt(blob: bytes | memoryview, context: str) -> bytes:
    """Return what :func:`encrypt` was given. Raises :class:`VaultError` unless key, context and every bit are the same."""
    blob = bytes(blob)
    if len(blob) < HEADER + NONCE + 16 or blob[:1] != VERSION:
        raise VaultError()
    header = blob[:HEADER]
    try:
        return _cipher(UUID(bytes=header[1:])).decrypt(blob[HEADER : HEADER + NONCE], blob[HEADER + NONCE :], header + context.encode())
    except InvalidTag:
        raise VaultError(context=context) from None


def key_of(blob: bytes | memoryview) -> UUID:
    """Return the id of the data key that ``blob`` was encrypted with."""
    return UUID(bytes=bytes(blob[1:HEADER]))


def keyed_hash(purpose: str, value: str) -> str:
    """Return a look-up value (64 hex digits) that nobody without the master key can compute or try out.

    Equal values of one ``purpose`` (``phone``, ``id_number`` …) have equal hashes; the caller normalises first.
    """
    return hmac.new(master_key.derive(f"lookup/{purpose}"), value.encode(), hashlib.sha256).hexdigest()


def forget_keys() -> None:
    """Drop every key that this process remembers."""
    with _lock:
        _cache.clear()
    master_key.forget()


def _wrap_context(key: DataKey) -> bytes:
    return key.id.bytes + key.purpose.encode()


def _cipher(key_id: UUID) -> AESGCM:
    moment = time.monotonic()
    with _lock:
        found = _cache.get(key_id)
        if found and found[0] > moment:
            return found[1]
    key = only(DataKey.objects.filter(pk=key_id))
    if key is None:
        raise VaultError(data_key=str(key_id))
    cipher = AESGCM(_unwrap(key))
    with _lock:
        if len(_cache) >= CACHE_SIZE:
            _cache.clear()
        _cache[key_id] = (moment + CACHE_SECONDS, cipher)
    return cipher


def _unwrap(key: DataKey) -> bytes:
    if key.master != master_key.fingerprint():
        raise master_key.MasterKeyError(_("主密钥与数据库不符：数据由主密钥 %s 加密。") % key.master)
    wrapped = bytes(key.wrapped)
    try:
        return AESGCM(master_key.derive("wrap")).decrypt(wrapped[:NONCE], wrapped[NONCE:], _wrap_context(key))
    except InvalidTag:
        raise VaultError(data_key=str(key.pk)) from None


class _Encrypted(bytes):
    """Bytes that came out of :func:`encrypt`, so that nothing else can reach the column."""


class EncryptedJSONField(models.BinaryField):
    """JSON that lies encrypted in the database and is plain on the instance.

    ``data_key`` names where on the instance the :class:`DataKey`'s id is found: an attribute, a method, or a dotted path
    (``case.data_key_id``). It cannot be filtered by, nor set by ``update()``: both would carry plain text to the database.
    """

    def __init__(self, *args: Any, data_key: str = "data_key_id", **kwargs: Any) -> None:
        self.data_key = data_key
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to make this field again."""
        name, path, args, kwargs = super().deconstruct()
        if self.data_key != "data_key_id":
            kwargs["data_key"] = self.data_key
        return name, path, args, kwargs

    @property
    def context(self) -> str:
        """Return the place that is bound to every value: table and column."""
        return f"{self.model._meta.db_table}.{self.column}"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt the instance's value."""
        value = getattr(model_instance, self.attname)
        if value is None:
            return None
        return _Encrypted(encrypt(self._key_id(model_instance), canonical(value), self.context))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Let only encrypted values through. Raises TypeError."""
        if value is not None and not isinstance(value, _Encrypted):
            raise TypeError(f"{self.context} is encrypted: set it on an instance and save() it")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt a value of the database."""
        return None if value is None else json.loads(decrypt(value, self.context))

    def to_python(self, value: Any) -> Any:
        """Return ``value``: on the instance it is plain JSON already."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Raise TypeError: a dump of the database in plain text is not offered."""
        raise TypeError(f"{self.context} is encrypted and is not serialised")

    def get_lookup(self, lookup_name: str) -> Any:
        """Offer ``isnull`` only; Django raises FieldError for the rest."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _key_id(self, instance: models.Model) -> UUID:
        value: Any = instance
        for name in self.data_key.split("."):
            value = getattr(value, name)
        if callable(value):
            value = value()
        if isinstance(value, DataKey):
            value = value.pk
        if not isinstance(value, UUID):
            raise TypeError(f"{self.context}: {self.data_key} names no data key")
        return value
