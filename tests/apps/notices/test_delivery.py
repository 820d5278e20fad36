"""A notice's way: queued with its fact, handed over outside the transaction, every failure told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.db import connection, transaction

from tests import factories
from tests.apps import making
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices import delivery, handlers, providers, queries, services
from vermilion.apps.notices.errors import DeliveryError, NoticeNotFound, OutboxClosed
from vermilion.apps.notices.models import Notice

Drain = Callable[..., int]
CODE = {"code": "482913", "minutes": "5", "wording": "签署投保确认书"}


def send(case: Case | None, template: str = "sign_link", channel: str = "sms", **data: str) -> Notice:
    to = making.PHONE if channel == "sms" else "ruoqing@example.cn"
    with transaction.atomic():
        return services.send(case=case, template=template, channel=channel, to=to, data=data or {"pickup": "7KQ2MX"})


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    calls: list[tuple[str, str]] = []
    monkeypatch.setattr(handlers, "_delivered", [lambda notice: calls.append((notice.template, notice.state))])
    return calls


class Gateway:
    """A gateway under the test's control."""

    name = "gateway"
    sandbox = False

    def __init__(self) -> None:
        self.taken: list[providers.Outgoing] = []
        self.error: DeliveryError | None = None

    def hand_over(self, message: providers.Outgoing) -> providers.Receipt:
        assert connection.in_atomic_block  # only the test's own transaction; see test_gateway_is_called_outside_a_transaction
        if self.error:
            raise self.error
        self.taken.append(message)
        return providers.Receipt("gw-1")


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway()
    monkeypatch.setattr(providers, "for_channel", lambda channel: made)
    return made


def test_demo_sms_arrives_in_the_outbox(demo: None, case: Case, drain_jobs: Drain, seen: list[tuple[str, str]]) -> None:
    send(case, "code", **CODE)
    assert drain_jobs() == 1
    (row,) = queries.outbox(to=making.PHONE)
    assert row.state == "received"
    assert row.sandbox
    assert "482913" in row.body
    assert row.to == making.PHONE
    assert seen == [("code", "received")]
    assert [event.type for event in events("case", case.id)] == ["case.started", "notice.created", "notice.handed_over"]


def test_outside_a_demo_there_is_no_outbox_and_no_sandbox(case: Case) -> None:
    with pytest.raises(OutboxClosed):
        queries.outbox()
    with pytest.raises(RuntimeError):
        providers.Sandbox("sms").hand_over(providers.Outgoing(case.id, "x", "", "x"))


def test_sms_without_a_provider_is_listed_as_failed(case: Case, drain_jobs: Drain, seen: list[tuple[str, str]]) -> None:
    send(case)
    drain_jobs(delayed=True)
    (row,) = queries.undelivered(case.insurer)
    assert (row.state, row.last_error, row.attempts) == ("failed", "sms_not_configured", 1)
    assert row.to == "138****8000"
    assert seen == []
    assert events("case", case.id)[-1].public["error"] == "sms_not_configured"


def test_mail_goes_through_djangos_mail(case: Case, drain_jobs: Drain, settings: object) -> None:
    settings.DEFAULT_FROM_EMAIL = "policy@huayue.example.cn"  # type: ignore[attr-defined]
    notice = send(case, "policy_delivered", "mail", pickup="7KQ2MX")
    drain_jobs()
    (message,) = mail.outbox
    assert message.to == ["ruoqing@example.cn"]
    assert "/s/7KQ2MX" in message.body
    assert message.extra_headers["Message-ID"] == f"<{notice.id}@huayue.example.cn>"
    assert Notice.objects.get().state == "sent"


def test_a_file_goes_along_with_a_mail(case: Case, drain_jobs: Drain, settings: object) -> None:
    settings.DEFAULT_FROM_EMAIL = "policy@huayue.example.cn"  # type: ignore[attr-defined]
    revision = factories.paper(case, "policy", data=b"%PDF-1.7 file").revisions.get()
    with transaction.atomic():
        given = {"data": {"document": "电子保单"}, "files": [("电子保单.pdf", revision)]}
        services.send(case=case, template="document_mail", channel="mail", to="ruoqing@example.cn", **given)
    drain_jobs()
    (message,) = mail.outbox
    assert message.attachments[0].filename == "电子保单.pdf"
    assert message.attachments[0].content == b"%PDF-1.7 file"


def test_mail_without_a_server_fails_with_its_own_code(case: Case, drain_jobs: Drain, settings: object) -> None:
    settings.EMAIL_BACKEND = providers.UNCONFIGURED_MAIL  # type: ignore[attr-defined]
    send(case, "policy_delivered", "mail", pickup="7KQ2MX")
    drain_jobs()
    assert Notice.objects.get().last_error == "mail_not_configured"


def test_a_job_that_runs_twice_sends_once(case: Case, gateway: Gateway, seen: list[tuple[str, str]]) -> None:
    notice = send(case)
    delivery.deliver(notice.id)
    delivery.deliver(notice.id)
    assert len(gateway.taken) == 1
    assert seen == [("sign_link", "sent")]


def test_the_code_is_forgotten_once_it_left(case: Case, gateway: Gateway) -> None:
    notice = send(case, "code", **CODE)
    delivery.deliver(notice.id)
    assert "482913" in gateway.taken[0].body
    assert "482913" not in str(Notice.objects.get().content)


def test_temporary_failures_are_tried_again_then_listed(case: Case, gateway: Gateway, drain_jobs: Drain) -> None:
    gateway.error = DeliveryError("gateway_busy", "busy", temporary=True, detail="flow control")
    send(case)
    drain_jobs()
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.last_error_detail) == ("queued", 1, "flow control")
    assert notice.next_at
    assert queries.undelivered(case.insurer)
    drain_jobs(delayed=True)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", len(delivery.WAITS) + 1)
    gateway.error = None
    services.resend(notice_id=notice.id)
    drain_jobs()
    notice.refresh_from_db()
    assert (notice.state, notice.last_error) == ("sent", "")


def test_a_code_is_not_sent_after_it_expired(case: Case, gateway: Gateway, drain_jobs: Drain, moving: making.MovingClock) -> None:
    gateway.error = DeliveryError("gateway_busy", "busy", temporary=True)
    notice = send(case, "code", **CODE)
    moving.forward(minutes=6)
    drain_jobs(delayed=True)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("failed", 1)
    gateway.error = None
    services.resend(notice_id=notice.id)
    assert drain_jobs() == 0


def test_gateway_report_marks_received_once(case: Case, gateway: Gateway, seen: list[tuple[str, str]]) -> None:
    notice = send(case)
    delivery.deliver(notice.id)
    services.confirm_received(provider="gateway", provider_id="gw-1")
    services.confirm_received(provider="gateway", provider_id="gw-1")
    assert [state for _template, state in seen] == ["sent", "received"]
    with pytest.raises(NoticeNotFound):
        services.confirm_received(provider="gateway", provider_id="gw-2")
    with pytest.raises(NoticeNotFound):
        services.confirm_received(provider="", provider_id="")


def test_a_handler_that_fails_leaves_the_notice_queued(case: Case, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = send(case)

    def broken(_notice: Notice) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(handlers, "_delivered", [broken])
    with pytest.raises(ValueError, match="broken"):
        delivery.deliver(notice.id)
    notice.refresh_from_db()
    assert notice.state == "queued"


def test_the_callers_roll_back_takes_message_and_job_along(case: Case, drain_jobs: Drain) -> None:
    def undone() -> None:
        with transaction.atomic():
            send(case)
            raise ValueError("undo")

    with pytest.raises(ValueError, match="undo"):
        undone()
    assert not Notice.objects.exists()
    assert drain_jobs(delayed=True) == 0


def test_no_recipient_in_the_ledger_or_in_clear_columns(case: Case, drain_jobs: Drain) -> None:
    send(case, "code", **CODE)
    drain_jobs()
    leaves = b"".join(bytes(row.leaf) for row in EvidenceEvent.objects.all())
    assert making.PHONE.encode() not in leaves
    assert b"482913" not in leaves
    with connection.cursor() as cursor:
        cursor.execute("SELECT n::text FROM notices_notice n")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        jobs = cursor.fetchone()[0]
    assert making.PHONE not in row + jobs
    assert making.PHONE.encode().hex() not in row


def test_staff_are_told_in_chinese_about_an_english_case(db: None, demo: None, drain_jobs: Drain) -> None:
    case = making.make_case(language="en")
    send(case, "approval_asked", pickup="7KQ2")
    send(case)
    texts = [row.body for row in queries.outbox()]
    assert "待您审批" in texts[1]
    assert "documents wait" in texts[0]


def test_a_notice_without_a_case_is_signed_by_the_only_insurer(demo: None, drain_jobs: Drain) -> None:
    making.make_insurer()
    with transaction.atomic():
        services.send(case=None, template="policy_found", channel="sms", to=making.PHONE, data={})
    drain_jobs()
    (row,) = queries.outbox()
    assert row.body.startswith("【华岳人寿】")
    assert row.case_number == ""


class SmtpServer(socketserver.ThreadingTCPServer):
    """As much of SMTP as a client needs; ``answer`` is what RCPT gets."""

    allow_reuse_address = True
    daemon_threads = True
    answer = "250 ok"

    def __init__(self) -> None:
        self.mails: list[str] = []
        super().__init__(("127.0.0.1", 0), SmtpTalk)


class SmtpTalk(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go")
                body = []
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    body.append(part)
                self.server.mails.append("".join(body))
            if word == "QUIT":
                return self.say("221 bye")
            self.say(self.server.answer if word == "RCPT" else "250 ok")
        return None

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def smtp(settings: object) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address  # type: ignore[attr-defined]
        settings.EMAIL_TIMEOUT = 5  # type: ignore[attr-defined]
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [("250 ok", "sent", ""), ("550 no such user", "failed", "mail_refused"), ("451 try later", "queued", "mail_refused")],
)
def test_a_real_mail_server_answers(case: Case, smtp: SmtpServer, drain_jobs: Drain, answer: str, state: str, error: str) -> None:
    smtp.answer = answer
    send(case, "policy_delivered", "mail", pickup="7KQ2MX")
    drain_jobs()
    notice = Notice.objects.get()
    assert (notice.state, notice.last_error) == (state, error)
    assert len(smtp.mails) == (state == "sent")


def test_an_absent_mail_server_is_tried_again(case: Case, smtp: SmtpServer, drain_jobs: Drain) -> None:
    smtp.shutdown()
    smtp.server_close()
    send(case, "policy_delivered", "mail", pickup="7KQ2MX")
    drain_jobs()
    notice = Notice.objects.get()
    assert (notice.state, notice.last_error) == ("queued", "mail_unreachable")
    assert "ruoqing" not in notice.last_error_detail


@pytest.mark.django_db(transaction=True)
def test_gateway_is_called_outside_a_transaction(clean_jobs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[bool] = []

    class Watching(Gateway):
        def hand_over(self, message: providers.Outgoing) -> providers.Receipt:
            inside.append(connection.in_atomic_block)
            return providers.Receipt("gw-1")

    monkeypatch.setattr(providers, "for_channel", lambda channel: Watching())
    monkeypatch.setattr(handlers, "_delivered", [])
    notice = send(making.make_case())
    delivery.deliver(notice.id)
    assert inside == [False]
