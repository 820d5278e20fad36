"""typst → PDF/A-3b: conformance, attachment, determinism, zones, errors."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

import pikepdf
import pytest

from vermilion.core.typeset import MissingGlyphs, TemplateError
from vermilion.core.typeset.compile import typeset

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=timezone.utc)
TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set document(title: "试样", date: auto)
#set text(font: "Noto Serif SC", cjk-latin-spacing: none)
#set page(width: 200pt, height: 300pt, margin: 20pt)
#pdf.attach(sys.inputs.attachment, bytes(sys.inputs.data), relationship: "source", mime-type: "application/json", description: "数据")
#data.name 2026版 #text(font: "Noto Sans SC", weight: "bold")[粗体]
#pagebreak()
#place(top + left, dx: 10pt, dy: 30pt, block(width: 100pt, height: 40pt, context {
  let at = here().position()
  [#metadata((role: "policyholder", page: at.page, x: at.x / 1pt, y: at.y / 1pt, width: 100, height: 40))<zone>]
}))
#context [#metadata((pages: counter(page).final().first(), height: page.height / 1pt))<sheet>]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.typ").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def data(**values: str) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def test_pdf_a_with_the_data_attached(folder: Path) -> None:
    content = data(name="李䶮")
    made = typeset(folder, "main.typ", content, at=AT, attachment_name="data.json")
    assert made.pages == 2
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert pdf.attachments["data.json"].get_file().read_bytes() == content
        assert pdf.Root.AF[0].AFRelationship == "/Source"
        assert pdf.Root.OutputIntents
        fonts = {font.BaseFont for page in pdf.pages for font in page.get("/Resources", {}).get("/Font", {}).values()}
    assert any("NotoSerifSC" in str(name) for name in fonts)
    assert any("NotoSansSC-Bold" in str(name) for name in fonts)


def test_same_input_and_time_give_the_same_bytes(folder: Path) -> None:
    def make(name: str, at: datetime) -> bytes:
        return typeset(folder, "main.typ", data(name=name), at=at, attachment_name="data.json").pdf

    assert make("李䶮", AT) == make("李䶮", AT)
    assert make("李䶮", AT) != make("李喆", AT)
    assert make("李䶮", AT) != make("李䶮", AT.replace(year=2027))


def test_zone_in_points_from_the_bottom_left(folder: Path) -> None:
    (zone,) = typeset(folder, "main.typ", data(name="李"), at=AT, attachment_name="data.json").zones
    assert (zone.role, zone.page, zone.x, zone.y, zone.width, zone.height) == ("policyholder", 2, 30.0, 210.0, 100.0, 40.0)


def test_character_without_glyph_is_named_with_its_field(folder: Path) -> None:
    with pytest.raises(MissingGlyphs) as missing:
        typeset(folder, "main.typ", data(name="张\U00020001"), at=AT, attachment_name="data.json")
    assert missing.value.missing == {"name": ["\U00020001"]}


def test_glyph_missing_in_the_template_itself_is_an_error(folder: Path) -> None:
    (folder / "other.typ").write_text(TEMPLATE.replace("粗体", "\U00020001"), encoding="utf-8")
    with pytest.raises(TemplateError, match="could not be displayed"):
        typeset(folder, "other.typ", data(name="李"), at=AT, attachment_name="data.json")


def test_wrong_template_and_naive_time_are_errors(folder: Path) -> None:
    with pytest.raises(TemplateError):
        typeset(folder, "main.typ", data(other="李"), at=AT, attachment_name="data.json")
    with pytest.raises(TemplateError):
        typeset(folder, "none.typ", data(name="李"), at=AT, attachment_name="data.json")
    with pytest.raises(ValueError):
        typeset(folder, "main.typ", data(name="李"), at=AT.replace(tzinfo=None), attachment_name="data.json")


def test_template_cannot_read_outside_its_folder(folder: Path) -> None:
    (folder / "leak.typ").write_text(TEMPLATE.replace("粗体", '#read("../../../../../../etc/passwd")'), encoding="utf-8")
    with pytest.raises(TemplateError):
        typeset(folder, "leak.typ", data(name="李"), at=AT, attachment_name="data.json")


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ("#while true {}", 13, "condition is always true"),
        ("#let f(n) = {\n  let i = 0\n  while i < n { i = calc.min(i, 1) }\n}\n#f(3)", 15, "loop seems to be infinite"),
        ("#let f(n) = f(n + 1)\n#f(0)", 13, "maximum function call depth"),
        ("#data.nothing", 13, 'does not contain key "nothing"'),
        ("#let open = {", 13, "unclosed delimiter"),
        ('#read("/etc/passwd")', 13, "file not found"),
        ('#read("../../../../etc/passwd")', 13, "would escape"),
    ],
)
def test_an_error_names_file_and_line(folder: Path, code: str, line: int, words: str) -> None:
    (folder / "bad.typ").write_text(TEMPLATE + code, encoding="utf-8")
    with pytest.raises(TemplateError, match=words) as refused:
        typeset(folder, "bad.typ", data(name="李"), at=AT, attachment_name="data.json")
    assert (refused.value.file, refused.value.line) == ("bad.typ", line)
    assert str(folder) not in str(refused.value)


def test_an_error_in_an_imported_file_names_that_file(folder: Path) -> None:
    (folder / "parts").mkdir()
    (folder / "parts" / "own.typ").write_text("#let one = 1\n#let two = one.nothing\n", encoding="utf-8")
    (folder / "main.typ").write_text('#import "/parts/own.typ": *\n' + TEMPLATE, encoding="utf-8")
    with pytest.raises(TemplateError) as refused:
        typeset(folder, "main.typ", data(name="李"), at=AT, attachment_name="data.json")
    assert (refused.value.file, refused.value.line) == ("parts/own.typ", 2)


def test_a_tagged_file_is_pdf_a_3a(folder: Path) -> None:
    made = typeset(folder, "main.typ", data(name="李"), at=AT, attachment_name="data.json", standard="a-3a")
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert "/StructTreeRoot" in pdf.Root


def test_threads_do_not_disturb_each_other(folder: Path) -> None:
    names = [f"李{number}" for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda name: typeset(folder, "main.typ", data(name=name), at=AT, attachment_name="data.json"), names))
    for name, one in zip(names, made, strict=True):
        with pikepdf.open(io.BytesIO(one.pdf)) as pdf:
            assert json.loads(pdf.attachments["data.json"].get_file().read_bytes()) == {"name": name}
