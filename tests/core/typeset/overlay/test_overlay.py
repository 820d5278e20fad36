"""Documents drawn by a plan against the same documents typeset in full: text, look, attachment, and everything that must be refused."""

from __future__ import annotations

import copy
import functools
import io
import json
import shutil
import subprocess
from collections import Counter
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib.tables._g_l_y_f import table__g_l_y_f

from tests.core.pki import pki
from vermilion.apps.templates import bulk, library
from vermilion.apps.templates.inputs import check_codes, inputs
from vermilion.base.canonical import canonical
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.fonts import FOLDER, load
from vermilion.core.typeset.overlay import DoesNotFit, NoPlan, Plan, learn, render, varying_paths
from vermilion.core.typeset.overlay.faces import Face
from vermilion.core.typeset.overlay.preparing import made_at, specimen
from vermilion.core.typeset.overlay.twins import narrow_twin, wide_twin
from vermilion.core.typeset.zones import Typeset

SAMPLES = ["sample.json", "sample-medical.json", "sample-group.json"]


def sample(name: str) -> dict[str, Any]:
    return json.loads((library.FOLDER / "policy" / name).read_text(encoding="utf-8"))


def whole(data: dict[str, Any]) -> Typeset:
    return typeset(
        library.FOLDER,
        "policy/template.typ",
        canonical(data),
        at=made_at(data),
        attachment_name="policy.json",
        inputs=inputs(data, "zh-Hans"),
    )


@functools.cache
def plan(name: str) -> Plan:
    return bulk.learn("policy/template.typ", "policy", "zh-Hans", "a-3b", sample(name), bulk.VARYING["policy"])


def drawn(name: str, data: dict[str, Any]) -> Typeset:
    return render(plan(name), data, at=made_at(data), codes=check_codes(data))[0]


def another(name: str) -> dict[str, Any]:
    """Return the policy of somebody else: same product and shape, other people, numbers, days and sums."""
    data = sample(name)
    data |= {"policy_no": "HYXX2031990000000817", "made_at": "2031-02-03T21:22:23Z", "concluded_on": "2031-02-04"}
    data |= {"document_code": "K7WQ2MN9A4XZ3P5B", "verify_url": "https://epolicy.example/v/K7WQ2MN9A4XZ3P5B"}
    data["cover"]["from"] = "2031-02-05T00:00:00+08:00"
    data["policyholder"]["name"] = "赵镕旻" if data["policyholder"]["kind"] == "person" else "杭州璟堃材料有限公司"
    data["premium"]["amount"] += 12_345
    for index, person in enumerate(data.get("insured", []) + data.get("insured_list", [])):
        person |= {"name": "珺㛃", "id_number": f"33010619800101{index:03}X", "sex": ("female", "male")[index % 3 == 0]}
    return data


def pictures(pdf: bytes) -> list[np.ndarray]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [np.asarray(page.render(scale=80 / 72).to_pil().convert("L"), dtype=np.int16) for page in document]


def texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("name", SAMPLES)
def test_another_persons_document_has_the_text_and_the_look_of_a_typeset_one(name):
    data = another(name)
    quick, full = drawn(name, data), whole(data)
    assert (quick.zones, quick.pages) == (full.zones, full.pages)
    for one, other in zip(texts(quick.pdf), texts(full.pdf), strict=True):
        assert Counter("".join(one.split())) == Counter("".join(other.split()))
        for value in (data["policy_no"], data["policyholder"]["name"]):
            assert one.count(value) == other.count(value)
    for one, other in zip(pictures(quick.pdf), pictures(full.pdf), strict=True):
        assert float((np.abs(one - other) > 60).mean()) < 0.006


@pytest.mark.parametrize("name", SAMPLES)
def test_the_file_is_whole_and_says_what_it_is(name, tmp_path):
    data = another(name)
    made = drawn(name, data)
    assert made == drawn(name, data), "the same data give the same bytes"
    assert made.pdf.count(b"startxref") == 1
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf, pdf.open_metadata() as described:
        assert bytes(pdf.attachments["policy.json"].get_file().read_bytes()) == canonical(data)
        assert str(pdf.docinfo.Title).endswith(data["policy_no"])
        assert described["dc:title"].endswith(data["policy_no"])
        assert (described["pdfaid:part"], described["pdfaid:conformance"]) == ("3", "B")
        assert "2031-02-03T21:22:23" in described["xmp:CreateDate"]
    if qpdf := shutil.which("qpdf"):
        (tmp_path / "made.pdf").write_bytes(made.pdf)
        checked = subprocess.run([qpdf, "--check", tmp_path / "made.pdf"], capture_output=True, check=False)
        assert b"No syntax or stream encoding errors" in checked.stdout


def test_nobodys_data_lie_in_the_ground():
    data = sample("sample.json")
    ground = plan("sample.json").ground
    for value in (data["policyholder"]["name"], data["policyholder"]["id_number"], data["policy_no"]):
        assert value.encode() not in ground.body + ground.metadata[2] + ground.info[1]
        assert value.encode("utf-16-be").hex().upper().encode() not in ground.info[1]


def test_a_drawn_document_is_sealed_and_verified_as_any_other():
    sealed = pki().seal(drawn("sample-group.json", another("sample-group.json")).pdf)
    report = verify_pdf(sealed, trust=pki().trust, now=pki().now)
    assert (report.bottom_line, report.integrity) == ("valid", "intact")
    assert report.signatures[0].level == "B-T"


def changed(path: str, value: Any, name: str = "sample-group.json") -> dict[str, Any]:
    data = copy.deepcopy(sample(name))
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    place: Any = data
    for key in keys:
        place = place[key]
    place[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("insured_list.0.name", "阿卜杜拉·买买提艾力·吐尔逊江·木合塔尔"),
        ("insured_list.0.name", "赵\U00020000"),
        ("policyholder.name", "上海（星澜）有限公司"),
        ("premium.amount", 987_654_321_987_654),
        ("premium.amount", "8882"),
        ("cover.from", "next week"),
        ("insured_list.0.sex", "unknown"),
        ("insured_list.0.premium", 1),
        ("special_terms", []),
        ("version", 2),
        ("insured_list.0", {"name": "赵梓涵"}),
        ("policyholder", None),
    ],
)
def test_what_the_plan_does_not_hold_is_refused(path, value):
    with pytest.raises(DoesNotFit):
        drawn("sample-group.json", changed(path, value))


def test_a_difference_that_nothing_explains_makes_no_plan():
    data = sample("sample-group.json")
    varying = varying_paths(data, ("policy_no",))
    one, other = narrow_twin(data, varying), wide_twin(data, varying, 0)
    other["special_terms"] = ["另一条约定", *other["special_terms"][1:]]
    with pytest.raises(NoPlan):
        learn(specimen(one, whole(one)), specimen(other, whole(other)), varying, english=False)
    # A value that decides what is drawn is none that a plan can vary: a premium of nothing has other words.
    one, other = narrow_twin(data, varying), wide_twin(data, varying, 0)
    made = whole(other)
    with pytest.raises(NoPlan):
        learn(
            specimen(one, whole(one)), specimen(other, Typeset(made.pdf.replace(b"/XYZ", b"/Fit"), made.zones, 4)), varying, english=False
        )


def test_a_face_is_read_at_once_also_after_somebody_looked_at_an_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Putting a whole font together again takes 15 seconds, in the worker that seals policies."""
    name = "NotoSerifSC-Regular"
    before = Face(name)
    load(FOLDER / f"{name}.ttf")["glyf"]["100"].expand(load(FOLDER / f"{name}.ttf")["glyf"])
    monkeypatch.setattr(table__g_l_y_f, "compile", lambda *_arguments: pytest.fail("all glyphs were compiled"))
    after = Face(name)
    assert after.subset("保单") == before.subset("保单")
