"""Errors are explained to people and to programs, and never show our insides."""

import errno
import json

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client
from django.urls import path
from psycopg.errors import DiskFull

from vermilion.base.errors import VermilionError
from vermilion.web import limits
from vermilion.web.staff.urls import urlpatterns as frame

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Conflict(VermilionError):
    code = "case_conflict"
    status = 409
    message = "这笔业务刚刚被别人修改过。"
    hint = "请刷新后重试。"


def conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict(fields={"phone": "手机号不正确。"})


def crash(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail 13800000000")


def database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection to server at 10.0.0.7 failed")


def disk_full(request: HttpRequest) -> HttpResponse:
    raise OperationalError("could not extend file") from DiskFull()


def no_room(request: HttpRequest) -> HttpResponse:
    raise OSError(errno.ENOSPC, "No space left on device", "/srv/secret")


def too_often(request: HttpRequest) -> HttpResponse:
    raise limits.TooManyRequests(retry_after=90)


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotAllowed(["POST"])


def only_post_with_words(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotAllowed(["POST"], b"Method not allowed")  # as Ninja does


def everything_wrong(request: HttpRequest) -> HttpResponse:
    raise Conflict(fields={f"field{number}": "不正确。" for number in range(3000)})


urlpatterns = [
    *frame,
    path("test/conflict/", conflict),
    path("api/v1/test/conflict/", conflict),
    path("test/crash/", crash),
    path("api/v1/test/crash/", crash),
    path("test/database-away/", database_away),
    path("api/v1/test/disk-full/", disk_full),
    path("test/no-room/", no_room),
    path("test/too-often/", too_often),
    path("test/form/", form),
    path("test/only-post/", only_post),
    path("api/v1/test/only-post/", only_post_with_words),
    path("api/v1/test/everything-wrong/", everything_wrong),
]


handler400 = "vermilion.web.problems.bad_request"
handler403 = "vermilion.web.problems.permission_denied"
handler404 = "vermilion.web.problems.page_not_found"
handler500 = "vermilion.web.problems.server_error"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def test_a_person_reads_what_happened_and_what_to_do(visitor):
    answer = visitor.get("/test/conflict/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "这笔业务刚刚被别人修改过。" in page
    assert "请刷新后重试。" in page
    assert "手机号不正确。" in page
    assert answer["X-Request-Id"] in page
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("address", "headers"), [("/api/v1/test/conflict/", {}), ("/test/conflict/", {"Accept": "application/json"})])
def test_a_program_gets_a_problem(visitor, address, headers):
    answer = visitor.get(address, headers=headers)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body == {
        "type": "urn:vermilion:problem:case_conflict",
        "title": "这一步没有办成",
        "status": 409,
        "detail": "这笔业务刚刚被别人修改过。请刷新后重试。",
        "code": "case_conflict",
        "fields": {"phone": "手机号不正确。"},
        "instance": f"urn:vermilion:request:{answer['X-Request-Id']}",
    }


def test_a_part_of_a_page_gets_a_notice_box(visitor):
    answer = visitor.get("/test/conflict/", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.content.decode().lstrip().startswith('<div class="notice-box')


@pytest.mark.parametrize("address", ["/test/crash/", "/api/v1/test/crash/"])
def test_a_crash_tells_nothing_of_our_insides(visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "secret detail" not in text
    assert "Traceback" not in text
    assert "RuntimeError" not in text
    assert answer["X-Request-Id"] in text


def test_a_database_or_disk_in_trouble_is_told_as_such(visitor):
    away, full, room = (visitor.get(address) for address in ("/test/database-away/", "/api/v1/test/disk-full/", "/test/no-room/"))
    assert (away.status_code, full.status_code, room.status_code) == (503, 507, 507)
    assert "此前已经保存的内容都在" in away.content.decode()
    assert int(away["Retry-After"]) > 0
    assert full.json()["code"] == "store_full"
    for answer in (away, full, room):
        assert "10.0.0.7" not in answer.content.decode()
        assert "/srv/secret" not in answer.content.decode()


def test_the_error_page_comes_even_when_no_page_can_be_made(visitor, monkeypatch):
    from vermilion.web import problems

    def broken(*args, **kwargs):
        raise OSError("no templates")

    monkeypatch.setattr(problems, "render_to_string", broken)
    answer = visitor.get("/test/crash/")
    assert answer.status_code == 500
    assert "temporarily unavailable" in answer.content.decode()


def test_an_unknown_address_is_explained(visitor):
    answer = visitor.get("/no/such/page/")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()
    assert json.loads(visitor.get("/api/v1/no/such/").content)["code"] == "not_found"


def test_a_wrong_method_is_explained_and_names_the_right_one(visitor):
    answer = visitor.get("/test/only-post/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "不接受这种访问方式" in answer.content.decode()


def test_a_program_that_uses_a_wrong_method_gets_a_problem(visitor):
    answer = visitor.get("/api/v1/test/only-post/")
    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (405, "application/problem+json", "POST")
    assert json.loads(answer.content)["code"] == "method_not_allowed"


def test_a_program_that_does_everything_wrong_gets_a_short_answer(visitor):
    answer = visitor.get("/api/v1/test/everything-wrong/")
    assert len(json.loads(answer.content)["fields"]) == 100


def test_a_form_without_its_token_changes_nothing_and_says_so():
    answer = Client(enforce_csrf_checks=True).post("/test/form/", {"a": "1"})
    assert answer.status_code == 403
    assert "没有做任何改动" in answer.content.decode()


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), (None, 200), ("cross-site", 403), ("same-site", 403)])
def test_our_own_forms_pass_without_a_referrer_and_others_do_not(site, status):
    """With no-referrer browsers send ``Origin: null``; only Sec-Fetch-Site tells whose form it was."""
    visitor = Client(enforce_csrf_checks=True)
    visitor.get("/console/login/")
    headers = {"Origin": "null"} | ({"Sec-Fetch-Site": site} if site else {})
    token = visitor.cookies["csrf"].value
    assert visitor.post("/test/form/", {"csrfmiddlewaretoken": token}, headers=headers).status_code == status
    assert visitor.post("/test/form/", {}, headers=headers).status_code == 403
    assert visitor.post("/test/form/", {"csrfmiddlewaretoken": token}, headers={"Origin": "https://evil.example"}).status_code == 403


def test_too_large_a_form_is_413(visitor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = visitor.post("/test/form/", {"a": "x" * 200})
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(visitor):
    answer = visitor.generic("POST", "/api/v1/test/conflict/", headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (411, "length_required")


def test_too_many_attempts_say_when_to_come_back(visitor):
    answer = visitor.get("/test/too-often/")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "90"
    assert "请在 2 分钟后再试" in answer.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/test/conflict/%00/", 404), ("/v/%00", 404), ("/console/login/?next=%00", 400)])
def test_no_address_carries_a_nul_to_the_database(visitor, address, status):
    for prefix in ("", "/api/v1"):
        assert visitor.get(f"{prefix}{address}").status_code == status
    assert visitor.get("/console/login/", headers={"Cookie": 'session="aaaaaaaaaaaa\\000"'}).status_code == 400


def test_the_pages_speak_english_too(visitor):
    page = visitor.get("/no/such/page/", headers={"Accept-Language": "en"}).content.decode()
    assert "What you can do" in page
    assert "Not found" in page


def test_private_pages_are_stored_nowhere_and_tell_no_other_site(visitor):
    answer = visitor.get("/console/login/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
