"""What can be wrong with a request before any use case looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vermilion.base.errors import VermilionError
from vermilion.web.problems import _


@contextmanager
def within(name: str) -> Iterator[None]:
    """Let errors name their fields by the path in our body: ``name`` is where the checked value stands in it."""
    try:
        yield
    except VermilionError as error:
        error.fields = {f"{name}.{path}": sentence for path, sentence in error.fields.items()}
        raise


class BodyInvalid(VermilionError):
    """The body or a parameter does not fit the schema; ``fields`` tells where."""

    code = "body_invalid"
    status = 422
    message = _("请求内容不符合接口定义。")
    hint = _("请对照 openapi.json 检查各字段的名称、类型和取值。")


class BodyNotJson(VermilionError):
    """The body is no JSON that everybody reads in the same way."""

    code = "body_not_json"
    status = 400
    message = _("请求体不是有效的 JSON（UTF-8 编码、没有重复的字段名）。")
    hint = _("请检查请求体的编码和格式后重新发送。")


class BodyTypeUnsupported(VermilionError):
    """The body announces another type than the operation takes."""

    code = "body_type_unsupported"
    status = 415
    message = _("不接受这种类型的请求体。")
    hint = _("请按 openapi.json 设置 Content-Type，如 application/json。")


class DecidedLater(VermilionError):
    """The claims system says that it will have decided."""

    code = "decided_in_future"
    status = 422
    message = _("理赔决定的日期晚于今天。")
    hint = _("请填写已经作出决定的日期（北京时间）。")


class ConcludedLater(VermilionError):
    """The core says that it will have concluded."""

    code = "concluded_in_future"
    status = 422
    message = _("核保结论的日期晚于今天。")
    hint = _("请填写已经作出结论的日期（北京时间）。")


class InvoiceNotReadable(VermilionError):
    """The body is no PDF or OFD file."""

    code = "invoice_not_readable"
    status = 422
    message = _("收到的发票文件不是完整的 PDF 或 OFD。")
    hint = _("请把发票文件的原始字节作为请求体发送。")


class SalespersonUnknown(VermilionError):
    """The licence number belongs to nobody who may sell this product today."""

    code = "salesperson_unknown"
    status = 422
    message = _("没有这名销售人员，或其今天不能销售该产品。")
    hint = _("请核对执业证编号、有效期和可售产品。")


class BranchUnknown(VermilionError):
    """The branch code is not one of the insurer's."""

    code = "branch_unknown"
    status = 422
    message = _("没有这个分支机构。")
    hint = _("请核对机构代码；不填时使用接口客户登记的机构。")
