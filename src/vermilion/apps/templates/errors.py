"""What can go wrong between data and document."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class DocumentError(VermilionError):
    """A document could not be made."""

    code = "document_failed"
    status = 500
    message = _("文件没有生成。")
    hint = _("请联系管理员，并提供业务编号。")


class UnknownKind(DocumentError):
    """There is no template for this kind and language."""

    code = "document_kind_unknown"
    message = _("没有这一类文件的模板。")


class InvalidData(DocumentError):
    """The data do not have the shape that the template declares; ``fields`` names each place."""

    code = "document_data_invalid"
    message = _("文件所需的数据不完整或者格式不对，文件没有生成。")


class UnprintableCharacters(DocumentError):
    """Data hold characters that the fonts do not have; ``fields`` names each place and its characters."""

    code = "unprintable_characters"
    status = 422
    message = _("有字符不能印刷，文件没有生成。")
    hint = _("请核对标出的字符；确为生僻字的，请联系客服处理，不要用别的字代替。")


class FontsDamaged(DocumentError):
    """A font file differs from the release; documents made with it would differ from those of other installations."""

    code = "fonts_damaged"
    message = _("字体文件与发布的版本不一致。")
    hint = _("请重新安装本软件。")


class FontPackUnusable(DocumentError):
    """The folder of rare-character fonts is there but holds no complete pack; ``folder`` names it."""

    code = "font_pack_unusable"
    message = _("生僻字字体包不完整，没有使用；生僻字仍然不能印刷。")
    hint = _("请用 tools/make_rare_fonts.py 重新制作，然后重新启动；或者删除这个文件夹。")


class Irreproducible(DocumentError):
    """The same data gave two different documents."""

    code = "document_irreproducible"
    message = _("同样的数据两次生成的文件不一致。")
    hint = _("请重新安装本软件；如果再次出现，请联系开发者。")


class NotAPdf(DocumentError):
    """A file is no PDF, is encrypted, or is too large to show."""

    code = "not_a_pdf"
    status = 422
    message = _("这个文件不能作为 PDF 显示。")
    hint = _("请选择没有加密、没有损坏的 PDF 文件。")
