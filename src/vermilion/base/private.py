"""Files that only their owner may read: secrets made at the first run, the instance's id, the folder of sockets."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .errors import VermilionError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
# sun_path of a Unix socket has 108 bytes; the longest name that we put into the folder is ".s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


class SecretsError(VermilionError):
    """A secret is missing, unreadable, or readable by others."""

    code = "secret_unusable"
    status = 500


def make_folder(folder: Path) -> Path:
    """Make ``folder`` and its missing parents with mode 0700; a folder that is there keeps its mode and owner."""
    if not folder.is_dir():
        if not folder.parent.is_dir():
            make_folder(folder.parent)
        try:
            folder.mkdir(mode=PRIVATE_FOLDER)
        except FileExistsError:
            if not folder.is_dir():
                raise SecretsError(format_lazy(_("路径不是文件夹：{value}"), value=folder), hint=_("请移走同名文件后重试。")) from None
    return folder


def fsync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_new(path: Path, data: bytes) -> None:
    """Write a private file that must not be there yet, whole or not at all. Raises FileExistsError."""
    make_folder(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    finally:
        os.unlink(name)
    fsync_folder(path.parent)


def read_private(path: Path) -> bytes:
    """Return the bytes of a private file. Raises :class:`SecretsError` when others may read it, FileNotFoundError when it is absent."""
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretsError(
                format_lazy(_("密钥文件 {value} 对其他用户可见，因此拒绝使用。"), value=path),
                hint=format_lazy(_("执行 chmod 600 {value}，并确认没有人已经读过它。"), value=path),
            )
        return path.read_bytes()
    except PermissionError:
        raise SecretsError(format_lazy(_("无权读取密钥文件 {value}。"), value=path), hint=_("请用拥有该文件的用户启动。")) from None


def read_or_make(path: Path) -> str:
    """Return the secret text in ``path``; the first caller makes 256 random bits."""
    try:
        return read_private(path).decode().strip()
    except FileNotFoundError:
        pass
    try:
        write_new(path, secrets.token_urlsafe(48).encode() + b"\n")
    except FileExistsError:
        pass  # another process of ours was first
    return read_private(path).decode().strip()


def instance_id(home: Path) -> str:
    """Return the random name of the instance whose home this is, made once."""
    path = home / "instance"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    try:
        write_new(path, secrets.token_hex(6).encode() + b"\n")
    except FileExistsError:
        pass
    return path.read_text().strip()


def run_folder(home: Path) -> Path:
    """Return the private folder of sockets and locks of the instance at ``home``."""
    folder = home / "run"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return make_folder(folder)
    folder = make_folder(Path(tempfile.gettempdir()) / f"vermilion-{instance_id(home)}")
    # In /tmp somebody else could have made it first and would then own our sockets.
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise SecretsError(
            format_lazy(_("文件夹 {value} 不属于本用户。"), value=folder), hint=_("请用启动该实例的用户操作，或移走此文件夹。")
        )
    return folder
