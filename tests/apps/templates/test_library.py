"""Every template with every sample: conformance, attached data, determinism, readable text, zones, both languages."""

from __future__ import annotations

import copy
import io
import json
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import typst
import zxingcpp
from PIL import Image

from tests.apps.templates.papers import SAMPLES, make, sample, squeezed, text_of
from vermilion.apps.templates import library
from vermilion.apps.templates.errors import InvalidData, UnknownKind, UnprintableCharacters
from vermilion.apps.templates.models import Kind, TemplateVersion
from vermilion.apps.templates.services import page_pictures, register_library, typeset_document
from vermilion.base.canonical import canonical, sha256
from vermilion.base.validation import validate_id_number, validate_uscc
from vermilion.core.typeset import Zone
from vermilion.core.typeset.pictures import page_texts

pytestmark = pytest.mark.django_db
ZONES = {
    "confirmation": ["policyholder", "guardian"],
    "policy": ["insurer"],
    "policy_acknowledgement": ["policyholder"],
    "servicing_application": ["company_agent"],
    "endorsement": ["insurer"],
    "approval_sheet": ["approver"],
    "underwriting_notice": [],
    "decision_notice": ["insurer"],
    "application_notice": [],
    "exemption_explanation": [],
    "clauses": [],
    "application": ["policyholder", "guardian"],
    "insured_certificate": ["insurer"],
    "terms_consent": ["policyholder", "guardian"],
    "surrender_application": ["policyholder"],
    "surrender_endorsement": ["insurer"],
    "claim_decision": ["insurer"],
    "claim_refusal": ["insurer"],
    "authorisation": ["representative", "company_agent"],
    "insured_consent": [],
    "evidence_report": ["insurer"],
    "verification_report": [],
}
"""Kind → whose signature or seal its samples have a place for, in order."""


def test_every_kind_has_a_template_and_a_sample() -> None:
    assert set(library.kinds()) == set(Kind.values) == set(ZONES) == {path.parts[0] for path in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=str)
def test_sample_is_pdf_a_with_its_data(path: Path) -> None:
    """Persons get names of rare characters; what others copy from the file (poppler's pdftotext) is what went in."""
    data = _renamed(sample(path))
    made = typeset_document(path.parts[0], data)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        signed = bool(made.zones)
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B" if signed else "A")
            assert metadata.get("pdfuaid:part") == (None if signed else "1")
            assert metadata["dc:title"]
        assert ("/StructTreeRoot" in pdf.Root) is not signed
        assert str(pdf.Root.Lang).startswith("zh")
        attached = pdf.attachments[f"{path.parts[0]}.json"].get_file().read_bytes()
        assert attached == canonical(data)
        assert sha256(attached) == made.data_digest
        assert len(pdf.pages) == made.pages
        for page in pdf.pages:
            for font in page.get("/Resources", {}).get("/Font", {}).values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
                assert "/ToUnicode" in font
    text = text_of(made.pdf)
    assert text.count("演示 · 无法律效力") >= made.pages
    assert squeezed(f"第{made.pages}页/共{made.pages}页") in squeezed(text)
    copied = squeezed(subprocess.run(["pdftotext", "-raw", "-", "-"], input=made.pdf, capture_output=True, check=True).stdout.decode())
    assert [value for value in _printed(data, path.parts[0]) if squeezed(value) not in copied] == []
    if path.name == "sample.json":
        assert [zone.role for zone in made.zones] == ZONES[path.parts[0]]
    assert [zone.role for zone in made.zones if not _free(made.pdf, zone)] == []
    assert all(zone.width == pytest.approx(113.39, abs=0.01) for zone in made.zones if (path.parts[0], zone.role) == ("policy", "insurer"))


def _free(pdf: bytes, zone: Zone) -> bool:
    """Tell whether a zone lies on its page, and nothing is printed where somebody signs but the demonstration's mark."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[zone.page - 1].get_textpage()
        inside = text.get_text_bounded(zone.x + 1, zone.y + 1, zone.x + zone.width - 1, zone.y + zone.height - 1)
    on_page = 0 < zone.x < zone.x + zone.width < 595.3 and 0 < zone.y < zone.y + zone.height < 841.9
    return on_page and (zone.role == "insurer" or not set(inside) - set("演示·无法律效力 \r\n\ufffe\x02"))


def _renamed(data: dict[str, Any]) -> dict[str, Any]:
    """Give every person another name, with rare characters."""
    names = (f"{family}{given}" for family in "𬱖㛃堃镕" for given in ("珺璟", "赟镕", "旻䶮", "喆"))
    return _replaced(data, {name: next(names, name) for name in sorted(_names(data))})


@pytest.mark.parametrize("path", SAMPLES, ids=str)
def test_english_has_no_chinese_labels(path: Path) -> None:
    made = make(path, "en")
    assert made.template_digest != library.entry(path.parts[0], "zh-Hans").digest
    text = text_of(made.pdf)
    assert "NO LEGAL EFFECT" in text
    for label in ("验真码", "客户服务热线", "证件类型", "投保人签名", "保险人（电子签章）", "尊敬的", "（2021003）", "（8WQH"):
        assert label not in text
    if path.name == "sample.json" and path.parts[0] in ("endorsement", "approval_sheet"):
        assert made.pages == 1, "a list whose rows take two lines each leaves the seal alone on a second page"
    if path.parts[0] in ("policy", "confirmation"):
        assert "The Chinese text governs" in text
        assert [words for words in _english(sample(path)) if squeezed(words) not in squeezed(text)] == []


def _english(data: Any) -> list[str]:
    """What the data say in English."""
    if isinstance(data, dict):
        return [
            text
            for key, value in data.items()
            for text in ([value] if isinstance(value, str) and key.endswith("_en") else value if key.endswith("_en") else _english(value))
        ]
    return [text for value in data for text in _english(value)] if isinstance(data, list) else []


def _names(data: Any) -> set[str]:
    """The names of persons and companies anywhere in the data."""
    if isinstance(data, dict):
        own = {data["name"]} if {"name", "id_number"} <= set(data) else set()
        return own.union(*(_names(value) for value in data.values()))
    return set().union(*(_names(value) for value in data)) if isinstance(data, list) else set()


def _replaced(data: Any, names: dict[str, str]) -> Any:
    if isinstance(data, dict):
        return {key: _replaced(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [_replaced(value, names) for value in data]
    return names.get(data, data) if isinstance(data, str) else data


# What is printed in another form (dates, codes, digests, enumerations), and what only some documents or the English ones print.
_FORMATTED = re.compile(r"^\d{4}-\d{2}-\d{2}|^[0-9a-f]{40,}$|^https?:|^[a-z_0-9-]+$|^[0-9A-Z]{13,}$|^[A-Z]{1,3}\d?$|^<svg|^zh|^PDF")
_UNPRINTED = {"branch", "domicile", "case_code", "summary", "code", "plan", "version", "registration_code"}
_ONLY_NAMED = {"approval_sheet", "decision_notice", "endorsement", "policy_acknowledgement", "surrender_application"}
_ONLY_NAMED |= {
    "surrender_endorsement",
    "terms_consent",
    "underwriting_notice",
    "application_notice",
}  # the policyholder, without her particulars


def _printed(data: Any, kind: str) -> list[str]:
    """Every string of the data that must stand in the document letter by letter."""
    if isinstance(data, dict):
        if "policyholder" in data and kind in _ONLY_NAMED:
            data = {**data, "policyholder": data["policyholder"]["name"]}
        if kind == "exemption_explanation":
            data = {key: value for key, value in data.items() if key != "policyholder"}
        return [
            text for name, value in data.items() if name not in _UNPRINTED and not name.endswith("_en") for text in _printed(value, kind)
        ]
    if isinstance(data, list):
        return [text for value in data for text in _printed(value, kind)]
    return data.split("\n") if isinstance(data, str) and not _FORMATTED.search(data) else []


def test_samples_have_numbers_that_could_be() -> None:
    """Check characters, and birth dates and sexes as the numbers say."""
    persons = [person for path in SAMPLES for person in _persons(sample(path))]
    assert len(persons) > 60
    for person in persons:
        if person["id_type"] == "company_code":
            validate_uscc(person["id_number"])
        elif person["id_type"] == "resident_id":
            born = date.fromisoformat(person["birth_date"]) if "birth_date" in person else None
            validate_id_number(person["id_number"], birth_date=born, sex=person.get("sex"), today=date(2030, 1, 1))


def _persons(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        return ([data] if {"id_type", "id_number"} <= set(data) else []) + [one for value in data.values() for one in _persons(value)]
    return [one for value in data for one in _persons(value)] if isinstance(data, list) else []


def test_the_longest_policy_of_a_timestamp_stands_clear_of_what_follows() -> None:
    """An authority without a number of its own takes one of 128 bits under 2.25 (X.667): 44 characters."""
    policy = f"2.25.{2**128 - 1}.3"
    signatures = copy.deepcopy(sample("verification_report/sample.json")["signatures"])
    for one in signatures:
        if one.get("token"):
            one["token"]["policy"] = policy
    document = pypdfium2.PdfDocument(make("verification_report/sample.json", signatures=signatures).pdf)
    found = []
    for page in document:
        text = page.get_textpage()
        search = text.search(policy)
        while hit := search.get_next():
            boxes = [text.get_charbox(index) for index in range(hit[0], hit[0] + hit[1])]
            right, middle = boxes[-1][2], (boxes[-1][1] + boxes[-1][3]) / 2
            left = boxes[0][0]
            found.append(text.get_text_bounded(left=left, bottom=middle - 1, right=right, top=middle + 1).strip())
    document.close()
    assert found
    assert set(found) == {policy.replace(".", "")}  # the dots lie below the line that is looked along


def test_the_qr_code_leads_to_the_verification_page() -> None:
    made = make("policy/sample.json")
    first = Image.open(io.BytesIO(page_pictures(made.pdf, dpi=150, pages=(1, 1))[0]))
    assert sample("policy/sample.json")["verify_url"] in {found.text for found in zxingcpp.read_barcodes(first)}


def test_every_signer_gets_a_zone_in_order() -> None:
    signers = [
        {"role": "policyholder", "name": "李䶮"},
        {"role": "insured", "name": "欧阳喆"},
        {"role": "insured", "name": "欧阳睿"},
        {"role": "guardian", "name": "李䶮", "on_behalf_of": "欧阳喆"},
        {"role": "company_agent", "name": "陈嘉懿"},
    ]
    made = make("confirmation/sample.json", signers=signers)
    assert [zone.role for zone in made.zones] == [signer["role"] for signer in signers]
    assert len({zone.page for zone in made.zones}) == 1


def test_confirmation_prints_every_answer() -> None:
    data = sample("confirmation/sample.json")
    text = squeezed(text_of(make("confirmation/sample.json").pdf))
    wanted = [data["application_no"], *(data["policyholder"][key] for key in ("name", "id_number", "phone", "address", "employer"))]
    wanted += [person["id_number"] for person in data["beneficiaries"]["persons"]]
    wanted += [item["text"] for item in (*data["questions"], *data["declarations"], *data["consents"])]
    wanted += [item["detail"] for item in data["questions"] if "detail" in item]
    wanted += [data["clause_bundle"]["digest"], data["salesperson"]["registration_no"], "人民币（大写）壹万零捌佰陆拾元整", "¥10,860.00"]
    assert [value for value in wanted if squeezed(value) not in text] == []


def test_policy_prints_the_ten_items_and_every_cash_value() -> None:
    data = sample("policy/sample.json")
    made = make("policy/sample.json")
    text = squeezed(text_of(made.pdf))
    wanted = [data["insurer"]["name"], data["insurer"]["domicile"], data["policyholder"]["name"], data["insured"][0]["name"]]
    wanted += [person["name"] for person in data["beneficiaries"]["persons"]]
    wanted += [
        data["subject"],
        "重大疾病保险金",
        data["exclusions_summary"],
        "自2026年11月24日0时起至终身",
        "500,000.00",
        "¥10,860.00",
        "年交",
    ]
    wanted += [data["benefit_payment"], data["breach_and_disputes"], "2026年11月23日"]
    wanted += [f"{row['value'] // 100:,}.{row['value'] % 100:02d}" for row in data["cash_values"]["rows"]]
    wanted += [
        item["text"] for chapter in data["clauses"][0]["chapters"] for article in chapter["articles"] for item in article["paragraphs"]
    ]
    assert [value for value in wanted if squeezed(value) not in text] == []
    pages = [squeezed(page) for page in page_texts(made.pdf)]
    assert squeezed(data["exclusions_summary"]) in pages[0], "the exclusions stand with the benefits"
    assert "第十九条" in pages[3], "the last article gets no page of its own"


def test_english_words_for_classes_and_narrow_quotation_marks() -> None:
    rows = sample("policy/sample-group.json")["insured_list"][:2]
    rows[1]["occupation_class"] = "7"
    made = make("policy/sample-group.json", "en", insured_list=rows, special_terms_en=["an “employee” of the insurer’s list"])
    text = text_of(made.pdf)
    assert "(1)" in text
    assert "(7)" in text
    assert "an “employee” of the insurer’s list" in text, ascii(text[text.find("employee") - 40 : text.find("employee") + 40])
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert [name for name in fonts if name.endswith("+NotoSerifSCLatin-Regular")]


def test_cover_that_ends_at_midnight_is_told_with_the_day_before() -> None:
    assert "自2026年12月1日0时起至2027年11月30日24时止" in squeezed(text_of(make("policy/sample-group.json").pdf))


def test_an_insurer_that_is_no_demonstration_has_no_mark() -> None:
    assert "无法律效力" not in text_of(make("policy/sample.json", demo=False).pdf)


WORDS = {
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    100: "壹元整",
    105: "壹元零伍分",
    150: "壹元伍角整",
    1000: "壹拾元整",
    100500: "壹仟零伍元整",
    10000000: "壹拾万元整",
    10000100: "壹拾万零壹元整",
    10500000: "壹拾万伍仟元整",
    100000000000: "壹拾亿元整",
    100000000100: "壹拾亿零壹元整",
    1234567890: "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整",
    10010001: "壹拾万零壹佰元零壹分",
    2000000000: "贰仟万元整",
}


def test_amounts_in_words() -> None:
    code = b'#import "common/format.typ": in-words\n#metadata(json(bytes(sys.inputs.fen)).map(in-words)) <words>'
    compiler = typst.Compiler(code, root=library.FOLDER, sys_inputs={"fen": json.dumps(list(WORDS))})
    found = json.loads(compiler.query("<words>", field="value", one=True))
    assert found == list(WORDS.values())


def test_the_insurers_own_logo_takes_the_place_of_the_monogram() -> None:
    data = sample("decision_notice/sample.json")
    insurer = {
        **data["insurer"],
        "logo_svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#0000ff"/></svg>',
    }
    made = typeset_document("decision_notice", {**data, "insurer": insurer})
    page = Image.open(io.BytesIO(page_pictures(made.pdf)[0]))
    blue = [page.getpixel((x, 120)) for x in range(60, 140)]
    assert any(color[2] > 200 and color[0] < 60 for color in blue)


# Refusals


def test_data_of_another_shape_are_refused_without_their_values() -> None:
    data = sample("policy/sample.json")
    data["policyholder"]["id_type"] = "secret-value"
    data["surprise"] = 1
    del data["cover"]
    with pytest.raises(InvalidData) as refused:
        typeset_document("policy", data)
    assert "policyholder.id_type" in refused.value.fields
    assert "secret-value" not in str(refused.value.fields)


def test_unprintable_name_is_refused_by_field_and_character() -> None:
    data = copy.deepcopy(sample("policy/sample.json"))
    data["policyholder"]["name"] = "李\U00020001"
    with pytest.raises(UnprintableCharacters) as refused:
        typeset_document("policy", data)
    assert list(refused.value.fields) == ["policyholder.name"]
    assert "U+20001" in refused.value.fields["policyholder.name"]


def test_names_are_printed_as_typed() -> None:
    names = ["李䶮", "欧阳喆", "张𬺈", "王㛃", "买买提·吐尔逊", "#show: panic()", '"; #read("/etc/passwd")', "$x$ *b* _i_ @ref <label>"]
    rows = [{**row, "name": name} for row, name in zip(sample("policy/sample-group.json")["insured_list"], names, strict=False)]
    shown = squeezed(text_of(make("policy/sample-group.json", insured_list=rows).pdf))
    assert [name for name in names if squeezed(name) not in shown] == []


@pytest.mark.parametrize(("kind", "language"), [("poem", "zh-Hans"), ("policy", "fr"), ("../common", "en")])
def test_unknown_kind_or_language(kind: str, language: str) -> None:
    with pytest.raises(UnknownKind):
        typeset_document(kind, sample("policy/sample.json"), language=language)


# Versions


def test_a_version_is_recorded_once_and_for_ever() -> None:
    made = make("clauses/sample.json")
    make("clauses/sample.json")
    version = TemplateVersion.objects.get(digest=made.template_digest)
    assert version.template.kind == "clauses"
    assert "clauses/template.typ" in version.content["files"]
    assert len(register_library()) == len(library.kinds()) * len(library.LANGUAGES)
    assert TemplateVersion.objects.filter(digest=made.template_digest).count() == 1


def test_the_database_refuses_to_change_a_version() -> None:
    from django.db import IntegrityError, connection, transaction

    make("clauses/sample.json")
    for change in ("UPDATE templates_templateversion SET language='xx'", "DELETE FROM templates_templateversion"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
