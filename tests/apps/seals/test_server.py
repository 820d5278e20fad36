"""The keeper stops at once for those who ask nothing, and not before it has answered who asked."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from vermilion.apps.seals.errors import KeeperRunning
from vermilion.apps.seals.keeper import frames
from vermilion.apps.seals.keeper.server import IDLE_SECONDS, Server


class Slow:
    """Operations that take as long as the test wants."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def answer(self, head: dict, body: bytes) -> tuple[dict, bytes]:
        self.begun.set()
        assert self.go_on.wait(20)
        return {"said": head["say"]}, body


@pytest.mark.django_db
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
        assert frames.receive(asking) == ({"ok": True, "said": "done"}, b"body")
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
