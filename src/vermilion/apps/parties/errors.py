"""What accounts refuse."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError

EXPIRED = _("这次验证已经超时或者用过。")
OTHER = _("这次验证是为另一份文件或另一项操作做的，不能用在这里。")


class PasskeyFailed(VermilionError):
    """A passkey's answer does not count; ``reason`` is a stable word for the record, the sentence tells the person what to do."""

    code = "passkey_failed"
    status = 422
    message = _("没有通过通行密钥验证。")
    hint = _("请重新打开页面再试一次；仍不成功时，请改用动态验证码。")

    def __init__(self, reason: str) -> None:
        sentences: dict[str, Any] = {"expired": EXPIRED, "replayed": EXPIRED, "other_subject": OTHER}
        super().__init__(sentences.get(reason))
        self.reason = reason


class TooManyPasskeys(VermilionError):
    code = "too_many_passkeys"
    status = 409
    message = _("您的账户已经有 10 个通行密钥。")
    hint = _("请先移除不再使用的，再添加新的。")
