from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class ConsentsClosed(VermilionError):
    """The cut-off is past, the list was closed, or what was asked has changed."""

    code = "consents_closed"
    status = 409
    message = _("征集已经截止，这次答复没有记录，您不在被保险人清单内。")
    hint = _("如果您愿意参加，请联系投保单位的经办人重新征集。")


class ConsentsStillOpen(VermilionError):
    code = "consents_still_open"
    status = 409
    message = _("征集还没有截止，不能重新开放。")
    hint = _("可以提醒还没有答复的人。")


class NoRound(VermilionError):
    code = "no_consents_asked"
    status = 409
    message = _("还没有征集被保险人的同意。")
    hint = _("请先发送同意链接。")


class TooFewConsented(VermilionError):
    code = "too_few_consented"
    status = 409
    message = _("同意的人数没有达到本产品的最少人数，现在不能截止。")
    hint = _("请提醒未答复的人，或者修改名单后再征集。")


class NothingToWithdraw(VermilionError):
    """She never consented, took it back already, was taken off the list, or the application ended."""

    code = "nothing_to_withdraw"
    status = 409
    message = _("现在没有可以撤回的同意。")
    hint = _("您可能已经撤回，或者这笔投保已经结束。本页可以看到现在的状态。")
