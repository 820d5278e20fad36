"""Service desk, servicing, messages, failed jobs, accounts."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import factories
from vermilion.apps.cases.transitions import State
from vermilion.apps.chronicle.queries import events
from vermilion.apps.notices.models import Notice, NoticeState
from vermilion.apps.parties.models import Role, Salesperson, StaffMember
from vermilion.apps.policies import servicing
from vermilion.apps.policies.models import Endorsement, Policy, PolicyStatus
from vermilion.base import clock
from vermilion.cli.demo.content import samples
from vermilion.web.console.service import QUESTIONS
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db


# Service desk


def test_the_desk_finds_a_customer_by_phone_and_sees_her_step():
    case = factories.case_in(State.AWAITING_PAYMENT)
    phone = case.parties.get(role="policyholder").personal["phone"]
    browser = factories.browser_of(Role.SERVICE_DESK)
    moved = browser.post("/console/service/", {"q": phone})
    assert phone not in moved["Location"]
    found = browser.get(moved["Location"]).content.decode()
    assert reverse("console:service_case", args=[case.number]) in found
    assert phone not in found
    assert "等投保人用本人账户缴费" in browser.get(reverse("console:service_case", args=[case.number])).content.decode()


def test_a_reminder_goes_to_the_recorded_phone_once_and_shows_no_code():
    case = factories.case_in(State.AWAITING_PAYMENT)
    browser = factories.browser_of(Role.SERVICE_DESK)
    path = reverse("console:service_remind", args=[case.number])
    assert browser.post(path).status_code == 302
    (notice,) = Notice.objects.filter(case=case)
    assert notice.content["to"] == case.parties.get(role="policyholder").personal["phone"]
    code = re.search(r"/s/(\w{6})", notice.content["body"]).group(1)
    assert code not in browser.get(reverse("console:service_case", args=[case.number])).content.decode()
    assert code not in browser.get("/console/notices/").content.decode()
    again = browser.post(path)
    assert again.status_code == 429
    assert int(again["Retry-After"]) > 500
    assert Notice.objects.filter(case=case).count() == 1


def test_there_is_nobody_to_remind_while_the_insurer_works():
    case = factories.case_in(State.UNDERWRITING)
    assert factories.browser_of(Role.SERVICE_DESK).post(reverse("console:service_remind", args=[case.number])).status_code == 409


def test_a_follow_up_call_needs_every_answer_and_is_kept():
    case = factories.case_in(State.DELIVERED)
    browser = factories.browser_of(Role.SERVICE_DESK)
    waiting = browser.get("/console/service/").content.decode()
    assert case.number in waiting
    assert f"{case.policy.follow_up_call.due_on:%Y-%m-%d}" in waiting
    path = reverse("console:service_follow_up", args=[case.number])
    answers = {name: "yes" for name, _label in QUESTIONS}
    assert browser.post(path, {**answers, "self": ""}).status_code == 422
    assert browser.post(path, {**answers, "knows_payment": "no", "remark": "不清楚缴费期"}).status_code == 302
    call = case.policy.follow_up_call
    call.refresh_from_db()
    assert call.staff == browser.staff
    assert call.content["answers"]["knows_payment"] == "no"
    assert "不清楚缴费期" in browser.get(reverse("console:service_case", args=[case.number])).content.decode()


def test_nobody_is_called_about_a_policy_that_has_ended():
    case = factories.case_in(State.DELIVERED)
    browser = factories.browser_of(Role.SERVICE_DESK)
    path = reverse("console:service_follow_up", args=[case.number])
    assert path in browser.get(reverse("console:service_case", args=[case.number])).content.decode()
    Policy.objects.filter(case=case).update(status=PolicyStatus.CANCELLED, ended_at=clock.now())
    assert case.number not in browser.get("/console/service/").content.decode()
    assert path not in browser.get(reverse("console:service_case", args=[case.number])).content.decode()


def test_before_the_acknowledgement_cancelling_returns_everything():
    case = factories.case_in(State.DELIVERED)
    browser = factories.browser_of(Role.SERVICE_DESK)
    desk = browser.get(reverse("console:service_case", args=[case.number])).content.decode()
    assert "犹豫期内解除合同" in desk
    assert f"¥{servicing.latest_version(case.policy).fields['premium'] / 100:,.2f}" in desk
    path = reverse("console:service_end", args=[case.number])
    assert browser.post(path, {"reason": ""}).status_code == 422
    assert browser.post(path, {"reason": "客户要求"}).status_code == 302
    change = Endorsement.objects.get(policy=case.policy)
    assert (change.kind, change.premium_delta) == ("cooling_off_cancel", -case.policy.versions.get().fields["premium"])
    assert browser.post(path, {"reason": "再来一次"}).status_code == 409
    shown = browser.get(reverse("console:service_case", args=[case.number])).content.decode()
    assert change.number in shown
    assert path not in shown, "what is under way cannot be begun once more"


# Servicing


def rows(people):
    return {name: [person[name] for person in people] for name in ("name", "id_number", "phone", "occupation")}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_desks_give_the_last_day_of_cover_whole(language):
    policy = factories.group_policy()
    policy.cover_to = datetime(2027, 12, 26, tzinfo=clock.SHANGHAI)
    policy.save()
    browser = factories.browser_of(Role.CLERK)
    for path in (reverse("console:policy", args=[policy.id]), reverse("console:case", args=[policy.case.number])):
        shown = browser.get(path, headers={"accept-language": language}).content.decode()
        assert re.search(r"2027-12-25\s*<", shown)


def test_persons_are_priced_before_they_are_added():
    policy = factories.group_policy()
    browser = factories.browser_of(Role.CLERK)
    path = reverse("console:policy_add_insured", args=[policy.id])
    people = samples.insured_list(seed=99, count=2, today=clock.today())
    looked = browser.post(path, {**rows(people), "reason": "新入职员工"})
    assert looked.status_code == 200
    preview = looked.context["preview"]
    assert preview.delta > 0
    assert looked.context["count_after"] == preview.before + 2
    assert people[0]["id_number"] not in looked.content.decode().split('name="text"')[0]
    assert not Endorsement.objects.exists()
    assert browser.post(path, {"text": looked.context["text"], "reason": "新入职员工", "confirm": "1"}).status_code == 302
    change = Endorsement.objects.get()
    assert (change.premium_delta, change.requested_by, change.state) == (preview.delta, browser.staff, "consents")
    again = browser.post(path, {"text": looked.context["text"], "reason": "x", "confirm": "1"})
    assert again.status_code == 409


def test_a_list_may_be_uploaded_and_its_mistakes_are_named_by_row():
    policy = factories.group_policy()
    browser = factories.browser_of(Role.CLERK)
    path = reverse("console:policy_add_insured", args=[policy.id])
    (one,) = samples.insured_list(seed=98, count=1, today=clock.today())
    row = ",".join(one[name] for name in ("name", "id_number", "phone", "occupation"))
    text = f"姓名,证件号码,手机号码,职业代码\n{row}\n张三,310000199001010000,,0102\n"
    for content in (text.encode("gb18030"), text.encode("utf-8-sig")):
        answer = browser.post(path, {"file": SimpleUploadedFile("a.csv", content), "reason": "新入职"})
        assert answer.status_code == 422
        assert "第 2 人证件号码：" in answer.content.decode()
    for content in (b"\xff\xfe\x00\x01", b"%PDF-1.7", b"name,id\n"):
        answer = browser.post(path, {"file": SimpleUploadedFile("a.csv", content), "reason": "新入职"})
        assert answer.status_code == 422
    assert not Endorsement.objects.exists()


def test_a_mistyped_person_is_marked_in_her_own_row():
    browser = factories.browser_of(Role.CLERK)
    path = reverse("console:policy_add_insured", args=[factories.group_policy().id])
    (one,) = samples.insured_list(seed=98, count=1, today=clock.today())
    empty = dict.fromkeys(("name", "id_number", "phone", "occupation"), "")
    shown = browser.post(path, {**rows([one, empty, {**one, "id_number": "11010519491231002", "occupation": ""}]), "reason": "x"})
    assert shown.status_code == 422
    text = shown.content.decode()
    assert "第 2 人证件号码：" in text
    assert "第 2 人职业：" in text
    assert [sorted(row["wrong"]) for row in shown.context["rows"]] == [[], [], ["id_number", "occupation", "phone"]]
    lost = browser.post(path, {**rows([{**empty, "phone": one["phone"]}]), "reason": "x"}).content.decode()
    assert "第 1 人姓名：" in lost, "a row without a name is not dropped in silence"


def test_a_product_without_a_list_takes_no_persons():
    case = factories.case_in(State.DELIVERED)
    browser = factories.browser_of(Role.CLERK)
    assert "增加被保险人" not in browser.get(reverse("console:policy", args=[case.policy.id])).content.decode()
    (one,) = samples.insured_list(seed=98, count=1, today=clock.today())
    assert browser.post(reverse("console:policy_add_insured", args=[case.policy.id]), {**rows([one]), "reason": "x"}).status_code == 403


def test_a_change_is_withdrawn_and_its_errors_are_shown():
    case = factories.case_in(State.DELIVERED)
    factories.browser_of(Role.SERVICE_DESK).post(reverse("console:service_end", args=[case.number]), {"reason": "客户要求"})
    change = Endorsement.objects.get()
    Endorsement.objects.update(last_error="签章服务暂时无法连接，文件尚未签章。")
    browser = factories.browser_of(Role.CLERK)
    shown = browser.get(reverse("console:policy", args=[case.policy.id])).content.decode()
    assert "签章服务暂时无法连接" in shown
    assert browser.post(reverse("console:endorsement_retry", args=[change.id])).status_code == 302
    assert browser.post(reverse("console:endorsement_withdraw", args=[change.id])).status_code == 302
    change.refresh_from_db()
    assert change.state == "withdrawn"
    assert browser.post(reverse("console:endorsement_withdraw", args=[change.id])).status_code == 403


def test_a_clerk_takes_people_off_a_group_policy(db: None) -> None:
    browser = factories.browser_of(Role.CLERK)
    policy = factories.group_policy()
    path, home = reverse("console:policy_remove_insured", args=[policy.id]), reverse("console:policy", args=[policy.id])
    people = policy.versions.get().fields["application"]["insured"]
    assert path in browser.get(home).content.decode()
    assert people[0]["id_number"] not in browser.get(path).content.decode()
    given = {"version": "1", "reason": "员工离职"}
    for wrong, sentence in (
        ({"number": "9999999"}, "清单已经变化"),
        ({}, "请选择需要减少的人员"),
        ({"number": "1", "version": "²"}, "清单已经变化"),
    ):
        answer = browser.post(path, given | wrong)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert browser.post(path, given | {"number": "1", "reason": ""}).status_code == 422
    # Numbers of another list are nobody's on this one.
    for other in ({}, {"back": "1"}):
        answer = browser.post(path, given | other | {"number": "2", "version": "7"})
        assert not [number for number, _person, ticked, _leaving in answer.context["rows"] if ticked]
    page = browser.post(path, given | {"number": "2"})
    assert [number for number, _person in page.context["gone"]] == [2]
    assert page.context["count_after"] == len(people) - 1
    assert "低于本产品的最少人数" not in page.content.decode()
    assert "低于本产品的最少人数" in browser.post(path, given | {"number": ["1", "2", "3", "4"]}).content.decode()
    back = browser.post(path, given | {"number": "2", "back": "1"})
    assert [number for number, _person, ticked, _leaving in back.context["rows"] if ticked] == [2]
    listed = f"姓名,证件号码\n{people[2]['name']},{people[2]['id_number']}\n"
    page = browser.post(path, given | {"file": SimpleUploadedFile("list.csv", listed.encode())})
    assert [number for number, _person in page.context["gone"]] == [3]
    page = browser.post(path, given | {"file": SimpleUploadedFile("list.csv", listed.replace(people[2]["name"], "别人").encode())})
    assert "第 1 人姓名：与清单上" in page.content.decode()
    assert not policy.endorsements.exists()
    for role in (Role.SERVICE_DESK, Role.UNDERWRITER):
        assert factories.browser_of(role).post(path, given | {"number": "2", "confirm": "1"}).status_code == 403
    assert browser.post(path, given | {"number": "2", "confirm": "1"})["Location"] == home
    change = policy.endorsements.get()
    assert (change.kind, [row["number"] for row in change.content["removed"]]) == ("remove_insured", [2])
    assert path not in browser.get(home).content.decode()
    assert browser.get(path)["Location"] == home
    assert browser.post(path, given | {"number": "3", "confirm": "1"})["Location"] == home  # one is open
    assert policy.endorsements.count() == 1
    Policy.objects.filter(pk=policy.pk).update(status=PolicyStatus.EXPIRED)
    assert browser.get(path)["Location"] == home


# Messages and jobs


def test_a_failed_message_is_sent_again_and_a_code_is_not():
    case = factories.case_in(State.AWAITING_PAYMENT)
    browser = factories.browser_of(Role.SERVICE_DESK)
    browser.post(reverse("console:service_remind", args=[case.number]))
    notice = Notice.objects.get(case=case)
    Notice.objects.update(state=NoticeState.FAILED, last_error="unreachable", last_error_detail="网关没有应答")
    assert "网关没有应答" in browser.get("/console/notices/", {"state": "failed"}).content.decode()
    assert case.number in browser.get("/console/queue/delivery-failed/").content.decode()
    browser.post(reverse("console:notice_resend", args=[notice.id]))
    notice.refresh_from_db()
    assert notice.state == NoticeState.QUEUED
    assert browser.get("/console/notices/", {"state": "nonsense", "case": "x"}).status_code == 200


def test_a_failed_job_shows_its_case_and_true_error_and_runs_again():
    from procrastinate.contrib.django.models import ProcrastinateJob

    from vermilion.apps.policies.tasks import issue_job
    from vermilion.base import jobs
    from vermilion.base.models import JobFailure

    case = factories.case_in(State.ISSUING)
    job = jobs.enqueue(issue_job, case_id=str(case.id))
    browser = factories.browser_of(Role.ADMINISTRATOR)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
    JobFailure.objects.create(
        job_id=job,
        task="issue",
        attempt=12,
        error="KeeperUnavailable",
        code="keeper_unavailable",
        message="签章服务暂时无法连接",
        place="x.py:1",
    )
    shown = browser.get("/console/jobs/").content.decode()
    assert "签章服务暂时无法连接" in shown
    assert case.number in shown
    assert browser.post(reverse("console:job_retry", args=[job])).status_code == 302
    assert ProcrastinateJob.objects.get(id=job).status == "todo"
    assert browser.post(reverse("console:job_retry", args=[job])).status_code == 404


# Accounts

STAFF = {"username": "linwen", "name": "林雯", "phone": "13900001111", "roles": ["clerk"], "underwriting_level": "0"}


def branch(browser):
    return browser.staff.branch_id


def test_a_new_account_gets_a_password_once_and_sets_up_its_own_second_factor():
    browser = factories.browser_of(Role.ADMINISTRATOR)
    answer = browser.post("/console/users/new/", {**STAFF, "branch": branch(browser)})
    password = answer.context["password"]
    assert password in answer.content.decode()
    staff = StaffMember.objects.get(user__username="linwen")
    assert password not in browser.get(reverse("console:user", args=[staff.id])).content.decode()
    newcomer = Client()
    newcomer.post("/console/login/", {"login": "linwen", "password": password})
    assert newcomer.get("/console/")["Location"] == "/console/second-factor/"
    assert [event.type for event in events("staff", staff.id)] == ["staff.created", "account.logged_in"]


@pytest.mark.parametrize("given", ["new", "reset", "seller"])
def test_a_password_that_an_administrator_saw_opens_only_the_page_that_changes_it(given):
    admin = factories.browser_of(Role.ADMINISTRATOR)
    if given == "new":
        first = admin.post("/console/users/new/", {**STAFF, "branch": branch(admin)}).context["password"]
        person, pages = StaffMember.objects.get(user__username="linwen"), ("/console/", "/console/queue/all/")
        totp.enrol(person.user)
    elif given == "reset":
        person, pages = factories.staff(Role.APPROVER), ("/console/", "/a/", "/console/seals/")
        first = factories.reset(admin, person).context["password"]
        totp.enrol(person.user)
    else:
        person, pages = factories.salesperson(), ("/sales/",)
        first = admin.post(reverse("console:user_reset", args=[person.id])).context["password"]
        totp.enrol(person.user)
    person.user.refresh_from_db()
    browser = factories.browser(person)
    for page in pages:
        assert browser.get(page)["Location"] == "/console/password/", page
    assert "由管理员设置" in browser.get("/console/password/").content.decode()
    form = {"oldpassword": first, "password1": first, "password2": first}
    assert "不能与初始密码相同" in browser.post("/console/password/", form).content.decode()
    assert browser.get(pages[0])["Location"] == "/console/password/"
    own = "Shanmai-Lüdeng-2031"
    assert browser.post("/console/password/", {**form, "password1": own, "password2": own})["Location"] == "/console/"
    assert browser.get(pages[0]).status_code == 200
    assert "account.password_changed" in [event.type for event in events("staff", person.id)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": ["administrator", "underwriter"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"phone": "123"}, "phone"),
        ({"username": "A b"}, "username"),
        ({"branch": "3f0e6a57-0000-4000-8000-000000000000"}, "branch"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(changes, field):
    browser = factories.browser_of(Role.ADMINISTRATOR)
    answer = browser.post("/console/users/new/", {**STAFF, "branch": branch(browser), **changes})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not StaffMember.objects.filter(user__username="linwen").exists()


def test_nobody_changes_her_own_account():
    browser = factories.browser_of(Role.ADMINISTRATOR)
    own = reverse("console:user", args=[browser.staff.id])
    assert browser.post(own, {"roles": ["approver"], "underwriting_level": "9"}).status_code == 422
    assert browser.post(reverse("console:user_reset", args=[browser.staff.id])).status_code == 422
    assert browser.post(reverse("console:user_active", args=[browser.staff.id]), {"active": "0"}).status_code == 422
    browser.staff.refresh_from_db()
    assert browser.staff.roles == ["administrator"]


def test_a_deactivated_person_is_out_at_once_and_a_reset_one_starts_anew():
    browser, clerk = factories.browser_of(Role.ADMINISTRATOR), factories.browser_of(Role.CLERK)
    assert clerk.get("/console/").status_code == 200
    browser.post(reverse("console:user_active", args=[clerk.staff.id]), {"active": "0"})
    assert clerk.get("/console/").status_code in (302, 403)
    browser.post(reverse("console:user_active", args=[clerk.staff.id]), {"active": "1"})
    seller = factories.salesperson()
    assert browser.post(reverse("console:user_reset", args=[seller.id])).context["password"], "who approves nothing needs no second person"
    assert browser.post(reverse("console:user_reset", args=[clerk.staff.id]))["Location"] == "/console/users/requests/"
    assert factories.reset(browser, clerk.staff).context["password"]
    assert clerk.get("/console/").status_code == 302
    assert not totp.is_enrolled(clerk.staff.user)


def test_roles_are_changed_and_a_salesperson_is_made():
    browser, other = factories.browser_of(Role.ADMINISTRATOR), factories.staff(Role.CLERK)
    factories.product()
    path = reverse("console:user", args=[other.id])
    assert browser.post(path, {"roles": ["clerk", "service_desk"], "underwriting_level": "0"}).status_code == 302
    other.refresh_from_db()
    assert other.roles == ["clerk", "service_desk"]
    seller = {
        "username": "songtang", "name": "宋棠", "phone": "13900002222", "branch": branch(browser), "licence_no": "02000044060080002026",
        "valid_from": "2026-01-01", "valid_to": "2025-01-01", "products": ["critical_illness"],
    }  # fmt: skip
    assert browser.post("/console/users/new-salesperson/", seller).status_code == 422
    assert browser.post("/console/users/new-salesperson/", {**seller, "valid_to": "2028-01-01"}).status_code == 200
    made = Salesperson.objects.get(licence_no="02000044060080002026")
    assert browser.get(reverse("console:seller", args=[made.id])).status_code == 200
    foreign = factories.staff(Role.CLERK, of=factories.insurer("other"))
    assert browser.get(reverse("console:user", args=[foreign.id])).status_code == 404
    assert browser.post(reverse("console:user_reset", args=[foreign.id])).status_code == 404


def test_an_english_desk_reads_the_kind_of_message_in_english():
    case = factories.case_in(State.AWAITING_PAYMENT)
    browser = factories.browser_of(Role.SERVICE_DESK)
    browser.post(reverse("console:service_remind", args=[case.number]))
    shown = browser.get(reverse("console:case", args=[case.number]), headers={"accept-language": "en"}).content.decode()
    assert "Waiting for payment" in shown
    assert "待缴费" not in shown


@pytest.mark.parametrize(("role", "path"), [(Role.CLERK, "/console/"), (Role.CUSTODIAN, "/console/seals/")])
def test_the_insurer_is_named_in_the_readers_language(role, path):
    client = factories.browser_of(role)
    english = client.get(path, headers={"Accept-Language": "en"}).content.decode()
    chinese = client.get(path, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert ("huayue Life" in english, "huayue 人寿" in english) == (True, False)
    assert "huayue 人寿" in chinese
