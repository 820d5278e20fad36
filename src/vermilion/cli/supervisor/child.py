"""One child process: started again whenever it ends, with growing pauses."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from vermilion.base.private import PRIVATE_FILE, make_folder

PAUSES = (0.5, 1, 2, 4, 8, 15, 30)
# A child that has run this long is well; its next end is a new trouble.
WELL_SECONDS = 60
LOG_LIMIT = 20 * 1024 * 1024

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent() -> None:
    # A supervisor that was killed cannot stop its children; the kernel tells them.
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A part of the platform, ``vermilion NAME …``, in a session of its own so that Ctrl-C reaches the supervisor only."""

    def __init__(
        self, name: str, arguments: Sequence[str], *, logs: Path, pass_fds: Sequence[int] = (), note: Callable[[str, int], None]
    ) -> None:
        self.name = name
        self.arguments = list(arguments)
        self.log = logs / f"{name}.log"
        self.pass_fds = tuple(pass_fds)
        self.note = note
        self.process: subprocess.Popen[bytes] | None = None
        self.ends = 0
        self.started_at = 0.0
        self.start_after = 0.0

    def start(self) -> None:
        """Start the process now."""
        make_folder(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        try:
            self.process = subprocess.Popen(
                program(*self.arguments, "--debug"), stdin=subprocess.DEVNULL, stdout=handle, stderr=handle,
                start_new_session=True, pass_fds=self.pass_fds, preexec_fn=_die_with_parent,
            )  # fmt: skip
        finally:
            os.close(handle)
        self.started_at = time.monotonic()

    def running(self) -> bool:
        """Tell whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start the process again when it has ended and its pause is over. Status 0 is an end like any other."""
        if self.running():
            return
        now = time.monotonic()
        if self.process is not None:
            if now - self.started_at > WELL_SECONDS:
                self.ends = 0
            self.note(self.name, self.process.returncode)
            self.start_after = now + PAUSES[min(self.ends, len(PAUSES) - 1)]
            self.ends += 1
            self._kill_group()
            self.process = None
        if now >= self.start_after:
            self.start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def wait(self, until: float, hurry: Callable[[], bool]) -> None:
        """Wait for the end until the monotonic time ``until``, or until ``hurry()``; then kill. What it left behind is killed too."""
        while self.running() and time.monotonic() < until and not hurry():
            time.sleep(0.05)
        self._kill_group()
        if self.process is not None:
            self.process.wait()

    def last_words(self) -> str:
        """Return the last line of the log."""
        with suppress(OSError):
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
            return lines[-1][:400] if lines else "-"
        return "-"

    def _kill_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def program(*arguments: str) -> list[str]:
    """Return the command line of ``vermilion ARGUMENTS`` with this interpreter."""
    return [sys.executable, "-m", "vermilion.cli.main", *arguments]
