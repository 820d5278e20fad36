"""The committed fonts are what the project promises, and the glyph check agrees with them."""

from __future__ import annotations

import hashlib
import json

import pytest
from fontTools.ttLib import TTFont

from vermilion.core.typeset import missing_characters, missing_in
from vermilion.core.typeset.fonts import FOLDER, missing_in_json, printable

FONTS = ("NotoSansSC-Bold.ttf", "NotoSansSC-Regular.ttf", "NotoSerifSC-Bold.ttf", "NotoSerifSC-Regular.ttf")
LATIN = tuple(name.replace("SC-", "SCLatin-") for name in FONTS)
# Some of the 196 characters of 通用规范汉字表 that lie outside the BMP.
BEYOND_BMP = "𠅤𡎚𡐓𣗋𣸣𤧛𤩽𤫉𥔲𥕢𥖨𦈡𦒍𦙶𦝼𦰡𧿹𨐈𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫌀𫍣𫍯𫍲𫍽𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭼𫮃𫰛𫶇𫷷𬀩𬀪𬂩𬃊𬇹𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"  # noqa: E501


@pytest.mark.parametrize("name", [*FONTS, *LATIN])
def test_files_are_the_recorded_ones_and_small_truetype(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    sums = dict(reversed(line.split("  ")) for line in (FOLDER / "SHA256SUMS").read_text().splitlines())
    assert hashlib.sha256(data).hexdigest() == sums[name]
    assert len(data) < 15_000_000
    assert data[:4] == b"\0\1\0\0"


@pytest.mark.parametrize("name", LATIN)
def test_english_quotation_marks_are_narrow(name: str) -> None:
    with TTFont(FOLDER / name) as font:
        widths = {chr(point): font["hmtx"][glyph][0] for point, glyph in font.getBestCmap().items()}
    assert all(200 < widths[mark] < 650 for mark in "‘’“”")
    assert {chr(point) for point in range(0x20, 0x7F)} <= set(widths)


def test_coverage_list_is_what_the_fonts_have() -> None:
    faces = []
    for name in FONTS:
        with TTFont(FOLDER / name, lazy=True) as font:
            faces.append(set(font.getBestCmap()))
    assert printable() == set.intersection(*faces)


def test_every_character_of_gb2312_and_the_block_is_there() -> None:
    gb2312 = {
        bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) if not (row == 0xD7 and cell > 0xF9)
    }
    assert not missing_characters("".join(gb2312))
    block = "".join(map(chr, range(0x4E00, 0x9FEB)))
    assert not missing_characters(block)
    assert not missing_characters(BEYOND_BMP)


def test_rare_names_pass_and_unknown_characters_are_named() -> None:
    assert missing_characters("李䶮 欧阳喆 㛃 𬺈 买买提·吐尔逊") == []
    assert missing_characters("张\U00020001三\U00020001") == ["\U00020001"]


@pytest.mark.parametrize("character", ["\0", "\x1b", "\u200b", "\u202e", "\ufeff", "\ue000", "😀"])
def test_invisible_and_private_characters_are_refused(character: str) -> None:
    assert missing_characters(f"张{character}三") == [character]


def test_fields_are_named_by_their_path() -> None:
    data = {"policyholder": {"name": "张\U00020001"}, "insured": [{"name": "好"}, {"name": "\U00020002"}], "count": 3}
    assert missing_in(data) == {"policyholder.name": ["\U00020001"], "insured.1.name": ["\U00020002"]}
    assert missing_in_json(json.dumps(data, ensure_ascii=False)) == missing_in_json(json.dumps(data)) == missing_in(data)


@pytest.mark.parametrize("text", ['好"\\n', "一\n二", "\x07", "\t", "\u202e"])
def test_escapes_of_json_hide_no_character(text: str) -> None:
    assert missing_in_json(json.dumps({"a": [text]}, ensure_ascii=False)) == missing_in({"a": [text]})
