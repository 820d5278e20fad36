"""What was on the screen is on record: exact, encrypted, provable, and without personal data in the ledger."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.apps import making
from vermilion.apps.cases.models import Case
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.tracing import queries, services
from vermilion.apps.tracing.errors import PageNotShown
from vermilion.apps.tracing.models import PageShown, PageVersion
from vermilion.apps.tracing.normal import normalised, stored_form
from vermilion.base import blobs
from vermilion.base.blobs import local_folder
from vermilion.base.canonical import sha256

IP = "203.0.113.7"
HTML = "<html><body><h1>健康告知</h1><p>李若晴 女士</p></body></html>".encode()


def show(case: Case, html: bytes = HTML, page: str = "health", session: str = "s1", **options: object) -> PageShown:
    return services.page_shown(
        **{  # type: ignore[arg-type]
            "case": case,
            "party": None,
            "page": page,
            "html": html,
            "session": session,
            "ip": IP,
            "user_agent": "Phone/1",
            **options,
        }
    )


@pytest.mark.parametrize(
    "pair",
    [
        (b'<input type="hidden" name="csrfmiddlewaretoken" value="AAA">', b'<input type="hidden" name="csrfmiddlewaretoken" value="BBB">'),
        (b'<script nonce="AAA" src="/x.js">', b'<script nonce="BBB" src="/x.js">'),
        (b"""<body hx-headers='{"X-CSRFToken": "AAA"}'>""", b"""<body hx-headers='{"X-CSRFToken": "BBB"}'>"""),
        (
            b'<body hx-headers="{&quot;X-CSRFToken&quot;: &quot;AAA&quot;}">',
            b'<body hx-headers="{&quot;X-CSRFToken&quot;: &quot;BBB&quot;}">',
        ),
        (b'<meta name="csrf-token" content="AAA">', b'<meta name="csrf-token" content="BBB">'),
    ],
)
def test_tokens_do_not_make_another_page(pair: tuple[bytes, bytes]) -> None:
    assert normalised(pair[0]) == normalised(pair[1])
    assert b"AAA" not in normalised(pair[0])


@pytest.mark.parametrize("html", [b'<input name="premium" value="12800">', b"<p>nonce is a word</p>", b'<a href="/s/7KQ2MX">', b""])
def test_nothing_else_is_touched(html: bytes) -> None:
    assert normalised(html) == html


@given(st.binary(max_size=300))
def test_normalising_twice_is_normalising_once(html: bytes) -> None:
    assert normalised(normalised(html)) == normalised(html)


def test_a_showing_is_recorded_with_its_content(case: Case) -> None:
    party = making.make_party(case)
    shown = show(case, party=party, template="portal/health.html")
    stored = queries.content(shown.version)
    assert stored.startswith(HTML)
    assert sha256(stored) == shown.version.digest
    event = events("case", case.id)[-1]
    assert event.type == "page.shown"
    assert event.public == {"page": "health", "version": shown.version.digest, "shown": str(shown.id), "signer": "policyholder"}
    assert event.private["ip"] == IP
    assert event.private["device"] == "Phone/1"
    (line,) = queries.way(case)
    assert (line.page, line.signer, line.device) == ("health", "policyholder", "Phone/1")


def test_the_same_content_is_stored_once(case: Case) -> None:
    token = b'<input type="hidden" name="csrfmiddlewaretoken" value="%s">'
    first, second = show(case, HTML + token % b"AAA"), show(case, HTML + token % b"BBB")
    assert first.version_id == second.version_id
    assert first.id != second.id
    assert show(case, HTML.replace("女士".encode(), "先生".encode())).version_id != first.version_id


def test_the_same_content_in_two_cases_has_two_digests(case: Case) -> None:
    other = making.make_case(case.insurer)
    assert show(case).version.digest != show(other).version.digest
    assert re.search(rb"page-salt: [0-9a-f]{64}", stored_form(HTML, "a" * 64))


def test_content_is_encrypted_under_the_cases_key(case: Case) -> None:
    version = show(case).version
    folder = local_folder()
    assert folder is not None
    raw = (folder / version.blob_key).read_bytes()
    assert b"html" not in raw
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM tracing_pageshown s")
        row = cursor.fetchone()[0]
    assert IP not in row
    assert "s1" not in row.split(",")
    leaves = b"".join(bytes(event.leaf) for event in EvidenceEvent.objects.all()).decode()
    assert "李若晴" not in leaves
    assert IP not in leaves


def test_content_that_was_changed_in_the_store_is_noticed(case: Case) -> None:
    version = show(case).version
    folder = local_folder()
    assert folder is not None
    path = folder / version.blob_key
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(raw)
    with pytest.raises(blobs.BlobDamaged):
        queries.content(version)


def test_the_next_page_ends_the_one_before(case: Case, moving: making.MovingClock) -> None:
    first = show(case)
    elsewhere = show(case, session="s2")
    moment = moving.forward(seconds=42)
    show(case, page="prompts", html=b"<p>2</p>")
    left = {line.id: line.left_at for line in queries.way(case)}
    assert left[first.id] == moment
    assert left[elsewhere.id] is None


def test_an_answer_belongs_to_the_page_that_was_shown(case: Case, moving: making.MovingClock) -> None:
    show(case)
    moving.forward(seconds=5)
    latest = show(case, HTML + b"<p>again</p>")
    moving.forward(seconds=5)
    answered = services.page_answered(case=case, page="health", session="s1", answer={"q1": "no", "q2": "yes"})
    assert answered.id == latest.id
    event = events("case", case.id)[-1]
    assert (event.type, event.public["version"]) == ("page.answered", latest.version.digest)
    assert event.private["answer"] == {"q1": "no", "q2": "yes"}
    assert services.page_answered(shown_id=latest.id, answer={"q1": "yes"}).answer_hash != answered.answer_hash


@pytest.mark.parametrize("foreign", [{"session": "s2"}, {"page": "prompts"}])
def test_no_answer_without_a_showing(case: Case, foreign: dict[str, str]) -> None:
    show(case)
    with pytest.raises(PageNotShown):
        services.page_answered(**{"case": case, "page": "health", "session": "s1", "answer": {}, **foreign})  # type: ignore[arg-type]


def test_another_cases_showing_is_no_answer_here(case: Case) -> None:
    show(case)
    with pytest.raises(PageNotShown):
        services.page_answered(case=making.make_case(case.insurer), page="health", session="s1", answer={})


def test_an_answer_rolls_back_with_its_effect(case: Case) -> None:
    show(case)

    def failing() -> None:
        with transaction.atomic():
            services.page_answered(case=case, page="health", session="s1", answer={})
            raise ValueError("effect")

    with pytest.raises(ValueError, match="effect"):
        failing()
    assert PageShown.objects.get().answered_at is None
    assert [event.type for event in events("case", case.id)] == ["case.started", "page.shown"]


def test_a_page_whose_content_cannot_be_kept_is_not_shown(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise blobs.StoreFull

    monkeypatch.setattr(blobs, "put", full)
    with pytest.raises(blobs.StoreFull):
        show(case)
    assert not PageVersion.objects.exists()
    assert not PageShown.objects.exists()
