"""Errors of products."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class ProductError(VermilionError):
    """Base of this package's errors."""


class ApplicationInvalid(ProductError):
    """The application cannot be accepted as filled in; ``fields`` maps each dotted path to a sentence for the customer."""

    code = "application_invalid"
    status = 422
    message = _("投保信息有误或不完整。")
    hint = _("请按各项提示修改后重新提交。")


class DefinitionInvalid(ProductError):
    """A product definition or its files cannot be read; ``message`` names the file and the reason."""

    code = "product_definition_invalid"
    status = 422
    message = _("产品定义有误。")
    hint = _("请修改产品文件后重新发布。")


class DefinitionChanged(ProductError):
    """What the database holds is not what was published; somebody got past its trigger."""

    code = "product_definition_changed"
    status = 500
    message = _("产品定义与发布时不一致，为保护客户，已停止使用。")
    hint = _("请立即通知管理员，由其从备份核对并恢复。")


class ProductNotOnSale(ProductError):
    """No published version of the product is on sale."""

    code = "product_not_on_sale"
    status = 404
    message = _("该产品目前没有在售版本。")
    hint = _("请返回产品列表选择其他产品，或联系客服。")


class VersionAlreadyPublished(ProductError):
    """Another content was published under the same code and version."""

    code = "product_version_exists"
    status = 409
    message = _("该产品的这个版本号已发布过不同的内容。")
    hint = _("已发布的版本不能修改，请使用新的版本号。")


class ChangeNotAllowed(ProductError):
    """The product's servicing rules do not allow this change."""

    code = "change_not_allowed"
    status = 409
    message = _("本产品不支持这项变更。")
    hint = _("请联系客服了解可以办理的变更。")
