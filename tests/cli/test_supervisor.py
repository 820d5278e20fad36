"""Told to stop while a step of the start runs, the supervisor ends that step and starts nothing more."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_run import free_port
from vermilion.base.config import Config
from vermilion.cli.supervisor import run
from vermilion.cli.supervisor.run import StartError, Supervisor

STEPS = {
    "slow": "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(60)",
    "stubborn": "import pathlib, signal, time; signal.signal(15, signal.SIG_IGN); pathlib.Path('begun').touch(); time.sleep(60)",
    "failing": "import sys; print('vermilion: no room', file=sys.stderr); sys.exit(1)",
    "fine": "print('done')",
}


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def handlers() -> Iterator[None]:
    """Put back what the process did at a signal before the test."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "program", lambda name, *_rest: [sys.executable, "-c", STEPS[name]])
    supervisor = Supervisor(Config(home=tmp_path, port=free_port()), demo=False, tell=lambda text: told.append(str(text)))
    told = supervisor.told = []  # type: ignore[attr-defined]
    return supervisor


def test_a_step_runs_to_its_end_or_says_why_not(supervisor: Supervisor, tmp_path: Path) -> None:
    assert supervisor._once("fine")
    assert (tmp_path / "logs" / "fine.log").read_text() == "done\n"
    assert supervisor.told == ["done"]  # type: ignore[attr-defined]
    with pytest.raises(StartError, match="no room"):
        supervisor._once("failing")


@pytest.mark.parametrize(("step", "signals"), [("slow", 1), ("stubborn", 2)])
def test_ctrl_c_ends_a_step_and_a_second_one_kills_it(supervisor: Supervisor, tmp_path: Path, step: str, signals: int) -> None:
    results: list[bool] = []
    working = threading.Thread(target=lambda: results.append(supervisor._once(step)))
    working.start()
    while not (tmp_path / "begun").exists():
        assert working.is_alive()
    for _time in range(signals):
        supervisor._on_signal(2, None)
    working.join(30)
    assert results == [False]


@pytest.mark.parametrize("number", SIGNALS)
def test_each_signal_that_ends_it_is_an_orderly_end(
    handlers: None, supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A whole instance is stopped by Ctrl-C in test_run.py; here the signal comes while a step runs."""
    supervisor.server = None
    monkeypatch.setattr(run, "program", lambda *_command: [sys.executable, "-c", STEPS["slow"]])

    def send() -> None:
        while not (tmp_path / "begun").exists():
            assert main.is_alive()
        os.kill(os.getpid(), number)

    main = threading.main_thread()
    sending = threading.Thread(target=send)
    sending.start()
    assert supervisor.run() == 0
    sending.join(30)
    assert supervisor.told == []  # type: ignore[attr-defined]
    assert not supervisor.children
    again = Supervisor(supervisor.config, demo=False, tell=print)
    again._take_lock()  # free again
    assert again._lock is not None
    os.close(again._lock)
