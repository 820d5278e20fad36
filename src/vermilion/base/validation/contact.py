"""Ways to reach a person: mobile phone, e-mail, postal address."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email as _django_validate_email
from django.utils.translation import gettext_lazy as _

from .errors import InvalidValue
from .values import half_width, is_han, validate_text

MAX_EMAIL = 254  # RFC 5321: the longest address that fits a mail command


def validate_phone(value: object) -> str:
    """Return an 11-digit mainland mobile number; spaces, hyphens and +86 are taken off. Codes go there, so no landline."""
    text = re.sub(r"[ ()-]", "", half_width(value))
    text = re.sub(r"^(?:\+86|0086)", "", text)
    if not re.fullmatch(r"1[3-9][0-9]{9}", text):
        raise InvalidValue(_("请填写 11 位中国大陆手机号码，用于接收验证码。"))
    return text


def validate_email(value: object) -> str:
    """Return an e-mail address with a lower-case domain."""
    text = half_width(value)
    try:
        if len(text) > MAX_EMAIL or not text.isascii():
            raise ValidationError("")
        _django_validate_email(text)
    except ValidationError:
        raise InvalidValue(_("电子邮箱格式不正确，请核对，例如 name@example.com。")) from None
    local, _at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def validate_address(value: object) -> str:
    """Return a postal address of 6 to 120 characters with at least two letters; mail and court papers go there."""
    text = validate_text(value, minimum=6, maximum=120)
    if sum(is_han(char) or char.isalpha() for char in text) < 2 or any(char in "<>{}\\" for char in text):
        raise InvalidValue(_("请填写完整的通讯地址，包括省市区、道路和门牌号。"))
    return text
