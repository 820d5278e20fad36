"""How messages leave: the operator's mail server, and, only in a demo instance, gateways that keep everything in the outbox."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_lazy as _

from vermilion.base.instance import is_demo

from .errors import DeliveryError, mail_not_configured, sms_not_configured
from .models import Channel

UNCONFIGURED_MAIL = "vermilion.base.mail.Unconfigured"


@dataclass(frozen=True)
class Outgoing:
    """One message to one address."""

    notice_id: UUID
    to: str
    subject: str
    body: str
    files: tuple[tuple[str, bytes], ...] = ()  # name and content; of mails only


@dataclass(frozen=True)
class Receipt:
    """What a gateway answered: its own id, and whether the message has already arrived."""

    provider_id: str
    received: bool = False


class Provider(Protocol):
    """A gateway. ``hand_over`` raises DeliveryError when the message was not taken."""

    name: str
    sandbox: bool

    def hand_over(self, message: Outgoing) -> Receipt: ...


class SmtpMail:
    """The operator's mail server, by SMTP."""

    name = "smtp"
    sandbox = False

    def hand_over(self, message: Outgoing) -> Receipt:
        """Give the mail to the server; a refused recipient is final, an unreachable server is not."""
        sender = settings.DEFAULT_FROM_EMAIL
        # The same id at every try, so that a mailbox can notice a repeat.
        message_id = f"<{message.notice_id}@{sender.rpartition('@')[2].rstrip('>')}>"
        headers = {"Message-ID": message_id}
        mail = EmailMessage(message.subject, message.body, sender, [message.to], headers=headers, connection=get_connection())
        for name, content in message.files:
            mail.attach(name, content, "application/pdf")
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            raise _mail_error("mail_refused", error, temporary=bool(codes) and all(400 <= code < 500 for code in codes)) from error
        except smtplib.SMTPResponseException as error:
            raise _mail_error("mail_refused", error, temporary=400 <= error.smtp_code < 500 or error.smtp_code == 535) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _mail_error("mail_unreachable", error, temporary=True) from error
        return Receipt(message_id)


def _mail_error(code: str, error: Exception, *, temporary: bool) -> DeliveryError:
    # The server's word may quote the recipient, so only its kind and number are kept.
    number = getattr(error, "smtp_code", "")
    return DeliveryError(code, _("邮件服务器没有接受这封邮件。"), temporary=temporary, detail=f"{type(error).__name__} {number}".strip())


class Sandbox:
    """A gateway of the demo: takes everything, says at once that it arrived; the outbox page shows it."""

    sandbox = True

    def __init__(self, channel: str) -> None:
        self.name = f"sandbox-{channel}"

    def hand_over(self, message: Outgoing) -> Receipt:
        """Take the message. Raises RuntimeError outside a demo instance."""
        if not is_demo():
            raise RuntimeError("the sandbox gateway exists only in a demo instance")
        return Receipt(f"sandbox-{message.notice_id}", received=True)


def for_channel(channel: str) -> Provider:
    """Return the gateway of this instance. Raises DeliveryError ``sms_not_configured`` or ``mail_not_configured``."""
    if is_demo():
        return Sandbox(channel)
    if channel == Channel.MAIL:
        if settings.EMAIL_BACKEND == UNCONFIGURED_MAIL:
            raise mail_not_configured()
        return SmtpMail()
    raise sms_not_configured()
