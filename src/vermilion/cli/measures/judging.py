"""A seal through the real keeper: permission, grant, seal and certificate judged in its database, the use entered in the register.

A throw-away demo instance with a PostgreSQL of its own does it, in a process of its own, so that nothing of the operator's is touched.
What one document costs is the CPU time of the caller, the keeper and all of PostgreSQL's processes. A seal's key is RSA-2048 (design §6).
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from vermilion.apps.seals.keeper.server import THREADS

from . import Measurement, cpu_clock, each, side_by_side

UNIT = "cpu_ms/document"
START_SECONDS = 60.0
TURN = 2 * THREADS
"""Requests go round the keeper's threads; in the first turn, which does not count, each of them opens its connection to the database."""


def measure(seconds: float) -> list[Measurement]:
    """Return the CPU time of what production does with a policy, alone and among many: prepare, judge, register, sign, stamp, verify.

    By RSA-2048; next to the same in one process that asks nobody.
    """
    with tempfile.TemporaryDirectory(prefix="vermilion-bench-") as folder:
        Path(folder).chmod(0o755)  # root's PostgreSQL runs as another user, who must get to its own folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith("VERMILION_") and name != "DATABASE_URL"}
        environment |= {"VERMILION_HOME": f"{folder}/home", "VERMILION_POSTGRES_FOLDER": f"{folder}/postgres"}
        done = subprocess.run([sys.executable, "-m", __name__, str(seconds)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the bench's instance did not work: {done.stderr.strip()[-500:]}")
    return [Measurement(**one) for one in json.loads(done.stdout)]


def main(seconds: float) -> None:
    """Make the instance, measure, print what was found."""
    from vermilion.base.config import config
    from vermilion.base.database.server import Server
    from vermilion.cli import platform
    from vermilion.cli.supervisor.child import program

    server = Server(config())
    server.start()
    try:
        platform.load("owner")
        from vermilion.cli.demo import seed
        from vermilion.cli.steps import migrating

        migrating.migrate()
        migrating.ensure_master_key()
        migrating.ensure_kind(demo=True)
        with subprocess.Popen(program("keeper"), stdout=sys.stderr) as keeper:
            try:
                _await(keeper, config().keeper_socket)
                seed.ensure()
                print(json.dumps([vars(one) for one in measured(seconds, keeper.pid, server.pid() or 0)]))
            finally:
                keeper.terminate()
    finally:
        server.stop()


def _await(keeper: subprocess.Popen[bytes], socket: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not socket.exists():
        if keeper.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the keeper did not start")
        time.sleep(0.05)


def measured(seconds: float, keeper: int, postmaster: int) -> list[Measurement]:
    """Measure in the database that this process is connected to; ``keeper`` and ``postmaster`` are the processes whose work counts."""
    from vermilion.apps.parties.models import Insurer
    from vermilion.apps.seals import services
    from vermilion.core.pdf.verify import verify_pdf
    from vermilion.core.trust import suites
    from vermilion.core.typeset.zones import Zone

    from .workshop import DOCUMENTS, FIELD, Workshop

    workshop = Workshop(DOCUMENTS)
    signer = workshop.signer(suites.RSA2048)
    insurer = Insurer.objects.get()
    zone = Zone("insurer", FIELD.page + 1, *FIELD.box[:2], FIELD.width, FIELD.height)
    waiting: list[services.ToSeal] = []

    def permit(number: int) -> None:
        policy = workshop.policies[number % DOCUMENTS]
        for _alone_and_in_a_batch in range(2):
            permission = services.grant_permission(
                insurer_id=insurer.id,
                document_kind="policy",
                product="medical",
                amount=0,
                document_id=uuid4(),
                case_id=None,
                shown_digest=hashlib.sha256(policy).hexdigest(),
                template_digest="0" * 64,
                data_digest="0" * 64,
            )
            waiting.append(services.ToSeal(permission.pk, policy, zone))

    def alone(number: int) -> None:
        one = waiting.pop()
        services.seal_document(permission_id=one.permission_id, pdf=one.pdf, zone=one.zone)

    def together(numbers: Sequence[int]) -> None:
        for found in services.seal_documents([waiting.pop() for _ in numbers]):
            if isinstance(found, Exception):
                raise found

    def here(number: int) -> None:
        verify_pdf(workshop.seal(signer, number, timestamped=True), trust=workshop.trust, now=workshop.now)

    direct, *through = side_by_side(
        [each(here), each(alone), together],
        seconds=seconds,
        turn=TURN,
        clock=lambda: time.process_time() + sum(map(_cpu_seconds, (keeper, *_children(postmaster)))),
        ready=permit,
    )
    return [
        Measurement(
            name=f"seal.rsa2048.keeper.judged{name}",
            unit=UNIT,
            value=round(ours.cpu_ms, 3),
            limit="sealed and checked in one process, unjudged and unregistered",
            limit_value=round(direct.cpu_ms, 3),
            count=ours.count,
            seconds=round(ours.seconds, 2),
        )
        for name, ours in zip(("", ".batch"), through, strict=True)
    ]


def _cpu_seconds(process: int) -> float:
    with suppress(OSError):  # it has ended
        return time.clock_gettime(cpu_clock(process))
    return 0.0


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


if __name__ == "__main__":
    main(float(sys.argv[1]))
