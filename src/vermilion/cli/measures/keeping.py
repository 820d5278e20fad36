"""The same seal through the keeper's socket: a real server in a process of its own, which holds key and certificate.

The child signs by the same functions as the bench itself; of the keeper it lacks the database, hence judgement and register. What one
document costs is the CPU time of both processes. With both it is measured in :mod:`.judging`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from vermilion.apps.seals.keeper import batches, line
from vermilion.apps.seals.keeper.asked import Asked
from vermilion.apps.seals.keeper.server import Server
from vermilion.core.pdf.signing import finish
from vermilion.core.trust import cms, suites

from . import Measurement, cpu_clock, each, side_by_side
from .workshop import DOCUMENTS, Signer, Workshop

UNIT = "cpu_ms/document"


def measure(seconds: float) -> list[Measurement]:
    """Return the CPU time of a P-256 seal with timestamp through the socket, one by one and many by one request, next to none of it."""
    workshop = Workshop(DOCUMENTS)
    signer = workshop.signer(suites.P256)
    with tempfile.TemporaryDirectory() as folder, _keeper(Path(folder) / "keeper.sock") as keeper:
        path = Path(folder) / "keeper.sock"
        direct, *through = side_by_side(
            [
                each(lambda number: workshop.seal(signer, number, timestamped=True)),
                each(lambda number: _seal(workshop, path, [number])),
                lambda numbers: _seal(workshop, path, numbers),
            ],
            seconds=seconds,
            clock=lambda: time.process_time() + time.clock_gettime(keeper),
        )
    return [
        Measurement(
            name=f"seal.p256.keeper{name}",
            unit=UNIT,
            value=round(ours.cpu_ms, 3),
            limit="the same in one process",
            limit_value=round(direct.cpu_ms, 3),
            count=ours.count,
            seconds=round(ours.seconds, 2),
        )
        for name, ours in zip(("", ".batch"), through, strict=True)
    ]


def _seal(workshop: Workshop, path: Path, numbers: Sequence[int]) -> list[bytes]:
    prepared = [workshop.prepare(number) for number in numbers]
    heads = [{"shown_length": len(workshop.policies[number % len(workshop.policies)])} for number in numbers]
    listed = batches.listed(heads, [sum(map(len, one.pieces)) for one in prepared])
    answer = line.ask(path, {"op": "sign", "documents": listed}, *[piece for one in prepared for piece in one.pieces])
    if answer is None or not answer[0]["ok"]:
        raise RuntimeError("the bench's keeper did not sign")
    signatures = batches.parted(answer[0]["documents"], answer[1])
    return [finish(one, cms) for one, (_facts, cms) in zip(prepared, signatures, strict=True)]


@contextmanager
def _keeper(path: Path) -> Iterator[int]:
    """Run the child, which ends with its standard input; yield the clock of its CPU time."""
    command = [sys.executable, "-m", __name__, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("pipes were asked for")
        try:
            if not child.stdout.readline():
                raise RuntimeError("the bench's keeper did not start")
            yield cpu_clock(child.pid)
        finally:
            child.stdin.close()


class _Signing:
    """Signs what is prepared, without asking anybody."""

    def __init__(self, workshop: Workshop, signer: Signer) -> None:
        self._workshop, self._signer = workshop, signer

    def answer(self, head: dict[str, Any], body: bytes | memoryview) -> tuple[dict[str, Any], bytes]:
        parts = batches.parted(head["documents"], memoryview(body))
        made = [self._sign(Asked(UUID(int=0), pdf, one["shown_length"])) for one, pdf in parts]
        return {"documents": batches.listed([{}] * len(made), [len(one) for one in made])}, b"".join(made)

    def _sign(self, asked: Asked) -> bytes:
        digest = asked.digested(self._signer.key.suite.digest)
        if digest is None:
            raise RuntimeError("the bench's document is not prepared")
        return cms.sign(self._signer.frame, self._signer.key, digest, lambda stamped: self._workshop.timestamps.token(stamped).der)

    def lock(self) -> None:
        """Drop the key."""
        self._signer.key.wipe()


def main(path: Path) -> None:
    """Serve until standard input ends."""
    workshop = Workshop()
    server = Server(path, _Signing(workshop, workshop.signer(suites.P256)))
    server.bind()
    thread = threading.Thread(target=server.serve)
    thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    server.stop()
    thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
