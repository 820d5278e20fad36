"""From a template and its data to the words that are sent."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vermilion.base.config import config

from .catalogue import MAIL, SMS, TEMPLATES, Template
from .errors import NoticeDataWrong

#: One SMS in Chinese has 70 characters; a longer one is sent in parts of 67.
SINGLE_SMS, SMS_PART = 70, 67
LONGEST_VALUE = 60
PICKUP = re.compile(r"[0-9A-HJKMNP-TV-Z]{4,8}")
# What must never stand in a message: an ID number, a mobile number, a bank card.
PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9}|\d{16,19})(?!\d)")
MASK = "••••••"


@dataclass(frozen=True)
class Sender:
    """Who speaks: the insurer's short name for the sign, full name and hotline."""

    short_name: str
    name: str
    hotline: str


@dataclass(frozen=True)
class Message:
    """Words ready to go; ``subject`` is empty for an SMS."""

    subject: str
    body: str


def parts(body: str) -> int:
    """Return how many SMS the text costs."""
    return 1 if len(body) <= SINGLE_SMS else -(-len(body) // SMS_PART)


def render(key: str, *, channel: str, language: str, sender: Sender, data: dict[str, str]) -> Message:
    """Return the message of template ``key``. Raises NoticeDataWrong when the data do not fit it exactly."""
    template = TEMPLATES.get(key)
    if template is None or channel not in template.channels:
        raise NoticeDataWrong(template=key, channel=channel)
    _check(template, data)
    english = language.startswith("en")
    values = {"hotline": sender.hotline, **data}
    if template.door:
        values["link"] = f"{config().base_url}{template.door}{data.get('pickup', '')}"
    text = (template.en if english else template.zh).format(**values)
    if channel == SMS:
        return Message("", f"【{sender.short_name}】{text}")
    footer = f"{sender.name}\n{'Hotline' if english else '客服热线'}: {sender.hotline}"
    return Message(f"【{sender.short_name}】{template.subject[english]}", f"{text}\n\n{footer}\n")


def masked(key: str, body: str, data: dict[str, str]) -> str:
    """Return ``body`` without the template's secret."""
    secret = TEMPLATES[key].vanishing
    return body.replace(data[secret], MASK) if secret else body


def _check(template: Template, data: dict[str, str]) -> None:
    if set(data) != set(template.variables):
        raise NoticeDataWrong(template=template.key, missing=sorted(set(template.variables) ^ set(data)))
    for name, value in data.items():
        limit = 500 if MAIL in template.channels and SMS not in template.channels else LONGEST_VALUE
        if not isinstance(value, str) or not value or len(value) > limit or not value.isprintable():
            raise NoticeDataWrong(template=template.key, field=name)
        if PERSONAL_NUMBER.search(value):
            raise NoticeDataWrong(template=template.key, field=name, reason="personal number")
    if "pickup" in data and not PICKUP.fullmatch(data["pickup"]):
        raise NoticeDataWrong(template=template.key, field="pickup")
