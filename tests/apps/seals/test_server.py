"""The keeper stops at once for those who ask nothing, and not before it has answered who asked."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vermilion.apps.seals.errors import KeeperRunning
from vermilion.apps.seals.keeper import frames, line, server, shared
from vermilion.apps.seals.keeper.server import IDLE_SECONDS, THREADS, Server


class Slow:
    """Operations that take as long as the test wants."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def answer(self, head: dict, body: bytes | memoryview) -> tuple[dict, bytes]:
        self.begun.set()
        assert self.go_on.wait(20)
        return {"said": head["say"]}, body


def test_a_stop_finishes_what_was_asked_and_waits_for_nobody_who_is_silent(tmp_path: Path) -> None:
    slow, path = Slow(), tmp_path / "keeper.sock"
    server = Server(path, slow)  # type: ignore[arg-type]
    server.bind()
    serving = threading.Thread(target=server.serve)
    serving.start()
    silent, halfway, asking = (socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _number in range(3))
    with silent, halfway, asking:
        for connection in (silent, halfway, asking):
            connection.settimeout(IDLE_SECONDS / 2)
            connection.connect(str(path))
        halfway.sendall(b"\0\0")
        frames.send(asking, {"say": "done"}, b"body")
        assert slow.begun.wait(10)
        server.stop()
        assert silent.recv(1) == b"", "who is silent is let go"
        assert halfway.recv(1) == b"", "who has not finished asking has asked nothing"
        assert not path.exists(), "and nobody new comes in"
        slow.go_on.set()
        assert frames.receive(asking, seconds=1) == ({"ok": True, "said": "done"}, b"body")
        serving.join(IDLE_SECONDS / 2)
        assert not serving.is_alive()


def test_a_second_keeper_leaves_the_first_its_socket(tmp_path: Path) -> None:
    path = tmp_path / "keeper.sock"
    first = Server(path, None)
    first.bind()
    with pytest.raises(KeeperRunning):
        Server(path, None).bind()
    assert path.exists()
    first.stop()
    first._socket.close()  # killed: the file stays behind
    later = Server(path, None)
    later.bind()
    later.stop()
    later.serve()
    assert not path.exists()


class Echo:
    """Says back what it was told, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def answer(self, head: dict, body: bytes | memoryview) -> tuple[dict, bytes]:
        self.asked += 1
        return {"said": head["say"], "asked": self.asked}, body


@contextmanager
def serving(path: Path, service: Echo) -> Iterator[Server]:
    running = Server(path, service)
    running.bind()
    thread = threading.Thread(target=running.serve)
    thread.start()
    try:
        yield running
    finally:
        running.stop()
        thread.join(20)
        assert not thread.is_alive()
        assert not running._callers


def said(path: Path, say: str, *body: bytes) -> tuple[dict, bytes]:
    answer = line.ask(path, {"say": say}, *body)
    assert answer is not None
    assert answer[0]["said"] == say
    return answer


@pytest.fixture(autouse=True)
def no_line_is_kept() -> Iterator[None]:
    yield
    line._mine.line = None


def test_a_thread_keeps_its_connection(tmp_path: Path) -> None:
    path = tmp_path / "keeper.sock"
    with serving(path, Echo()) as running:
        said(path, "one")
        kept = line._mine.line
        large = os.urandom(3_000_001)  # many times what the kernel holds for a socket
        assert said(path, "two", large, b"", large)[1] == large + large
        assert line._mine.line is kept
        assert len(running._callers) == 1
        other = threading.Thread(target=said, args=(path, "three"))
        other.start()
        other.join()
        assert said(path, "four")[0]["asked"] == 4


def test_what_has_room_in_it_goes_through_shared_memory(tmp_path: Path) -> None:
    path = tmp_path / "keeper.sock"
    with serving(path, Echo()) as running:
        for length in (shared.LEAST - 1, shared.LEAST, 205_000, shared.SIZE, shared.SIZE + 1, 20_000):
            body = os.urandom(length)
            assert said(path, str(length), body[:5000], memoryview(body)[5000:])[1] == body
        (caller,) = running._callers.values()
        assert caller.memory.held is not None
        with pytest.raises(TypeError, match="readonly"):
            caller.memory.held[0] = 1


def _plain_file(folder: Path) -> int:
    return os.open(folder / "file", os.O_RDWR | os.O_CREAT)


def _memory(length: int, seals: int, flags: int = 0) -> int:
    descriptor = os.memfd_create("test", os.MFD_ALLOW_SEALING | flags)
    os.ftruncate(descriptor, length)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor


@pytest.mark.parametrize(
    "made",
    [
        _plain_file,
        lambda _folder: os.eventfd(0),
        lambda _folder: _memory(shared.SIZE, fcntl.F_SEAL_GROW),
        lambda _folder: _memory(shared.SIZE // 2, fcntl.F_SEAL_SHRINK),
        lambda _folder: _memory(2 * shared.SIZE, fcntl.F_SEAL_SHRINK, os.MFD_HUGETLB),
    ],
    ids=["a file", "an event", "it may shrink", "too short", "large pages"],
)
def test_memory_that_could_vanish_is_not_shared(tmp_path: Path, made: Callable[[Path], int]) -> None:
    """The keeper would end by a signal when it reads it; who sends such a thing is hung up, others are served."""
    path = tmp_path / "keeper.sock"
    with serving(path, Echo()) as running, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(IDLE_SECONDS / 2)
        connection.connect(str(path))
        descriptor = made(tmp_path)
        head = b'{"say":"hello"}'
        socket.send_fds(connection, [struct.pack(">IQ?", len(head), 20_000, True) + head], [descriptor])
        os.close(descriptor)
        assert _hung_up(connection)
        assert said(path, "next")[0]["asked"] == 1
        assert len(running._callers) == 1


def test_what_is_not_shared_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "keeper.sock"
    with serving(path, Echo()):
        said(path, "mine", bytes(shared.LEAST))
        mine = line._mine.line
        assert mine is not None
        mine._socket.sendall(struct.pack(">IQ?", 2, shared.SIZE + 1, True) + b"{}")
        assert _hung_up(mine._socket)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
            other.connect(str(path))
            other.sendall(struct.pack(">IQ?", 2, 20_000, True) + b"{}")
            assert _hung_up(other)
        assert said(path, "next")[0]["asked"] == 2


def _hung_up(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_child_process_opens_its_own_connection(tmp_path: Path) -> None:
    path = tmp_path / "keeper.sock"
    with serving(path, Echo()):
        said(path, "parent")
        kept = line._mine.line
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                said(path, "child")
                os.write(write, b"own" if line._mine.line is not kept else b"shared")
            finally:
                os._exit(0)
        os.close(write)
        assert os.read(read, 10) == b"own"
        os.close(read)
        os.waitpid(child, 0)
        assert said(path, "parent again")[0]["asked"] == 3
        assert line._mine.line is kept, "the child has not ended its parent's"


def test_a_restarted_keeper_is_asked_over_a_new_connection(tmp_path: Path) -> None:
    path, first, second = tmp_path / "keeper.sock", Echo(), Echo()
    with serving(path, first):
        said(path, "one")
    with serving(path, second):
        said(path, "two", bytes(2_000_000))
        assert (first.asked, second.asked) == (1, 1)
    with pytest.raises(OSError, match="No such file"):
        line.ask(path, {"say": "three"})


def test_what_the_keeper_may_have_acted_on_is_not_sent_again(tmp_path: Path) -> None:
    """It took the whole request and died: the caller learns that it does not know, and nobody is asked a second time."""
    path, asked = tmp_path / "keeper.sock", []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()

        def die_at_the_second() -> None:
            connection, _ = listening.accept()
            with connection:
                asked.append(frames.receive(connection, seconds=5))
                frames.send(connection, {"ok": True})
                asked.append(frames.receive(connection, seconds=5))

        thread = threading.Thread(target=die_at_the_second)
        thread.start()
        assert line.ask(path, {"say": "one"}) == ({"ok": True}, b"")
        assert line.ask(path, {"say": "two"}) is None
        thread.join()
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert [request and request[0]["say"] for request in asked] == ["one", "two"]


def test_silent_connections_take_no_thread_and_the_longest_silent_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, places = tmp_path / "keeper.sock", THREADS * 2
    monkeypatch.setattr(server, "CONNECTIONS", places)
    silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _number in range(places)]
    try:
        with serving(path, Echo()):
            for connection in silent:
                connection.settimeout(IDLE_SECONDS / 2)
                connection.connect(str(path))
            said(path, "one more than there are places")
            assert silent[0].recv(1) == b"", "who was silent for longest is let go"
            frames.send(silent[-1], {"say": "late"})
            assert frames.receive(silent[-1], seconds=5) is not None
            silent[-1].sendall(b"no frame, and long enough to be read as one")
            with pytest.raises(ConnectionResetError):  # who talks nonsense is let go, the rest of it unread
                silent[-1].recv(1)
            said(path, "and all others are served")
    finally:
        for connection in silent:
            connection.close()


def test_who_is_silent_for_too_long_is_let_go_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, echo = tmp_path / "keeper.sock", Echo()
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.0)
    with serving(path, echo) as running:
        said(path, "one")
        with running._changed:
            assert running._changed.wait_for(lambda: not running._callers, IDLE_SECONDS)
        monkeypatch.setattr(server, "IDLE_SECONDS", IDLE_SECONDS)
        assert said(path, "two")[0]["asked"] == 2


def test_what_was_sent_before_the_caller_is_let_go_is_answered(tmp_path: Path) -> None:
    """The other half of the promise on which a request is repeated: a request taken whole is answered, one not taken whole is not."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with ours, theirs:
        frames.send(ours, {"say": "in time"}, b"body")
        theirs.shutdown(socket.SHUT_RD)
        with pytest.raises(BrokenPipeError):
            frames.send(ours, {"say": "too late"})
        assert frames.receive(theirs, seconds=1) == ({"say": "in time"}, b"body")
        assert frames.receive(theirs, seconds=1) is None


def test_a_frame_that_trickles_in_is_too_slow() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with ours, theirs:
        frames.be_patient(theirs, 0.05)
        ours.sendall(b"\0\0\0")
        with pytest.raises((frames.FrameError, BlockingIOError)):
            frames.receive(theirs, seconds=0.05)
        with pytest.raises(frames.FrameError, match="too long"):
            frames.send(ours, {}, *[bytes(1024 * 1024)] * 111)


def test_a_connection_that_is_not_kept_is_hung_up_though_its_error_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "keeper.sock"
    with serving(path, Echo()):
        said(path, "once")
        ended = line._mine.line
    with pytest.raises(OSError) as kept:
        line.ask(path, {"say": "again"})
    assert ended is not None
    assert ended._socket.fileno() == -1
    assert line._mine.line is None
    del kept
    with serving(path, Echo()):
        said(path, "once")
        other = line._mine.line
        with pytest.raises(frames.FrameError):
            line.ask(path, {"say": "x" * frames.MAX_HEAD})
        assert other is not None
        assert other._socket.fileno() == -1
