"""The order of starting and stopping: database, migrations, keeper, web, workers; and back."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vermilion.base.config import Config
from vermilion.base.database.server import Server
from vermilion.base.errors import VermilionError
from vermilion.base.private import PRIVATE_FILE, make_folder
from vermilion.cli.listening import open_port

from .child import Child, program

READY_SECONDS = 120
# gunicorn finishes requests in 30 s, a worker its jobs in 60.
STOP_SECONDS = 75
LOOK_SECONDS = 0.2


class StartError(VermilionError):
    """The platform could not be started."""

    code = "start_failed"
    status = 503


class Supervisor:
    """Runs one instance until it is told to stop."""

    def __init__(self, config: Config, *, demo: bool, tell: Callable[[Any], None]) -> None:
        self.config = config
        self.demo = demo
        self.tell = tell
        self.stopping = False
        self.hurry = False
        self.logs = config.home / "logs"
        self.server = Server(config) if config.embedded else None
        self.children: list[Child] = []
        self._lock: int | None = None
        self._socket: socket.socket | None = None

    def run(self, *, then: Sequence[str] = (), once: bool = False) -> int:
        """Start everything, run the command ``then`` when it is up, and stay until told to stop (``once``: until ``then`` ends).

        Returns the exit status. Raises :class:`StartError` and what the parts raise; whatever was started is stopped again.
        """
        self._take_lock()
        # Before anything starts, and handed on to the web processes: nobody takes it meanwhile, and no caller is refused at a restart.
        self._socket = open_port(self.config)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            if not self._start():
                return 0
            status = self._follow(then) if then else 0
            while not self.stopping and not once:
                self._watch()
            return status
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: Any) -> None:
        self.hurry = self.stopping  # a second time: do not wait for running work
        self.stopping = True

    def _take_lock(self) -> None:
        path = self.config.run_folder / "run.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.read(handle, 20).decode(errors="replace").strip()
            os.close(handle)
            raise StartError(
                format_lazy(_("此实例已在运行（进程 {pid}）。"), pid=other), hint=_("先停止它，或用 VERMILION_HOME 指定另一个实例。")
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._lock = handle

    def _start(self) -> bool:
        """Start the parts in order; return False when told to stop meanwhile."""
        begin = time.monotonic()
        if self.server is not None:
            self.server.start(tell=self.tell)
            self.tell(_("数据库已启动（内置 PostgreSQL，只用于单机；生产环境请设 DATABASE_URL）"))
        if not self._once("migrate", *(["--demo"] if self.demo else [])):
            return False
        self.tell(_("数据库结构已就绪"))
        keeper = self._child("keeper", "keeper")
        keeper.start()
        if self.demo:
            self._await(keeper, self.config.keeper_socket.exists)
            if self.stopping or not self._once("seed"):
                return False
            self.tell(_("演示数据已就绪"))
        port = self._socket.fileno() if self._socket is not None else -1
        web = self._child("web", "web", "--fd", str(port), pass_fds=[port])
        web.start()
        for number in range(1, self.config.workers + 1):
            self._child(f"worker-{number}", "worker").start()
        self._await(keeper, self.config.keeper_socket.exists)
        self._await(web, self._answers)
        if not self.stopping:
            self.tell(format_lazy(_("已启动（{seconds:.1f} 秒）：{url}"), seconds=time.monotonic() - begin, url=self.config.base_url))
            if self.config.public_url is not None:
                self.tell(format_lazy(_("在 {host}:{port} 等候反向代理"), host=self.config.host, port=self.config.port))
            if not self.demo and self.config.public_url is None:
                self.tell(_("还没有设置 VERMILION_PUBLIC_URL：网页可用，但不能建立证书和印章，也不能出单。设置后重新启动。"))
        return not self.stopping

    def _child(self, name: str, *arguments: str, pass_fds: Sequence[int] = ()) -> Child:
        child = Child(name, arguments, logs=self.logs, pass_fds=pass_fds, note=self._note)
        self.children.append(child)
        return child

    def _note(self, name: str, status: int) -> None:
        self.tell(format_lazy(_("{name} 已结束（状态 {status}），将重新启动"), name=name, status=status))

    def _once(self, *arguments: str) -> bool:
        """Run a command to its end; return False when told to stop meanwhile. Raises :class:`StartError` with what it said.

        All it said is in its log; what it said to the operator is passed on. What it had begun when it was stopped is rolled back or
        found again by its next run.
        """
        command = program(*arguments, "--debug")
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        process = subprocess.Popen(command, text=True, start_new_session=True, **pipes)
        while True:
            try:
                said, complained = process.communicate(timeout=LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                if self.stopping:
                    process.kill() if self.hurry else process.terminate()
        log = self.logs / f"{arguments[0]}.log"
        make_folder(self.logs)
        log.write_text(said + complained)
        if self.stopping:
            return False
        if process.returncode:
            sentence, _colon, _rest = complained.partition("\nTraceback")
            raise StartError(
                sentence.removeprefix("vermilion: ").strip()[-1000:] or format_lazy(_("{name} 失败"), name=arguments[0]),
                hint=format_lazy(_("查看日志 {path}。"), path=log),
            )
        for line in said.splitlines():
            self.tell(line)
        return True

    def _await(self, child: Child, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + READY_SECONDS
        while not self.stopping and not (child.running() and ready()):
            if time.monotonic() > end or child.ends >= 4:
                raise StartError(
                    format_lazy(_("{name} 没有启动：{words}"), name=child.name, words=child.last_words()),
                    hint=format_lazy(_("查看日志 {path}。"), path=child.log),
                )
            self._watch()

    def _answers(self) -> bool:
        host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
        request = urllib.request.Request(f"http://{host}:{self.config.port}/healthz", headers={"Host": "localhost"})
        with suppress(OSError), urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
        return False

    def _watch(self) -> None:
        """Look once after everything that should run."""
        if self.server is not None and self.server.pid() is None:
            self.tell(_("数据库已结束，将重新启动"))
            self.server.start(tell=self.tell)
        for child in self.children:
            child.watch()
        time.sleep(LOOK_SECONDS)

    def _follow(self, command: Sequence[str]) -> int:
        """Run ``command`` in the terminal while the platform is watched; return its exit status."""
        process = subprocess.Popen(program(*command), stdin=subprocess.DEVNULL)
        while process.poll() is None:
            if self.stopping:
                process.terminate()
            self._watch()
        return process.returncode

    def _stop(self) -> None:
        """Stop the web first, then those that finish its work, the keeper, at last the database."""
        if self._socket is not None:
            self._socket.close()
        until = time.monotonic() + STOP_SECONDS
        users = [child for child in self.children if child.name != "keeper"]
        for child in users:
            child.ask_to_stop()
        for child in users:
            child.wait(until, lambda: self.hurry)
        for child in self.children:
            child.ask_to_stop()
            child.wait(until, lambda: self.hurry)
        if self.server is not None:
            self.server.stop()
        if self._lock is not None:
            os.close(self._lock)
        if self.children or self.server is not None:
            self.tell(_("已停止"))
