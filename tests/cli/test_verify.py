"""``vermilion verify``: exit statuses, JSON, languages; no database, no instance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.core.pki import document, pki, sealed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_bytes(pki().root.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "sealed.pdf").write_bytes(sealed())
    (tmp_path / "altered.pdf").write_bytes(sealed().replace(b"/MediaBox", b"/MediaBoy", 1))
    (tmp_path / "plain.pdf").write_bytes(document())
    (tmp_path / "no.pdf").write_bytes(b"hello")
    return tmp_path


def verify(folder: Path, *arguments: str, language: str = "zh_CN.UTF-8") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VERMILION_", "DATABASE", "LC_", "DJANGO"))}
    environment |= {"LANG": language, "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "vermilion.cli.main", "verify", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_statuses_and_json(folder):
    done = verify(folder, "--json", "--trust", "root.pem", "sealed.pdf", "altered.pdf", "plain.pdf")
    assert done.returncode == 1, done.stderr
    verdicts = json.loads(done.stdout)
    assert (verdicts[0]["file"], verdicts[0]["bottom_line"], verdicts[0]["integrity"]) == ("sealed.pdf", "valid", "intact")
    assert verdicts[1]["bottom_line"] == "invalid"
    assert verdicts[2]["bottom_line"] == "unsigned"
    assert all(one["policy"] is None for one in verdicts)
    assert not (folder / "var").exists()


def test_one_good_file_is_zero_and_one_unreadable_is_two(folder):
    assert verify(folder, "--trust", "root.pem", "sealed.pdf").returncode == 0
    assert verify(folder, "--trust", "root.pem", "sealed.pdf", "plain.pdf", "no.pdf", "missing.pdf").returncode == 2


def test_trust_is_needed_unless_only_integrity_is_asked(folder):
    untrusted = verify(folder, "sealed.pdf", language="en_US.UTF-8")
    assert untrusted.returncode == 1
    assert "trusted authority" in untrusted.stdout
    assert verify(folder, "--integrity-only", "sealed.pdf").returncode == 0


def test_usage_errors_are_64(folder):
    assert verify(folder).returncode == 64
    assert verify(folder, "--trust", "plain.pdf", "sealed.pdf").returncode == 64


def test_words_are_chinese_by_default(folder):
    assert "有效" in verify(folder, "--trust", "root.pem", "sealed.pdf").stdout
