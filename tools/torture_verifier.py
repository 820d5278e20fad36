"""Give the verifier hostile files of a size and measure each: time, memory, answer.

    python tools/torture_verifier.py [--megabytes 50] [--only NAME]

Each file is judged as a stranger's upload is, in a confined child. Exit status: 0 when every one ended within 5 s and 300 MB, refused.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SECONDS, MEGABYTES = 5.0, 300


def judge(name: str, megabytes: int) -> int:
    """Judge one file here and print what it took: seconds of wall and CPU time, peak memory of the child and of this process in MB."""
    from tests.core.pdf.hostile import FILES
    from vermilion.apps.seals.verifying import verify_foreign
    from vermilion.core.pdf import general  # noqa: F401 - loaded once in the life of a web worker
    from vermilion.core.trust.store import TrustStore

    now = datetime.now(timezone.utc)
    verify_foreign(b"%PDF-1.7 warm", trust=TrustStore(), now=now)  # the child starts before the file is in this process's memory
    data = FILES[name](megabytes * 1_000_000)
    started = time.monotonic()
    verdict = verify_foreign(data, trust=TrustStore(), now=now, integrity_only=True)
    wall = time.monotonic() - started
    from vermilion.base import children

    children.close()
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{name:24} {len(data) / 1e6:6.1f} MB {wall:6.2f} s wall {child.ru_utime + child.ru_stime:6.2f} s CPU (with start) "
        f"{child.ru_maxrss / 1000:5.0f} MB {verdict.bottom_line}/{verdict.integrity} {','.join(verdict.reasons)}",
        flush=True,
    )
    return 0 if wall < SECONDS and child.ru_maxrss / 1000 < MEGABYTES and verdict.bottom_line != "valid" else 1


def main() -> int:
    """Judge each file in a process of its own, so that the peaks are its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--only", default="", metavar="NAME")
    args = parser.parse_args()
    from tests.core.pdf.hostile import FILES

    names = [name for name in FILES if args.only in ("", name)]
    failed = 0
    for name in names:
        program = f"from tools.torture_verifier import judge; raise SystemExit(judge({name!r}, {args.megabytes}))"
        done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).resolve().parents[1], check=False)
        failed += done.returncode != 0
    print(f"{len(names)} hostile files of {args.megabytes} MB: {failed} beyond {SECONDS:.0f} s or {MEGABYTES} MB, or accepted")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
