"""Known vulnerabilities of what we depend on. Asks a service outside, so it runs only when told to: ``make audit``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif("AUDIT" not in os.environ, reason="asks the network for known vulnerabilities: run `make audit`")
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_no_locked_package_has_a_known_vulnerability(lock: str) -> None:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--timeout", "20", "-r", str(ROOT / lock)]
    audit = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    if "Error" in audit.stderr and "Found" not in audit.stderr:
        pytest.skip(f"the vulnerability service can't be reached: {audit.stderr.strip().splitlines()[-1]}")
    assert audit.returncode == 0, audit.stdout + audit.stderr
