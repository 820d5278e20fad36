"""``vermilion verify``: exit statuses, JSON, languages; no database, no instance."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.core.pki import document, pki, sealed
from vermilion.cli.main import main


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


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def here(folder, monkeypatch, capsys):
    """Return ``verify`` in this process, for what a fresh one would not show better; its children are those of the other tests."""
    logger = logging.getLogger("vermilion.base.children")
    level = logger.level
    for name in [name for name in os.environ if name.startswith(("VERMILION_", "DATABASE", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)

    def verify(*arguments: str, language: str = "zh_CN.UTF-8") -> Done:
        monkeypatch.setenv("LANG", language)
        return Done(main(["verify", *arguments]), *capsys.readouterr())

    yield verify
    logger.setLevel(level)


def test_statuses_and_json(folder):
    done = verify(folder, "--json", "--trust", "root.pem", "sealed.pdf", "altered.pdf", "plain.pdf")
    assert done.returncode == 1, done.stderr
    verdicts = json.loads(done.stdout)
    assert (verdicts[0]["file"], verdicts[0]["bottom_line"], verdicts[0]["integrity"]) == ("sealed.pdf", "valid", "intact")
    assert verdicts[1]["bottom_line"] == "invalid"
    assert verdicts[2]["bottom_line"] == "unsigned"
    assert all(one["policy"] is None for one in verdicts)
    assert not (folder / "var").exists()


def test_one_good_file_is_zero_and_words_are_chinese_by_default(here):
    done = here("--trust", "root.pem", "sealed.pdf")
    assert done.returncode == 0
    assert "有效" in done.stdout


def test_one_unreadable_file_is_two_and_the_sum_is_told(here):
    done = here("--trust", "root.pem", "sealed.pdf", "plain.pdf", "no.pdf", "missing.pdf")
    assert done.returncode == 2
    assert "共 4 份：有效 1，没有签名 1，无法读取 2" in done.stdout


def test_trust_is_needed_unless_only_integrity_is_asked(here):
    untrusted = here("sealed.pdf", language="en_US.UTF-8")
    assert untrusted.returncode == 1
    assert "trusted authority" in untrusted.stdout
    assert here("--integrity-only", "sealed.pdf").returncode == 0


def test_usage_errors_are_64(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    with pytest.raises(SystemExit) as left:
        main(["verify"])
    assert left.value.code == 64
    assert main(["verify", "--trust", "plain.pdf", "sealed.pdf"]) == 64
    capsys.readouterr()
    assert main(["verify", "--trust", "root.pem", "empty"]) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert "no PDF or OFD file in empty" in said.err


def tree(folder: Path, count: int) -> None:
    """Make a folder with ``count`` sealed files on two levels, and things beside them that are not asked about."""
    top = folder / "drawer"
    (top / "2025").mkdir(parents=True)
    for number in range(count):
        (top / ("2025" if number % 2 else "") / f"{number:02}.pdf").write_bytes(sealed())
    (top / "notes.txt").write_text("x")
    (top / "2025" / "OLD.PDF").write_bytes(document())
    (top / "2025" / "round").symlink_to(top)


def test_a_folder_stands_for_every_document_below_it(folder, here):
    tree(folder, 5)
    done = here("--json", "--trust", "root.pem", "drawer", "sealed.pdf")
    assert done.returncode == 1, done.stderr
    names = [f"drawer/{name}" for name in ("00.pdf", "02.pdf", "04.pdf", "2025/01.pdf", "2025/03.pdf", "2025/OLD.PDF")]
    assert [(one["file"], one["bottom_line"]) for one in json.loads(done.stdout)] == [
        (name, "unsigned" if name.endswith("PDF") else "valid") for name in sorted(names)
    ] + [("sealed.pdf", "valid")]
    assert done.stderr == "", "no progress bar where nobody looks"


def _look_at(terminal: int, shown: bytearray) -> None:
    """Read what is written to a terminal until nobody holds it any more."""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # how a terminal ends
        pass


def _hear_ctrl_c() -> None:
    """A run of the tests in the background ignores Ctrl-C, and what it starts would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_on_a_terminal_a_bar_shows_how_far_it_is_and_ctrl_c_ends_it_at_once(folder):
    tree(folder, 600)
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "vermilion.cli.main", "verify", "--trust", "root.pem", "drawer"]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("VERMILION_", "DATABASE", "DJANGO", "PYTHONUNBUFFERED"))
    }
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=slave, text=True, preexec_fn=_hear_ctrl_c
    )
    os.close(slave)
    shown = bytearray()
    looking = threading.Thread(target=_look_at, args=(master, shown))  # somebody must, or the terminal fills up and stops the program
    looking.start()
    assert process.stdout is not None
    assert process.stdout.readline(), "a file is told before all are known"
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    looking.join(60)
    os.close(master)
    assert process.returncode == 130
    assert "/601" in shown.decode()
    assert "Traceback" not in shown.decode()
    assert "ended" not in shown.decode(), "that our own children were stopped is no news"
    assert said.count(".pdf: ") < 600
    assert not [pid for pid in Path("/proc").glob("[0-9]*") if child_of(pid, process.pid)], "no child is left behind"


def child_of(entry: Path, parent: int) -> bool:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent
    except OSError:
        return False


def test_a_folder_that_may_not_be_listed_is_told_as_unreadable(folder, monkeypatch):
    from vermilion.cli import verifying

    def walk(top, onerror):
        onerror(PermissionError(13, "denied", f"{top}/closed"))
        return iter([(str(top), [], ["a.pdf"])])

    monkeypatch.setattr(verifying.os, "walk", walk)  # the tests may run as root, to whom nothing is closed
    assert verifying.find([str(folder)]) == [f"{folder}/a.pdf", f"{folder}/closed"]
