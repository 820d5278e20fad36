"""Every address of the insurer's doors × every role: only the table opens a page, and nobody sees another insurer's case."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import cache

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection, transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, resolve, reverse

from tests import factories, snapshots
from vermilion.apps.archive.models import PreservingFault
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import reporting
from vermilion.apps.conduct.models import Suspicion
from vermilion.apps.identity import pictures
from vermilion.apps.identity.checks import Terms, begin, subject
from vermilion.apps.identity.models import Review
from vermilion.apps.notices.services import send
from vermilion.apps.parties import second_person
from vermilion.apps.parties.models import ALONE, Branch, Role, RoleBinding, StaffMember
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import EndorsementState
from vermilion.apps.seals import services as seals
from vermilion.apps.seals.models import (
    CertificateRecord,
    DoubtDraft,
    GrantIncrease,
    RevocationRequest,
    SealAlert,
    SealEnding,
    SealRequest,
    SealRequestItem,
    SealRule,
)
from vermilion.apps.templates import authoring, clauses
from vermilion.apps.tracing.models import PageVersion
from vermilion.base import clock
from vermilion.base.errors import VermilionError
from vermilion.base.vault import new_data_key
from vermilion.web.approval import urls as approval_urls
from vermilion.web.console import permissions
from vermilion.web.console import urls as console_urls
from vermilion.web.sessions import SessionStore
from vermilion.web.staff.permissions import StaffForbidden
from vermilion.web.staff.visitor import Visitor

pytestmark = pytest.mark.django_db

ADDRESSES: list[tuple[str, URLPattern]] = [("console", item) for item in console_urls.urlpatterns] + [
    ("approval", item) for item in approval_urls.urlpatterns
]
EXAMPLES = {
    "position": 1,
    "decision": "approve",
    "number": "T00000000",
    "name": "all",
    "revision": 1,
    "copy": 1,
    "page": 1,
    "job_id": 1,
    "template_id": 1,
    "code": "none",
}


def address(namespace: str, pattern: URLPattern) -> str:
    names = pattern.pattern.converters
    arguments = {name: EXAMPLES.get(name, uuid.uuid4()) for name in names}
    return reverse(f"{namespace}:{pattern.name}", kwargs=arguments)


def test_every_page_is_in_the_table_and_uses_it():
    assert {pattern.name for _namespace, pattern in ADDRESSES} == set(permissions.PAGES)
    for _namespace, pattern in ADDRESSES:
        assert pattern.callback.page == pattern.name, pattern.name


def roles_of(name: str, way: str) -> frozenset[str]:
    """Return to whom the table opens a page by a method."""
    return permissions.PAGES[name] | (permissions.READS.get(name, frozenset()) if way == "get" else frozenset())


#: A refusal is told as data; that people get a page is tested once, for all.
NO_PAGE = {"accept": "application/json"}


@cache
def methods(namespace: str, pattern: URLPattern) -> list[str]:
    """Return which of GET and POST a page takes: a stranger learns that, too, and is asked for nothing else."""
    return [way for way in ("get", "post") if visit(AnonymousUser(), None, namespace, pattern, way).status_code != 405]


def visit(user, member, namespace, pattern, way):
    """Ask the view that the address leads to, past sessions and what makes an answer of an error."""
    path = address(namespace, pattern)
    request = getattr(RequestFactory(), way)(path, headers=NO_PAGE)
    found = request.resolver_match = resolve(path)
    request.user, request.session, request._messages = user, SessionStore(), CookieStorage(request)
    request.visitor = Visitor(clock.now(), second_factor=True, first_password=False, lent=False, staff=member)
    return found.func(request, *found.args, **found.kwargs)


def refused(user, member, namespace, pattern, way) -> bool:
    """Tell whether a door stays shut. That a refusal becomes a 403 is tested once, below."""
    try:
        visit(user, member, namespace, pattern, way)
    except StaffForbidden:
        return True
    except (Http404, VermilionError):
        pass
    return False


def test_each_role_opens_exactly_its_pages():
    """Any role of a person opens, so one who has all the others at once shows that none of them does.

    Of the roles that open a page one is asked, another one at each page: all go through one door. Those that stand alone are all asked.
    """
    person = factories.staff(Role.CLERK)
    for turn, (namespace, pattern) in enumerate(ADDRESSES):
        ways = methods(namespace, pattern)
        assert ways, pattern.name
        for way in ways:
            inside = [role for role in Role.values if role in roles_of(pattern.name, way)]
            together = [role for role in inside if role not in ALONE]
            asked = [role for role in inside if role in ALONE] + together[turn % max(1, len(together)) :][:1]
            for roles, shut in ((sorted(set(Role.values) - set(inside)), True), *(([role], False) for role in asked)):
                if roles:
                    person.roles = roles
                    assert refused(person.user, person, namespace, pattern, way) is shut, (roles, pattern.name, way)


def test_an_auditor_stands_only_where_nothing_can_be_changed():
    changing = {name for name, roles in permissions.PAGES.items() if Role.AUDITOR in roles}
    assert changing == permissions.SEARCHES | {"operations"}
    assert not {name for name, roles in permissions.LENT.items() if Role.AUDITOR in roles}


#: What a visit may leave: who looked, when the session was seen, how often somebody asked.
TRACES = {"django_session", "chronicle_evidenceevent", "chronicle_evidencedetail", "web_stafflogin", "web_ratecounter"}
TRACES |= {"chronicle_evidencestream", "base_datakey", "conduct_stafftrace"}


def contents() -> dict[str, tuple[int, str]]:
    """Return a digest of every table that has rows, but the traces of visits."""
    digest = "md5(string_agg(md5(t::text), '' ORDER BY md5(t::text)))"
    with connection.cursor() as cursor:
        tables = {*snapshots.filled(cursor), *snapshots.KEPT_ALWAYS} - TRACES
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*), {digest} FROM public.\"{table}\" t" for table in tables))
        return {table: (count, row) for table, count, row in cursor.fetchall()}


def objects(of) -> dict[str, object]:
    """Return one object of an insurer for each name in the addresses; ``version_id`` by page."""
    case = factories.case_in("delivered", of=of)
    clerk, editor, now = factories.staff(Role.CLERK, of=of), factories.staff(Role.TEMPLATE_EDITOR, of=of), clock.now()
    document = factories.paper(case, "endorsement", title="批单")
    change = servicing.end_policy(policy_id=case.policy.id, reason="客户要求", staff=clerk)
    change.state, change.document, change.shown_digest = EndorsementState.APPROVAL, document, document.revisions.get().sha256
    change.save()
    period = {"valid_from": now, "valid_to": now + timedelta(days=300)}
    seal = seals.create_seal(insurer_id=of.pk, kind="policy", name="保单专用章", picture="<svg/>", branch_id=case.branch_id, **period)
    terms = {"document_kinds": ["policy"], "products": [], "max_amount": None, "daily_limit": 3}
    grant = seals.request_grant(seal_id=seal.pk, requested_by=clerk, **terms, **period)
    certificate = CertificateRecord.objects.create(
        profile="organisation", serial=uuid.uuid4().hex, sha256="0" * 64, subject_id=seal.pk, not_before=now, not_after=period["valid_to"]
    )
    revocation = RevocationRequest.objects.create(
        certificate=certificate, seal=seal, code="superseded", reason="x", requested_by=clerk, requested_at=now
    )
    ending = SealEnding.objects.create(seal=seal, kind="retire", reason="x", requested_by=clerk, requested_at=now)
    draft_notice = DoubtDraft.objects.create(certificate=certificate, seal=seal, case=case, documents=1, drafted_at=now)
    asked = SealRequest(
        id=uuid.uuid4(), number=f"YY{uuid.uuid4().hex[:8]}", insurer=of, branch=case.branch, seal=seal, document_kind="contract", title="x",
        rule={"mode": "any", "approvers": [str(clerk.pk)]}, reason_digest="0" * 64, list_digest="0" * 64, requested_by=clerk,
        data_key_id=new_data_key("seal request").pk, content={"reason": "x"}, requested_at=now, decide_until=period["valid_to"],
    )  # fmt: skip
    asked.save(force_insert=True)
    item = SealRequestItem(
        request=asked, position=1, content={"title": "x"}, shown_digest="0" * 64, shown_key="x", size=1, pages=1, zone={}
    )
    item.save(force_insert=True)
    rule = SealRule.objects.create(insurer=of, branch=case.branch, mode="any", approvers=[clerk.pk], proposed_by=clerk, created_at=now)
    increase = GrantIncrease.objects.create(
        grant=grant, day=clock.today(), extra=1, reason="x", digest="0" * 64, requested_by=clerk, requested_at=now
    )
    alert = SealAlert.objects.create(insurer=of, seal=seal, kind="hours", about="x", count=1, usual=0, raised_at=now)
    shown = PageVersion.objects.create(
        case=case, page="review", language="zh-hans", digest="0" * 64, size=4, blob_key=f"x/{case.pk}", first_seen=now
    )
    PreservingFault.objects.create(document=document, code="x", detail="x", tries=1, since=now, last_at=now)
    draft = authoring.create_template(insurer=of, kind="decision_notice", product="", name="通知书", language="zh-Hans", by=editor)
    clause = clauses.write_clause(insurer=of, code=f"cooling-{of.code}", title="犹豫期", text="十五日", by=editor)
    with transaction.atomic():
        notice = send(case=case, template="approval_asked", channel="sms", to="19900000001", data={"pickup": "1234"})
    told = begin(case.parties.first(), "manual", None, subject(case.parties.first(), "manual"), ip="127.0.0.1", terms=Terms())
    review = Review.objects.create(made_for=told)
    seller = factories.salesperson(of=of)
    suspected = Suspicion(
        insurer=of, case=case, kind="device", shared_with="salesperson", digest="0" * 64, salesperson=seller, raised_at=now, last_at=now,
        content={},
    )  # fmt: skip
    suspected.save(force_insert=True)
    doubted = reporting.report(insurer=of, salesperson=seller, code=seller.badge_code, badge_state="valid", text="x")
    pictures.keep(told, "front", b"\xff\xd8\xff")
    return {
        "number": case.number,
        "party_id": case.parties.first().pk,
        "document_id": document.pk,
        "task_id": case.signing_tasks.first().pk,
        "policy_id": case.policy.pk,
        "endorsement_id": change.pk,
        "seal_id": seal.pk,
        "record_id": certificate.pk,
        "grant_id": grant.pk,
        "request_id": revocation.pk,
        "asked_id": asked.pk,
        "ending_id": ending.pk,
        "draft_id": draft_notice.pk,
        "rule_id": rule.pk,
        "increase_id": increase.pk,
        "alert_id": alert.pk,
        "template_id": draft.template_id,
        "template_version": draft.pk,
        "shown_version": shown.pk,
        "code": clause.clause.code,
        "notice_id": notice.pk,
        "person_id": clerk.pk,
        "seller_id": seller.pk,
        "suspicion_id": suspected.pk,
        "badge_report_id": doubted.pk,
        "branch_id": case.branch_id,
        "review_id": review.pk,
        "picture_id": told.pictures.get().pk,
        "account_request_id": second_person.ask_reset(by=factories.staff(Role.ADMINISTRATOR, of=of), staff=clerk).pk,
    }


#: Names in addresses that are no object of an insurer; jobs are the machine's.
NO_OBJECTS = {"name", "position", "revision", "copy", "page", "job_id", "decision"}
#: Whose objects belong to a branch: there a role that holds in another branch finds nothing.
OF_BRANCHES = {"number", "document_id", "policy_id", "endorsement_id", "person_id", "branch_id", "asked_id", "account_request_id"}
OF_BRANCHES |= {"increase_id", "draft_id", "seal_id", "grant_id", "request_id", "ending_id", "rule_id", "alert_id"}
OF_BRANCHES |= {"increase_id", "draft_id", "review_id", "picture_id", "seller_id", "suspicion_id", "badge_report_id"}


def addresses_of(things) -> list[tuple[str, list[str], str, set[str]]]:
    """Return name, methods, address and the objects in it, of every address that has one."""
    found = []
    for namespace, pattern in ADDRESSES:
        names = set(pattern.pattern.converters)
        if names <= NO_OBJECTS:
            continue
        kwargs = {}
        for name in names:
            key = name
            if name == "version_id":
                key = "template_version" if pattern.name.startswith("template") else "shown_version"
            elif pattern.name == "seller":
                key = "seller_id"
            kwargs[name] = (
                things[key] if key in things else {**EXAMPLES, "decision": "discard" if pattern.name == "seal_draft" else "approve"}[name]
            )
        found.append((pattern.name, methods(namespace, pattern), reverse(f"{namespace}:{pattern.name}", kwargs=kwargs), names - NO_OBJECTS))
    return found


@pytest.fixture
def two(db):
    """What two insurers own; mine first."""
    return snapshots.state("permissions, two insurers", lambda: [objects(factories.insurer(code)) for code in ("huayue", "other")])


def everybody() -> dict[str, Client]:
    """Return browsers in which all roles of the first insurer are logged in; the key is the role."""
    jack = factories.staff(*[role for role in Role.values if role not in ALONE], level=9)
    person = {role: factories.browser(jack) for role in Role.values if role not in ALONE}
    return person | {role: factories.browser_of(role) for role in ALONE}


def ask(browsers, name, ways, path):
    """Ask by each of the methods, as somebody whom the page is open to."""
    role = next(role for role in sorted(permissions.PAGES[name]) if role != Role.AUDITOR)
    for way in ways:
        yield way, getattr(browsers[role], way)(path, {"reason": "x", "comment": "x"}, headers=NO_PAGE)


def test_no_address_shows_or_changes_what_another_insurer_owns(two):
    browsers = everybody()
    mine, theirs = two
    before = contents()
    for name, ways, path, _names in addresses_of(theirs):
        for way, answer in ask(browsers, name, ways, path):
            assert answer.status_code == 404, (name, way, answer.status_code, answer.content.decode()[:300])
    assert contents() == before
    for name, ways, path, _names in addresses_of(mine):
        if "get" in ways and name not in SHOWN_ELSEWHERE:
            ((_way, answer),) = ask(browsers, name, ["get"], path)
            assert answer.status_code == 200, (name, answer.status_code, answer.content.decode()[:300])


#: Whose stored bytes the objects above do not have, or that draw a document or need a group, which other tests do.
SHOWN_ELSEWHERE = {
    "case_page_content", "document_preserved", "document_picture", "approval_picture", "approval_application", "policy_insured_template",
    "template_preview", "template_export", "document", "seal_request_picture", "seal_request_file", "seal_sheet", "seal_approval_picture",
    "seal_filing", "seller_photo_file", "policy_remove_insured",
}  # fmt: skip


def test_a_role_that_holds_in_one_branch_finds_nothing_of_another(two):
    mine = two[0]
    of = factories.insurer()
    elsewhere = Branch.objects.create(insurer=of, code="CD", name="成都分公司", address="成都市")
    browsers = everybody()
    RoleBinding.objects.bulk_create(
        RoleBinding(staff=person, role=role, branch=elsewhere)
        for person in StaffMember.objects.filter(insurer=of)
        for role in person.roles
        if person.pk != mine["person_id"]
    )
    before = contents()
    asked = [(name, ways, path) for name, ways, path, names in addresses_of(mine) if names & OF_BRANCHES]
    assert len(asked) > 70
    for name, ways, path in asked:
        for way, answer in ask(browsers, name, ways, path):
            assert answer.status_code == 404, (name, way, answer.status_code, answer.content.decode()[:300])
    assert mine["number"] not in browsers[Role.CLERK].get("/console/queue/all/").content.decode()
    assert str(mine["endorsement_id"]) not in browsers[Role.APPROVER].get("/a/").content.decode()
    for page in ("", "desk/", "uses/", "uses/export.csv", "rules/", "requests/", "mine/"):
        answer = browsers[Role.CUSTODIAN].get(f"/console/seals/{page}")
        shown = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert not [name for name in ("seal_id", "grant_id", "asked_id", "rule_id") if str(mine[name]).encode() in shown], page
        assert "保单专用章".encode() not in shown, page
    assert contents() == before


def test_an_auditor_changes_nothing_at_any_address_by_any_method(two):
    auditor = factories.browser_of(Role.AUDITOR)
    paths = [path for _name, _ways, path, _names in addresses_of(two[0])]
    paths += [address(namespace, pattern) for namespace, pattern in ADDRESSES if set(pattern.pattern.converters) <= NO_OBJECTS]
    paths += [
        "/sales/",
        *[f"/api/v1/{path}" for path in ("cases", "policies", "webhook-endpoints", f"cases/{two[0]['number']}/withdrawal")],
    ]
    before, form = contents(), {"reason": "x", "active": "0", "q": "x", "roles": "clerk", "underwriting_level": "9", "parent": ""}
    for path in paths:
        for way in ("post", "delete"):
            answer = getattr(auditor, way)(path, form, headers=NO_PAGE)
            searches = path in ("/console/users/", "/console/queue/all/")
            assert answer.status_code in (302, 401, 403, 405) or searches, (path, way, answer.status_code)
    assert contents() == before


def test_strangers_are_sent_to_the_log_in_and_back():
    for namespace, pattern in ADDRESSES:
        path, (way, *_more) = address(namespace, pattern), methods(namespace, pattern)
        answer = getattr(Client(), way)(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/console/login/?next="), path


def test_an_inactive_member_of_staff_is_refused():
    browser = factories.browser_of(Role.CLERK)
    browser.staff.active = False
    browser.staff.save()
    assert browser.get("/console/").status_code == 403


def test_a_salesperson_is_led_to_her_own_page_and_opens_nothing_else():
    seller = factories.salesperson()
    browser = factories.browser(seller)
    assert browser.get("/console/")["Location"] == "/sales/"
    assert browser.get("/console/seals/").status_code == browser.get("/a/").status_code == 403
    for namespace, pattern in ADDRESSES:
        if pattern.name != "operations":
            assert refused(seller.user, None, namespace, pattern, methods(namespace, pattern)[0]), pattern.name


def test_a_missing_permission_is_told_in_a_sentence_and_recorded_within_bounds():
    browser = factories.browser_of(Role.CLERK)
    answer = browser.get("/console/seals/")
    assert (answer.status_code, "这个页面需要" in answer.content.decode()) == (403, True)
    assert browser.post("/console/seals/grants/", headers=NO_PAGE).status_code != 403
    assert browser.post("/console/users/new/", headers=NO_PAGE).json()["code"] == "staff_forbidden"
    refusals = [event.public for event in events("staff", browser.staff.pk) if event.type == "account.forbidden"]
    assert refusals == [{"page": "console:seals", "method": "GET"}, {"page": "console:user_new", "method": "POST"}]
    for _time in range(25):
        browser.post("/console/users/new/", headers=NO_PAGE)
    assert len([event for event in events("staff", browser.staff.pk) if event.type == "account.forbidden"]) == 20


def test_who_administers_accounts_decides_no_case():
    touching = {"underwriting_decide", "approve", "refuse", "case", "case_explain", "service_end", "policy_add_insured", "grant_approve"}
    assert not {name for name in touching if Role.ADMINISTRATOR in permissions.PAGES[name]}
    assert permissions.PAGES["user"] == permissions.PAGES["user_new"] == {Role.ADMINISTRATOR}


def test_a_search_finds_nothing_of_another_insurer(two):
    clerk, number = factories.browser_of(Role.CLERK), two[1]["number"]
    assert number not in clerk.get("/console/queue/all/").content.decode()
    assert clerk.post("/console/search/", {"q": number})["Location"].startswith("/console/queue/all/")
