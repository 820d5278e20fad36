"""Change own signed files in every way that comes to mind and ask the verifier; it must refuse each one, without an error and in time.

    python tools/fuzz_verifier.py [--count 100000] [--processes 2] [--seed 1] [--keep FOLDER]

Prints one line per thousand and a table at the end. Exit status: 0 when no mutant was accepted, none raised and none hung.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

BATCH = 500
SLOW_SECONDS = 5.0


def judge_batch(seed: int, count: int, keep: str) -> tuple[Counter[str], Counter[str], float]:
    """Judge ``count`` mutants. Returns outcomes, mutations and the longest CPU time of one in seconds."""
    from tests.core.pdf.mutants import mutant
    from tests.core.pdf.test_mutants import seeds
    from tests.core.pki import NOW, pki
    from vermilion.core.pdf.verify import verify_pdf

    choose = random.Random(seed)  # noqa: S311 - repeatable, not secret
    outcomes: Counter[str] = Counter()
    mutations: Counter[str] = Counter()
    longest = 0.0
    for number in range(count):
        name, _, bad = mutant(choose, seeds())
        mutations[name] += 1
        started = time.process_time()
        try:
            verdict = verify_pdf(bad, trust=pki().trust, now=NOW, integrity_only=True)
            outcome = "ACCEPTED" if verdict.bottom_line == "valid" else f"{verdict.bottom_line}/{verdict.integrity}"
        except Exception as error:
            outcome = f"RAISED {type(error).__name__}"
        took = time.process_time() - started
        longest = max(longest, took)
        if took > SLOW_SECONDS:
            outcome = "SLOW"
        outcomes[outcome] += 1
        if (keep and outcome.isupper()) or outcome.startswith("RAISED"):
            Path(keep or ".").joinpath(f"mutant-{name}-{seed}-{number}.pdf").write_bytes(bad)
    return outcomes, mutations, longest


def main() -> int:
    """Run the batches."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", default="", metavar="FOLDER", help="where to put mutants that were not refused")
    args = parser.parse_args()
    outcomes: Counter[str] = Counter()
    mutations: Counter[str] = Counter()
    longest = 0.0
    sizes = [min(BATCH, args.count - start) for start in range(0, args.count, BATCH)]
    with ProcessPoolExecutor(args.processes) as pool:
        waiting = [pool.submit(judge_batch, args.seed * 1_000_000 + index, size, args.keep) for index, size in enumerate(sizes)]
        for done, future in enumerate(as_completed(waiting), 1):
            some, kinds, slowest = future.result()
            outcomes += some
            mutations += kinds
            longest = max(longest, slowest)
            if done % 2 == 0 or done == len(sizes):
                print(f"{sum(outcomes.values())} mutants, accepted {outcomes['ACCEPTED']}, slowest {longest:.2f} s CPU", flush=True)
    for title, counter in (("outcomes", outcomes), ("mutations", mutations)):
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in counter.most_common()))
    bad = sum(count for name, count in outcomes.items() if name.startswith(("ACCEPTED", "RAISED", "SLOW")))
    print(f"{sum(outcomes.values())} mutants of own files: {outcomes['ACCEPTED']} accepted, {bad - outcomes['ACCEPTED']} raised or slow")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
