"""Other people's programs on every document of the set: PDFBox Preflight on an A-1b twin (it knows no other part), qpdf on the document."""

from __future__ import annotations

import functools
import io
import json
import shutil
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

IN_ENGLISH = ("policy", "confirmation", "verification_report")
"""Kinds of which the English papers, which have four fonts more, are tried too."""
SAMPLES = sorted(path.relative_to(library.FOLDER) for path in library.FOLDER.glob("*/sample*.json"))
JARS = (*judges.JARS, "preflight", "xmpbox", "commons-io", "javax.activation", "jaxb-api")
MISSING = [tool for tool in ("qpdf", "java", "javac") if shutil.which(tool) is None]
MISSING += [] if all((judges.JAVA / f"{name}.jar").exists() for name in JARS) else ["PDFBox Preflight"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


def _inputs(data: bytes, language: str = "zh-Hans") -> dict[str, str]:
    said = json.loads(data)
    return {"language": language, "qr": codes.qr_svg(said["verify_url"]), "barcode": codes.code128_svg(said["document_code"])}


@functools.cache
def _old_profiles() -> dict[int, bytes]:
    """Colour profiles by their number of colours, of the version that part 1 asks for: what our typesetter takes when it writes part 1."""
    data = (library.FOLDER / "decision_notice" / "sample.json").read_bytes()
    compiler = typst.Compiler(
        library.FOLDER / "decision_notice" / "template.typ",
        root=library.FOLDER,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
    )
    made = compiler.compile(format="pdf", pdf_standards=["a-1b"], pdf_tags=False, sys_inputs={**_inputs(data), "data": data.decode()})
    assert isinstance(made, bytes)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        return {int(profile.N): profile.read_bytes() for profile in _profiles(pdf)}


def _profiles(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/N" in one and "/Type" not in one]


def _twin(made: bytes) -> bytes:
    """The same file as PDF/A-1b: without the attached data, which part 1 forbids, and without bookmarks, which trip Preflight."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        for name in ("/Outlines", "/Names", "/AF"):
            if name in pdf.Root:
                del pdf.Root[name]
        for profile in _profiles(pdf):
            profile.write(_old_profiles()[int(profile.N)])
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "1", "B"
            if "pdfuaid:part" in metadata:
                del metadata["pdfuaid:part"]
        pdf.save(target, deterministic_id=True, force_version="1.4")
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
    twins = []
    english = [(path, "en") for path in SAMPLES if path.parent.name in IN_ENGLISH]
    for path, language in [*((path, "zh-Hans") for path in SAMPLES), *english]:
        data = (library.FOLDER / path).read_bytes()
        name = f"{path.parent.name}-{path.stem}-{language}.pdf"
        standard = library.entry(path.parent.name, language).standard
        made = typeset(
            library.FOLDER, f"{path.parent.name}/template.typ", data,
            at=library.EPOCH, attachment_name="data.json", inputs=_inputs(data, language), standard=standard,
        )  # fmt: skip
        document = tmp_path / name
        document.write_bytes(made.pdf)
        assert judges.qpdf(document) == "no error", name
        twins.append(f"twin-{name}")
        (tmp_path / twins[-1]).write_bytes(_twin(made.pdf))
    said = judges.java("Preflight", twins, jars=JARS, folder=tmp_path)
    assert said == [f"{name} valid" for name in twins]
