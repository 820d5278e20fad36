"""Typesetting a group policy: our template against the same content through an HTML engine."""

from __future__ import annotations

import copy
import html
import json
from typing import Any

from vermilion.apps.templates import bulk, library
from vermilion.apps.templates.inputs import check_codes, inputs
from vermilion.base.canonical import canonical
from vermilion.core.typeset import codes
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.fonts import FOLDER, SANS_BOLD, SERIF, SERIF_BOLD
from vermilion.core.typeset.overlay import Plan, render
from vermilion.core.typeset.overlay.preparing import made_at

from . import Measurement, cpu_time, each, side_by_side

_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"


def measure(seconds: float) -> list[Measurement]:
    """Return the CPU time of a 3-page group policy (8 insured persons, clauses, QR, barcode): a complete compile, and drawn by a plan.

    Every document has data of its own. There is no limit to name: layout and export are the work itself. Learning the plan is not counted.
    CPU time itself is longer when neighbours use the same caches, so a fixed loop runs in turns with the compiles: what is to be compared
    with another run is the ratio to ``typeset.yardstick``.
    """
    sample = json.loads((library.FOLDER / "policy" / "sample-group.json").read_text(encoding="utf-8"))
    sample["insured_list"] = sample["insured_list"][:8]
    documents = [_varied(sample, number) for number in range(64)]  # made before: inventing people is not typesetting
    _ours(documents[0])
    full, yardstick = side_by_side([each(lambda number: _ours(documents[number % 64])), each(_yardstick)], seconds=seconds, turn=2)
    plan = bulk.learn("policy/template.typ", "policy", "zh-Hans", "a-3b", sample, bulk.VARYING["policy"])
    _drawn(plan, documents[0])
    drawn = cpu_time(lambda number: _drawn(plan, documents[number % 64]), seconds=seconds)
    peer, peer_value = _peer(sample, seconds)
    return [
        Measurement(
            name=name,
            unit="cpu_ms/document",
            value=round(timed.cpu_ms, 2),
            count=timed.count,
            seconds=round(timed.seconds, 2),
            peer=peer,
            peer_value=peer_value,
        )
        for name, timed in (("typeset.full", full), ("typeset.overlay", drawn))
    ] + [
        Measurement(
            name="typeset.yardstick",
            unit="cpu_ms/loop",
            value=round(yardstick.cpu_ms, 2),
            count=yardstick.count,
            seconds=round(yardstick.seconds, 2),
        )
    ]


def _yardstick(number: int) -> int:
    """Work that no release changes: a loop of 300,000 rounds."""
    total = number
    for index in range(300_000):
        total += index * index % 7
    return total


def _varied(sample: dict[str, Any], number: int) -> dict[str, Any]:
    data = copy.deepcopy(sample)
    data["policy_no"] = f"HYGA2026{number:012d}"
    data["policyholder"]["name"] = f"上海星澜精密制造{_NAMES[number % 20]}公司"
    for index, row in enumerate(data["insured_list"]):
        row["name"] = "".join(_NAMES[(number * 3 + index + step * 7) % len(_NAMES)] for step in range(3))
        row["id_number"] = f"310115198001{number % 28 + 1:02}{index:03}{number % 10}"
    return data


def _drawn(plan: Plan, data: dict[str, Any]) -> bytes:
    return render(plan, data, at=made_at(data), codes=check_codes(data))[0].pdf


def _ours(data: dict[str, Any]) -> bytes:
    given = inputs(data, "zh-Hans")
    return typeset(
        library.FOLDER, "policy/template.typ", canonical(data), at=made_at(data), attachment_name="policy.json", inputs=given
    ).pdf


def _peer(sample: dict[str, Any], seconds: float) -> tuple[str | None, float | None]:
    """The same content through WeasyPrint, where it is installed (a development dependency)."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except ImportError:
        return None, None
    fonts = FontConfiguration()
    faces = {"serif": (SERIF, 400), "serif ": (SERIF_BOLD, 700), "sans": (SANS_BOLD, 700)}
    rules = "".join(
        f"@font-face{{font-family:'Peer {name.strip()}';font-weight:{weight};src:url('{path.as_uri()}')}}"
        for name, (path, weight) in faces.items()
    )
    style = weasyprint.CSS(
        string=rules + "@page{size:A4;margin:19mm}body{font:9.4pt 'Peer serif'}h1,h2,th{font-family:'Peer sans'}"
        "table{width:100%;border-collapse:collapse}td,th{border-bottom:.4pt solid #ccc;padding:1.6mm;text-align:left}.c{columns:2}",
        font_config=fonts,
    )

    def make(number: int) -> bytes:
        document = weasyprint.HTML(string=_page(_varied(sample, number)), base_url=FOLDER.as_uri())
        return bytes(document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3b"))

    make(0)
    return f"weasyprint {weasyprint.__version__}", round(cpu_time(make, seconds=min(seconds, 10.0), least=1).cpu_ms, 2)


def _page(data: dict[str, Any]) -> str:
    """The content of the policy as HTML: the same facts, tables, check codes and clauses."""

    def table(rows: list[dict[str, Any]]) -> str:
        names = list(rows[0])
        head = "".join(f"<th>{name}</th>" for name in names)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(str(row.get(name, '')))}</td>" for name in names) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead>{body}</table>"

    def facts(values: dict[str, Any]) -> str:
        return (
            "<table>" + "".join(f"<tr><th>{key}</th><td>{html.escape(str(value))}</td></tr>" for key, value in values.items()) + "</table>"
        )

    plain = {key: value for key, value in data.items() if isinstance(value, (str, int)) and key != "demo"}
    clauses = "".join(
        f"<h2>{chapter['title']}</h2>"
        + "".join(
            f"<b>{article['title']}</b>" + "".join(f"<p>{paragraph['text']}</p>" for paragraph in article["paragraphs"])
            for article in chapter["articles"]
        )
        for bundle in data["clauses"]
        for chapter in bundle["chapters"]
    )
    code = codes.qr_svg(data["verify_url"]).replace("<svg", "<svg width=64", 1)
    return (
        f"<html lang=zh><title>{data['policy_no']}</title><body><h1>保险单</h1>{code}"
        f"{facts(plain)}{facts(data['insurer'])}{facts(data['policyholder'])}{table(data['coverages'])}{table(data['insured_list'])}"
        f"<div class=c>{clauses}</div>"
    )
