"""Forms of the log-in."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vermilion.apps.parties import access
from vermilion.web import limits

from . import totp

CODE_WIDGET = forms.TextInput(
    attrs={
        "class": "code-input",
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "maxlength": totp.DIGITS,
        "pattern": "[0-9]*",
        "autofocus": True,
    }
)


class AuthenticateForm(AllauthAuthenticateForm):
    """The code at log-in, taken once (settings: ``MFA_FORMS["authenticate"]``)."""

    code = forms.CharField(label=_("动态验证码"), widget=CODE_WIDGET)

    def clean_code(self) -> str:
        """Return the code. Raises ValidationError when it is wrong, used or guessed too often."""
        code: str = self.cleaned_data["code"]
        try:
            right = totp.check_fresh_code(self.user, code)
        except limits.TooManyRequests as error:
            raise ValidationError(f"{error.message}{error.hint}") from None
        if not right:
            request = context.request
            visit = {"ip": limits.client_address(request), "agent": request.headers.get("User-Agent", "")}
            access.note(access.REFUSED, user=self.user, reason="code", **visit)
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = Authenticator.objects.get(user=self.user, type=Authenticator.Type.TOTP)
        return code


class EnrolForm(forms.Form):
    """The first code of a new second factor."""

    code = forms.CharField(label=_("动态验证码"), help_text=_("输入验证器应用里显示的 6 位数字。"), widget=CODE_WIDGET)

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self) -> str:
        """Return the code. Raises ValidationError when it does not belong to the secret shown."""
        code: str = self.cleaned_data["code"].strip()
        if not totp.matches(self.secret, code):
            raise ValidationError(_("验证码不正确。请确认手机时间准确，并输入最新的 6 位数字。"))
        return code
