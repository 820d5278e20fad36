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


class TemplateBroken(DocumentError):
    """The typesetter refused the template; ``facts`` hold file, line and its own words."""

    code = "template_broken"
    status = 422
    message = _("模板有错误，文件没有生成。")
    hint = _("请把错误位置告诉模板编辑。")


class TemplateEndless(DocumentError):
    """Typesetting went beyond its time or memory and was stopped."""

    code = "template_endless"
    status = 422
    message = _("模板排版超过时间或内存限制，已经停止。")
    hint = _("请检查指出的那一行：循环次数、列表长度或者递归。")


class VariableMissing(DocumentError):
    """A text of the settings names a field that these data do not have."""

    code = "template_variable"
    status = 422
    message = _("文字里的变量在数据中没有值，文件没有生成。")
    hint = _("请给这段文字加上“字段存在时显示”的条件，或者改用必有的字段。")


class FilesRefused(DocumentError):
    """Files are no template, or not those that were recorded."""

    code = "template_files"
    status = 422
    message = _("这些文件不能作为模板。")
    hint = _("请从“导出”得到的文件开始修改，文件名和文件夹不要改动。")


class FilesNotLaidOut(DocumentError):
    """The files of a template could not be written into the folder where they are typeset: no room, or no right to."""

    code = "template_files_not_laid_out"
    status = 503
    message = _("模板文件没有写到磁盘，文件没有生成；已保存的内容没有受影响。")
    hint = _("请让管理员检查磁盘空间，然后重试。")


class SettingsRefused(DocumentError):
    """Settings do not have the declared shape; ``fields`` names each place."""

    code = "template_settings"
    status = 422
    message = _("设置的内容有误，没有保存。")
    hint = _("请改正标出的内容。")


class NotADraft(DocumentError):
    """Only a draft is changed or deleted, only a submitted version reviewed, only a published one retired."""

    code = "template_state"
    status = 409
    message = _("这个版本的状态不允许这样做。")
    hint = _("请刷新页面；要修改使用中的模板，请新建草稿。")


class DraftChanged(DocumentError):
    """Somebody else saved the draft in between."""

    code = "template_changed"
    status = 409
    message = _("草稿在此期间被别人修改过，您的改动没有保存。")
    hint = _("请刷新页面，查看新的内容后再改。")


class DraftExists(DocumentError):
    """A template has one draft at a time in each language."""

    code = "template_draft_exists"
    status = 409
    message = _("已经有一个没有发布的版本。")
    hint = _("请先发布或者删除它。")


class TemplateExists(DocumentError):
    """The insurer has a template of this kind for this product."""

    code = "template_exists"
    status = 409
    message = _("这一类文件已经有这个产品的模板。")
    hint = _("请在原有的模板里新建草稿。")


class ReviewRefused(DocumentError):
    """Whoever wrote on a version does not review it."""

    code = "template_review"
    status = 403
    message = _("编写或提交这个版本的人不能复核。")
    hint = _("请另一位有权限的同事复核。")


class ChecksFailed(DocumentError):
    """A version does not pass the checks; it stays a draft, and the checks tell why."""

    code = "template_checks"
    status = 422
    message = _("检查没有全部通过，没有提交。")
    hint = _("请按检查结果修改后再提交。")


class ChecksNeeded(DocumentError):
    """Exactly this content of a draft was not checked to the end."""

    code = "template_checks_needed"
    status = 409
    message = _("当前内容还没有检查完，没有提交。")
    hint = _("请先检查；内容改动以后要重新检查。")


class PackageRefused(DocumentError):
    """A file is no exported template, or a hostile one."""

    code = "template_package"
    status = 422
    message = _("这个文件不是导出的模板。")
    hint = _("请选择由“导出”得到的 .zip 文件。")


class LogoRefused(DocumentError):
    """A picture can't be the logo."""

    code = "template_logo"
    status = 422
    message = _("这张图片不能作为标志。")
    hint = _("请使用 SVG（60 KB 以内，没有脚本和外部链接）或者 PNG（1 MB 以内）。")


class ClauseRefused(DocumentError):
    """A clause's code is taken or not of the right form, or its text can't be printed."""

    code = "template_clause"
    status = 422
    message = _("条款没有保存。")
    hint = _("编码用小写字母、数字和横线；文字不能为空。")


class OutdatedTemplates(DocumentError):
    """Templates in use refuse data that this release of the platform makes."""

    code = "templates_outdated"
    message = _("有使用中的模板不接受本版本的数据，这些单证可能无法生成。")
    hint = _("请为它们新建草稿，从平台自带的模板取用新的数据结构，复核后发布。")


class TemplateUnknown(DocumentError):
    """There is no such version of an insurer's template."""

    code = "template_unknown"
    status = 404
    message = _("没有这个模板版本。")
    hint = _("请用 vermilion template list 查看编号。")


class NotAnEditor(DocumentError):
    """The person may not write templates."""

    code = "template_editor_needed"
    status = 403
    message = _("这个账户不存在、已停用或者不是模板编辑。")
    hint = _("请由管理员给账户“模板编辑”的角色。")
