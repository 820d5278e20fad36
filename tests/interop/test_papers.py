"""Other people's programs on every document of the set: PDFBox Preflight on an A-1b twin (it knows no other part), qpdf on the document."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
import typst

from tests.core.pki import document, pki
from tests.core.typeset.photographs import photograph
from tests.interop import judges
from vermilion.apps.templates import library
from vermilion.core.pdf import signing
from vermilion.core.pdf.fields import Place
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.typeset import codes, company_seal
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.fonts import FOLDER as FONTS
from vermilion.core.typeset.photos import cut_out
from vermilion.core.typeset.pictures import svg_pdf

SAMPLES = sorted(path.relative_to(library.FOLDER) for path in library.FOLDER.glob("*/sample*.json"))
JARS = (*judges.JARS, "preflight", "xmpbox", "commons-io", "javax.activation", "jaxb-api")
CLASS_PATH = ":".join(str(judges.JAVA / f"{name}.jar") for name in JARS)
MISSING = [tool for tool in ("qpdf", "java", "javac") if shutil.which(tool) is None]
MISSING += [] if all((judges.JAVA / f"{name}.jar").exists() for name in JARS) else ["PDFBox Preflight"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def _inputs(data: bytes) -> dict[str, str]:
    said = json.loads(data)
    return {"language": "zh-Hans", "qr": codes.qr_svg(said["verify_url"]), "barcode": codes.code128_svg(said["document_code"])}


def _twin(path: Path, data: bytes) -> bytes:
    """The same pages as PDF/A-1b: without the attached data, which part 1 forbids, and without bookmarks, which trip Preflight."""
    compiler = typst.Compiler(
        library.FOLDER / path.parent / "template.typ",
        root=library.FOLDER,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
    )
    made = compiler.compile(
        format="pdf", pdf_standards=["a-1b"], pdf_tags=False, timestamp=library.EPOCH, sys_inputs={**_inputs(data), "data": data.decode()}
    )
    assert isinstance(made, bytes)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        if "/Outlines" in pdf.Root:
            del pdf.Root.Outlines
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def test_a_seal_from_a_photograph_keeps_the_file_whole_and_pdf_a(tmp_path: Path) -> None:
    """Its picture is an image with a soft mask, unlike the paths that are drawn here."""
    cut = cut_out(photograph(company_seal("华岳人寿保险股份有限公司", subtitle="理赔专用章")), "seal")
    prepared = signing.prepare(
        document(), field=Place("Seal", 2, (80, 100, 180, 200)), at=pki().now, certify=True, picture=svg_pdf(cut, 100, 100),
        slices=signing.Slices(80, 100),
    )  # fmt: skip
    sealed = pki().complete(prepared, pki().organisation(), timestamped=True)
    verdict = verify_pdf(sealed, trust=pki().trust, now=pki().now)
    assert (verdict.bottom_line, verdict.integrity) == ("valid", "intact")
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    assert (judges.qpdf(path), judges.pdfa(path)) == ("no error", "kept")


def test_every_sample_passes_preflight_and_qpdf(tmp_path: Path) -> None:
    subprocess.run(["javac", "-cp", CLASS_PATH, "-d", str(tmp_path), str(Path(__file__).with_name("Preflight.java"))], check=True)
    twins = []
    for path in SAMPLES:
        data = (library.FOLDER / path).read_bytes()
        name = f"{path.parent.name}-{path.stem}.pdf"
        standard = library.entry(path.parent.name, "zh-Hans").standard
        made = typeset(
            library.FOLDER, f"{path.parent.name}/template.typ", data,
            at=library.EPOCH, attachment_name="data.json", inputs=_inputs(data), standard=standard,
        )  # fmt: skip
        document = tmp_path / name
        document.write_bytes(made.pdf)
        assert judges.qpdf(document) == "no error", name
        twins.append(f"twin-{name}")
        (tmp_path / twins[-1]).write_bytes(_twin(path, data))
    said = subprocess.run(
        ["java", "-cp", f"{tmp_path}:{CLASS_PATH}", "Preflight", *twins], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines() == [f"{name} valid" for name in twins]
