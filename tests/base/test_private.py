"""Secrets are made once, for their owner only, and refused when others could have read them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vermilion.base import private


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secrets" / "a.key"
    first = private.read_or_make(path)
    assert len(first) >= 50
    assert private.read_or_make(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == ["a.key"], "no half-written file is left"


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    private.read_or_make(path)
    path.chmod(0o640)
    with pytest.raises(private.SecretsError) as caught:
        private.read_or_make(path)
    assert str(path) in str(caught.value.message)


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o750)
    private.make_folder(folder / "secrets")
    assert folder.stat().st_mode & 0o777 == 0o750


def test_write_new_never_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a"
    private.write_new(path, b"first")
    with pytest.raises(FileExistsError):
        private.write_new(path, b"second")
    assert path.read_bytes() == b"first"
