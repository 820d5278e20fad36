"""What ``vermilion doctor`` says about identity providers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vermilion.base.errors import VermilionError

from . import providers


class ProvidersSilent(VermilionError):
    code = "identity_providers_silent"
    status = 503
    hint = gettext_lazy("请核对网络、地址和密钥；在此期间按文件顺序询问其他机构，没有其他机构时这一步暂停。")


def providers_answer() -> str:
    """Ask each provider how it is. Raises ProvidersSilent naming those that do not answer, ProvidersInvalid."""
    said, silent = [], []
    for one in providers.every():
        try:
            said.append(f"{one.name}: {one.health()}")
        except providers.ProviderUnavailable as error:
            silent.append(f"{one.name}: {error}")
    if silent:
        raise ProvidersSilent(_("实名认证服务没有响应：%(names)s。") % {"names": "；".join(silent)})
    return "; ".join(said) or _("未配置实名认证服务，这一步对客户关闭。")
