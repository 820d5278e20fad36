"""What an API client may do. Each client has its own list; a token never holds more."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

#: Without it a client is told of the cases that it started itself, and of no others.
ALL_CASES = "webhooks:all"

SCOPES = {
    "cases:write": _("创建并办理投保业务"),
    "policies:write": _("提交数据并出具保单"),
    "policies:read": _("查询保单、单证与状态"),
    "claims:write": _("报送理赔决定"),
    "invoices:write": _("回传电子发票"),
    ALL_CASES: _("接收本公司全部业务的通知，不限于自己创建的"),
    "files:verify": _("查验文件"),
}


class ClientScopes(BaseScopes):
    """The toolkit's view of our scopes (``OAUTH2_PROVIDER["SCOPES_BACKEND_CLASS"]``)."""

    def get_all_scopes(self) -> dict[str, Any]:
        """Return every scope with its description."""
        return dict(SCOPES)

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what this client may ask for."""
        client = getattr(application, "api_client", None)
        return list(client.scopes) if client and client.active else []

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what a client gets that asks for nothing in particular: all of its own."""
        return self.get_available_scopes(application, request)
