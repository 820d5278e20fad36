"""A real SoftHSM2 token in a folder of the test's own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

MODULE = next((path for path in (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib64/pkcs11/libsofthsm2.so")) if path.exists()), None)
LABEL, PIN, SO_PIN = "vermilion-test", "9271834650", "5550001112"


class SoftHsm:
    """The token ``LABEL``; ``remove`` and ``make`` pull it out and put an empty one in."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if MODULE is None or shutil.which("softhsm2-util") is None:
            pytest.skip("SoftHSM2 is not installed (tools/setup test installs it)")
        self.module = MODULE
        self.tokens = folder / "tokens"
        self.configuration = folder / "softhsm2.conf"
        self.configuration.write_text(f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        monkeypatch.setenv("SOFTHSM2_CONF", str(self.configuration))
        self.make()

    def make(self) -> None:
        self.tokens.mkdir(exist_ok=True, mode=0o700)
        self._util("--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", SO_PIN)

    def remove(self) -> None:
        shutil.rmtree(self.tokens)

    def put_away(self) -> None:
        self.tokens.rename(self.tokens.with_name("elsewhere"))
        self.tokens.mkdir(mode=0o700)

    def bring_back(self) -> None:
        self.tokens.rmdir()
        self.tokens.with_name("elsewhere").rename(self.tokens)

    def import_key(self, pem: bytes, label: str, id: str) -> None:
        path = self.tokens.with_name("key.pem")
        path.write_bytes(pem)
        self._util("--import", str(path), "--token", LABEL, "--label", label, "--id", id, "--pin", PIN)

    def _util(self, *arguments: str) -> None:
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
