"""``@traced`` puts what a browser got on record, and nothing that nobody saw."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.response import TemplateResponse
from django.test import RequestFactory

from tests.apps import making
from vermilion.apps.cases.models import Case
from vermilion.apps.tracing import queries
from vermilion.apps.tracing.errors import PageNotShown
from vermilion.apps.tracing.models import PageShown
from vermilion.web.sessions import SessionStore
from vermilion.web.traced import answered, traced

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return making.make_case()


def ask(method: str = "GET", **headers: str) -> HttpRequest:
    request = RequestFactory().generic(method, "/apply/health", REMOTE_ADDR="203.0.113.7", headers={"User-Agent": "Phone/1", **headers})
    request.session = SessionStore()
    return request


def page(request: HttpRequest, case: Any, status: int = 200) -> HttpResponse:
    template = engines["django"].from_string("<h1>健康告知 {{ case.number }}</h1>")

    @traced("health")
    def view(request: HttpRequest) -> HttpResponse:
        return TemplateResponse(request, template, {"case": case}, status=status)  # type: ignore[arg-type]

    response = view(request)
    return response.render()  # type: ignore[attr-defined,no-any-return]


def test_a_shown_page_is_recorded_as_it_was_sent(case: Case) -> None:
    request = ask()
    response = page(request, case)
    shown = PageShown.objects.get()
    assert queries.content(shown.version).startswith(response.content)
    assert case.number.encode() in response.content
    assert shown.details["ip"] == "203.0.113.7"
    assert answered(request, case=case, page="health", answer={"q1": "no"}).id == shown.id


def test_a_page_with_marked_mistakes_was_shown_too(case: Case) -> None:
    page(ask("POST"), case, status=422)
    assert PageShown.objects.count() == 1


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Purpose": "preview"}, {"X-Moz": "prefetch"}])
def test_what_is_fetched_ahead_was_not_seen(case: Case, headers: dict[str, str]) -> None:
    assert page(ask(**headers), case).status_code == 200
    assert not PageShown.objects.exists()


def test_head_shows_nothing(case: Case) -> None:
    page(ask("HEAD"), case)
    assert not PageShown.objects.exists()


@pytest.mark.parametrize("status", [404, 409, 500])
def test_errors_are_no_sale_pages(case: Case, status: int) -> None:
    page(ask(), case, status=status)
    assert not PageShown.objects.exists()


def test_a_page_without_a_case_or_a_redirect_passes_through(case: Case) -> None:
    page(ask(), None)
    redirecting = traced("health")(lambda request: HttpResponseRedirect("/"))
    assert redirecting(ask()).status_code == 302
    assert not PageShown.objects.exists()


def test_an_answer_from_another_browser_is_refused(case: Case) -> None:
    page(ask(), case)
    with pytest.raises(PageNotShown):
        answered(ask(), case=case, page="health", answer={})
