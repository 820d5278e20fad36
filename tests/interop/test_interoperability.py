"""Everything sealed here passes other people's verifiers; docs/interoperability.md is what they said.

``make interoperability`` writes the page anew.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.interop import judges
from tests.interop.files import kinds, pki

PAGE = Path(__file__).resolve().parents[2] / "docs" / "interoperability.md"
TOOLS = ("pdfsig", "certutil", "openssl", "qpdf", "java", "javac")
COLUMNS = ("pdfsig", "openssl", "pyHanko", "PDFBox + BouncyCastle", "qpdf --check", "PDF/A-3b")
HEAD = """# Interoperability

What other programs say of one file of every kind that Vermilion signs. Made by `tests/interop` with the code that signs policies, under a
CA of a moment; the test fails when this page says something else, `make interoperability` writes it anew.

* **pdfsig** (poppler, NSS with our root): every signature valid, its certificate trusted. It does not judge document timestamps.
* **openssl**: `cms -verify -cades` for every signature, `ts -verify` for every document timestamp, over the bytes that each covers.
* **pyHanko**: every signature and document timestamp valid, no forbidden change behind it; *own data*: by the file's own validation data,
  with nothing fetched and revocation required.
* **PDFBox + BouncyCastle** ([VerifyPdf.java](../tests/interop/VerifyPdf.java)): digest and value of every signature and document timestamp.
* **PDF/A-3b**: own checks of what signing adds (annotation flags, appearances, embedded fonts, output intent, metadata, no encryption);
  veraPDF, which would tell all, is not available as a package.

"""

MISSING = [tool for tool in TOOLS if shutil.which(tool) is None] + ([] if (judges.JAVA / "pdfbox2.jar").exists() else ["PDFBox"])
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@dataclass(frozen=True)
class Asked:
    """One file of every kind, a changed one beside them, and what Java, which is started once, said of all."""

    files: dict[str, Path]
    changed: Path
    java: dict[str, str]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("interop")
    judges.trust_store(folder, pki().root.certificate)
    files = {kind: folder / f"{number}.pdf" for number, kind in enumerate(kinds())}
    for kind, path in files.items():
        path.write_bytes(kinds()[kind])
    data = kinds()["insurer's seal, B-LTA"]
    place = re.search(rb"/CreationDate\(D:(\d)", data) or re.search(rb"/Lang", data)
    assert place is not None
    changed = folder / "bad.pdf"
    changed.write_bytes(data[: place.end() - 1] + bytes((data[place.end() - 1] ^ 1,)) + data[place.end() :])
    return Asked(files, changed, judges.pdfbox([*files.values(), changed]))


def test_the_table_is_what_the_programs_say(asked: Asked) -> None:
    rows = [
        (kind, judges.pdfsig(path), judges.openssl(path), judges.pyhanko(path), asked.java[path.name], judges.qpdf(path), judges.pdfa(path))
        for kind, path in asked.files.items()
    ]
    page = HEAD + "\n".join(f"| {' | '.join(row)} |" for row in (("file", *COLUMNS), ("---",) * 7, *rows)) + "\n"
    assert "FAULT" not in page, page
    if os.environ.get("WRITE_INTEROPERABILITY"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


def test_a_changed_file_fails_with_everyone(asked: Asked) -> None:
    """The programs are really asked: a digit of the policy's text changed, and those that look at digests say so."""
    assert judges.pdfsig(asked.changed) == "FAULT"
    assert judges.openssl(asked.changed) == "FAULT"
    assert asked.java[asked.changed.name] == "FAULT"
