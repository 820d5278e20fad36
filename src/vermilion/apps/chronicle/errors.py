from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class ChainBroken(VermilionError):
    """A stored event no longer fits its chain or its commitments."""

    code = "evidence_chain_broken"
    status = 500
    message = _("存证记录与它的链接或承诺值不一致，可能被改动过。")
    hint = _("请立即通知合规人员和系统运维人员，不要再使用这条记录作为证据。")
