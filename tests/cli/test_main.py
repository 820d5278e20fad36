"""Exit statuses and messages of the command itself."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from procrastinate.exceptions import ConnectorException

from vermilion.cli import main


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VERMILION_") and name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "vermilion.cli.main", *arguments], env={**clean, **environment}, capture_output=True, text=True, check=False
    )


def test_a_usage_error_is_64() -> None:
    done = run("run", "--nonsense")
    assert done.returncode == 64
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["jobs"], ["run", "--port", "http"], ["jobs", "retry", "first"]])
def test_so_is_any_other(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: int | str | None = main.main(arguments)
    except SystemExit as left:  # how argparse ends a process
        status = left.code
    assert status == 64
    assert "Traceback" not in capsys.readouterr().err


def test_help_names_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in main.names():
        assert f"  {name} " in done.stdout


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    done = run("run", VERMILION_HOME=str(tmp_path / "home"), VERMILION_PUBLIC_URL="http://sign.example.cn")
    assert done.returncode == 1
    assert "VERMILION_PUBLIC_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists()


def test_an_internal_error_is_70_and_shows_its_trace_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: list[str]) -> int:
        raise RuntimeError("张三")

    monkeypatch.setattr(main, "_dispatch", broken)
    assert main.main(["run"]) == 70
    assert "Traceback" not in capsys.readouterr().err
    assert main.main(["run", "--debug"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (FileNotFoundError(2, "No such file or directory", "/nowhere/password.txt"), "/nowhere/password.txt"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (shutil.Error([("/from/a", "/to/a", "[Errno 28] No space left on device")]), "/to/a"),
    ],
    ids=["missing", "full", "tree"],
)
def test_a_file_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: OSError, path: str
) -> None:
    def broken(arguments: list[str]) -> int:
        raise error

    monkeypatch.setattr(main, "_dispatch", broken)
    assert main.main(["backup"]) == 1
    assert path in capsys.readouterr().err


def test_a_worker_whose_database_went_away_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(arguments: list[str]) -> int:
        raise ConnectorException

    monkeypatch.setattr(main, "_dispatch", broken)
    assert main.main(["worker"]) == 1
    assert "连接不上数据库" in capsys.readouterr().err


# One process looked at from two sides, for loading the platform is nearly all that either costs.
LOADED_THEN_ASKED = """
import json, sys
from vermilion.cli import main, platform
platform.load()
import vermilion.site.urls
loaded = list(sys.modules)
for arguments in (["doctor"], ["jobs", "failed"]):
    print("%", *arguments, flush=True)
    print(main.main(arguments), flush=True)
print("%", json.dumps(loaded))
"""


def test_a_database_that_is_down_is_one_sentence_of_a_command_that_loaded_only_what_all_need(tmp_path: Path) -> None:
    """What is not loaded takes a tenth of a second or more each, in every process of the platform."""
    nowhere = {role: f"postgresql://nobody:pw-pw-pw@127.0.0.1:9/{role}" for role in ("app", "owner", "keeper")}
    given = {
        "VERMILION_HOME": str(tmp_path / "home"),
        "VERMILION_SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": nowhere["app"],
        "VERMILION_DATABASE_OWNER_URL": nowhere["owner"],
        "VERMILION_DATABASE_KEEPER_URL": nowhere["keeper"],
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VERMILION_", "PYTEST_"))}
    done = subprocess.run(
        [sys.executable, "-c", LOADED_THEN_ASKED],
        env={**clean, **given}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
    )  # fmt: skip
    _before, doctor, jobs, loaded = done.stdout.split("% ")
    for name, said in (("doctor", doctor), ("jobs failed", jobs)):
        assert said.startswith(name)
        assert said.splitlines()[-1] == "1"
        assert "连接不上数据库" in said
        assert "Traceback" not in said
        assert "OperationalError" not in said
    modules = set(json.loads(loaded))
    assert "vermilion.site.urls" in modules
    assert not {"numpy", "jsonschema", "fontTools.ttLib", "playwright", "pypdfium2", "PIL", "zxingcpp", "requests"} & modules
