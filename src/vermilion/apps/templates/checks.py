"""What ``vermilion doctor`` asks about documents: are the fonts the recorded ones, and does a document come out."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from vermilion.base import children, health
from vermilion.core.typeset.compile import typeset
from vermilion.core.typeset.fonts import damaged, pack_in_use, printable

from . import library, rare_fonts
from .errors import FontPackUnusable, FontsDamaged, Irreproducible, OutdatedTemplates


def register() -> None:
    """Register the checks."""
    health.register("fonts", fonts)
    health.register("typesetting", typesetting)
    health.register("templates", templates)


def fonts() -> str:
    """The font files are byte for byte those of this release."""
    if names := damaged():
        raise FontsDamaged(files=", ".join(names))
    folder = rare_fonts.place_of_pack()
    if folder.is_dir() and pack_in_use() is None:
        raise FontPackUnusable(folder=str(folder))
    count = f"{len(printable()):,}"
    if pack := pack_in_use():
        return str(format_lazy(_("字体完整，可以印刷 {count} 个字符；生僻字字体包 {digest}。"), count=count, digest=pack.digest[:12]))
    return str(format_lazy(_("字体完整，可以印刷 {count} 个字符；没有安装生僻字字体包。"), count=count))


def typesetting() -> str:
    """A sample comes out of a child process, twice the same."""
    from vermilion.core.typeset import codes  # loads numpy, only where something is typeset

    sample = (library.FOLDER / "clauses" / "sample.json").read_bytes()
    inputs = {"language": "zh-Hans", "qr": codes.qr_svg("https://localhost/"), "barcode": codes.code128_svg("0")}
    made = [
        children.call(
            typeset, library.FOLDER, "clauses/template.typ", sample, at=library.EPOCH, attachment_name="probe.json", inputs=inputs
        )
        for _again in range(2)
    ]
    if made[0] != made[1]:
        raise Irreproducible()
    return str(format_lazy(_("排版正常，{kinds} 类文件有模板。"), kinds=len(library.kinds())))


def templates() -> str:
    """Every template in use takes the data that this release makes: it may give documents a field that an older schema refuses."""
    from . import sources  # with the models and services, which few commands need
    from .models import TemplateVersion
    from .services import data_problems

    rows = TemplateVersion.objects.select_related("template__insurer").filter(state=TemplateVersion.State.PUBLISHED, number__isnull=False)
    refusing = [
        str(row)
        for row in rows
        if any(data_problems(sources.of_version(row), data) for data in library.samples(row.template.kind).values())
    ]
    if refusing:
        raise OutdatedTemplates(templates=", ".join(refusing))
    return str(format_lazy(_("{count} 个自己的模板在使用，都接受本版本的数据。"), count=len(rows)))
