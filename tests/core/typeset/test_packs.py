"""A pack of rare-character fonts: read, used for checking and printing, refused when it is not whole."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pypdfium2
import pytest

from tests.core.typeset.packs import RARE, make_pack
from vermilion.core.typeset import FontPackError, missing_characters
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.fonts import damaged, use_folder, use_pack
from vermilion.core.typeset.fonts.packs import open_pack

AT = datetime(2026, 11, 22, tzinfo=timezone.utc)
TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set document(title: "试样")
#set text(font: ("Noto Serif SC", ..json(bytes(sys.inputs.rare))))
#strong(data.name) #data.name
#context [#metadata((pages: counter(page).final().first(), height: page.height / 1pt))<sheet>]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Iterator[Path]:
    yield make_pack(tmp_path / "pack")
    use_pack(None)


def test_a_character_of_the_pack_is_known_and_printed(pack: Path, tmp_path: Path) -> None:
    assert missing_characters(f"张{RARE}") == [RARE]
    (tmp_path / "main.typ").write_text(TEMPLATE, encoding="utf-8")
    content = json.dumps({"name": f"张{RARE}珺"}).encode()
    made = typeset(tmp_path, "main.typ", content, at=AT, attachment_name="data.json", pack=pack)
    assert typeset(tmp_path, "main.typ", content, at=AT, attachment_name="data.json", pack=pack) == made
    document = pypdfium2.PdfDocument(io.BytesIO(made.pdf))
    assert document[0].get_textpage().get_text_bounded().count(f"张{RARE}珺") == 2
    document.close()
    assert missing_characters(f"张{RARE}") == []
    assert missing_characters("张\U00020002") == ["\U00020002"]
    assert damaged() == []
    use_pack(None)
    assert missing_characters(RARE) == [RARE]


def test_a_changed_file_of_the_pack_is_told(pack: Path) -> None:
    before = use_folder(pack).digest
    (pack / "rare-a.ttf").write_bytes(b"other")
    assert damaged() == ["rare-a.ttf"]
    (pack / "SHA256SUMS").write_text("0" * 64 + "  rare-a.ttf\n")
    assert open_pack(pack).digest != before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("SHA256SUMS", "0" * 64 + "  ../secret"),
        ("SHA256SUMS", "nonsense"),
        ("SHA256SUMS", "0" * 64 + "  absent.ttf"),
        ("coverage.txt", "xyz"),
        ("coverage.txt", ""),
        ("families.txt", "\n"),
        ("families.txt", None),
    ],
)
def test_what_is_no_pack(pack: Path, name: str, content: str | None) -> None:
    if content is None:
        (pack / name).unlink()
    else:
        (pack / name).write_text(content)
    with pytest.raises(FontPackError):
        open_pack(pack)
