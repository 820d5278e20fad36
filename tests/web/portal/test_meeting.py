"""面对面: the salesperson's device takes the handwriting; the customer agrees, reads and confirms on her own phone, and that counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import life, snapshots
from tests.life import STROKES
from tests.web.customer import Customer, code_to, pickup_to
from vermilion.apps.archive.signature_summary import summary
from vermilion.apps.cases.models import Case
from vermilion.apps.cases.services import application
from vermilion.apps.chronicle.queries import events
from vermilion.apps.conduct import reassigning
from vermilion.apps.conduct.models import FaceToFace, OwnConfirmation, Suspicion
from vermilion.apps.parties.models import Insurer, Salesperson, StaffMember
from vermilion.apps.parties.services import set_salesperson_active
from vermilion.apps.products import paths
from vermilion.apps.signing.models import SigningTask, TaskState

pytestmark = pytest.mark.django_db(transaction=True)
Drain = Callable[..., int]


class Pair:
    """The salesperson's tablet and a signer's own phone, at one case that waits for her signature."""

    def __init__(self, customer: Customer, role: str = "policyholder") -> None:
        self.customer, self.role, self.tablet, self.phone = customer, role, Client(), Client()
        self.seller = Salesperson.objects.get(user__username="sales-sh")
        Case.objects.filter(number=customer.number).update(salesperson=self.seller, branch=self.seller.branch)
        self.tablet.force_login(self.seller.user)

    @property
    def task(self) -> SigningTask:
        return SigningTask.objects.get(case=self.customer.case, party__role=self.role)

    @property
    def number(self) -> str:
        """Her phone's."""
        return str(self.customer.case.parties.get(role=self.role).personal["phone"])

    def ask(self, party: object = "") -> HttpResponse:
        who = party or self.customer.case.parties.get(role=self.role).pk
        return self.tablet.post(f"/sales/cases/{self.customer.number}/meet/", {"party": str(who)})

    def open_phone(self) -> None:
        pickup = pickup_to(self.number, "face_to_face")
        assert self.phone.post(f"/s/{pickup}/")["Location"] == "/s/phone/"
        self.phone.post("/s/phone/", {"send": "1"})
        answer = self.phone.post("/s/phone/", {"code": code_to(self.number)})
        assert answer["Location"] == self.customer.url("meeting/")

    def agree(self) -> None:
        self.open_phone()
        self.on_phone({"agree": "1"})

    def on_phone(self, data: dict[str, str]) -> HttpResponse:
        self.phone.get(self.customer.url("meeting/"))
        return self.phone.post(self.customer.url("meeting/"), data)

    def hand(self) -> HttpResponse:
        return self.tablet.post(f"/sales/cases/{self.customer.number}/meet/hand/")

    def confirm(self) -> None:
        digest = self.task.shown_digest
        self.phone.get(self.customer.url("sign/"))
        assert self.phone.post(self.customer.url("sign/"), {"digest": digest})["Location"] == self.customer.url("meeting/")
        self.on_phone({"send": "1", "digest": digest})
        self.on_phone({"code": self.code(), "digest": digest})

    def write(self) -> HttpResponse:
        self.tablet.get(self.customer.url("meeting/sign/"))
        data = {"digest": self.task.shown_digest, "strokes": json.dumps(STROKES)}
        return self.tablet.post(self.customer.url("meeting/sign/"), data)

    def code(self) -> str:
        return code_to(self.number)

    def types(self) -> list[str]:
        return [event.type for event in events("case", self.customer.case.pk)]


@pytest.fixture
def pair(platform: Insurer) -> Pair:
    def apply() -> Customer:
        customer = Customer()
        customer.apply()
        return customer

    return Pair(snapshots.state("portal, signing", apply))


@pytest.fixture
def insured(platform: Insurer, drain_jobs: Drain) -> Pair:
    """The insured, whose turn it is: the policyholder has signed."""

    def sign() -> Customer:
        customer = Customer(insured="spouse")
        customer.apply()
        customer.sign()
        return customer

    customer = snapshots.state("portal, one of two has signed", sign)
    drain_jobs()
    return Pair(customer, "insured")


def test_what_she_confirms_on_her_own_phone_is_what_counts(pair: Pair, drain_jobs: Drain) -> None:
    pair.ask()
    assert pair.hand().status_code == 409  # before she has agreed the tablet gets nothing
    pair.agree()
    assert pair.hand()["Location"] == pair.customer.url()
    assert "_auth_user_id" not in pair.tablet.session
    assert pair.tablet.get("/sales/").status_code == 302  # handing over logs the salesperson out
    assert pair.tablet.get(pair.customer.url("sign/"))["Location"] == pair.customer.url("meeting/sign/")
    waiting = pair.tablet.get(pair.customer.url("meeting/sign/")).content.decode()
    assert "请看您自己的手机" in waiting
    assert "面对面办理中" in waiting
    assert pair.write().status_code == 409  # nothing is signed before she has confirmed
    # What another document showed counts on neither device.
    for browser, page in ((pair.phone, "meeting/"), (pair.tablet, "meeting/sign/")):
        old = browser.post(pair.customer.url(page), {"digest": "0" * 64, "send": "1"}, follow=True)
        assert (old.redirect_chain[0][0], "已经更新" in old.content.decode()) == (pair.customer.url(page), True)
    assert pair.types().count("signature.other_document") == 2
    pair.confirm()
    assert OwnConfirmation.objects.get().shown_digest == pair.task.shown_digest
    assert pair.write()["Location"] == pair.customer.url("sign/status/")
    drain_jobs()
    task = pair.task
    assert (task.state, task.willingness) == (TaskState.SIGNED, OwnConfirmation.objects.get().willingness)
    accepted = next(event for event in events("case", pair.customer.case.pk) if event.type == "signature.accepted")
    assert accepted.public["mode"] == "face_to_face"
    for kind in ("meeting.asked", "meeting.agreed", "meeting.handed", "meeting.confirmed"):
        assert kind in pair.types()
    assert not Suspicion.objects.exists()
    told = [fact.text.split(" · ")[0] for fact in summary(task).facts if fact.title == "面对面办理"]
    assert told == ["客户同意面对面办理", "客户在本人手机上确认"]
    assert next(fact.text for fact in summary(task).facts if fact.title == "提交签名").startswith("面对面办理")


def test_an_agreement_that_names_nobody_was_the_applicants(insured: Pair) -> None:
    applicants = Pair(insured.customer).task
    recorded = events("case", applicants.case_id)
    old = replace(recorded[0], type="meeting.agreed", public={"meeting": "1"}, private={"ip": "192.0.2.7"})
    with pytest.MonkeyPatch.context() as patch:  # as events were written before a meeting named its signer
        patch.setattr("vermilion.apps.chronicle.queries.events", lambda *_stream: [old, *recorded])
        told = {task.party.role: [fact.text for fact in summary(task).facts] for task in (applicants, insured.task)}
    assert "客户同意面对面办理 · 192.0.2.7" in told["policyholder"]
    assert not any("192.0.2.7" in text for text in told["insured"])


def test_no_health_answer_no_document_and_no_code_on_the_salespersons_device(pair: Pair) -> None:
    pair.ask()
    pair.agree()
    pair.hand()
    code = pair.customer.case.documents.get().code
    for page in ("health/", f"documents/{code}/", "phone/", "information/", "acknowledge/", "meeting/"):
        assert pair.tablet.get(pair.customer.url(page)).status_code == 403, page
    assert pair.tablet.post(pair.customer.url("sign/write/"), {"send": "1"})["Location"] == pair.customer.url("meeting/sign/")


@pytest.mark.parametrize("product", ["critical_illness", "group_accident"])
def test_the_phone_that_agreed_cannot_be_changed_on_the_salespersons_device(platform: Insurer, product: str) -> None:
    customer = Customer(product)
    customer.start()
    customer.consent()
    section, path, role = ("policyholder_person", "policyholder.phone", "policyholder")
    if product == "group_accident":
        section, path, role = ("agent", "policyholder.company.agent.phone", "company_agent")
    hers = str(paths.get(customer.application, path))
    life.walk(customer.case, customer.application, until="identity")
    pair = Pair(customer, role)
    pair.ask()
    pair.agree()
    pair.hand()
    page, other = customer.url(f"application/{section}/"), "13911112222"

    def on_record() -> set[str]:
        kept = paths.get(application(customer.case).data, path), pair.number
        return {str(phone) for phone in kept}

    assert f'value="{hers}"' in pair.tablet.get(page).content.decode()
    assert "readonly" in pair.tablet.get(page).content.decode()
    flat = {name: str(value) for name, value in paths.flatten(customer.application).items()}
    refused = pair.tablet.post(page, {**flat, path: other})
    assert (refused.status_code, on_record()) == (422, {hers})
    assert "不能在销售人员的设备上更改手机号" in refused.content.decode()
    for data in ({**flat, path: other, "later": "1"}, {**flat, path: ""}, {**flat, path: other, "add": "1"}):
        pair.tablet.post(page, data)
        assert on_record() == {hers}
    assert pair.tablet.post(page + "draft/", {**flat, path: other}).status_code == 204
    pair.tablet.post(customer.url("application/"))
    assert on_record() == {hers}
    # The rest of the page is hers to fill in here, and her own phone changes the number.
    assert pair.tablet.post(page, flat).status_code == 302
    assert "readonly" not in pair.phone.get(page).content.decode()
    pair.phone.post(page, {**flat, path: other})
    pair.phone.get(customer.url("application/"))
    pair.phone.post(customer.url("application/"))
    assert on_record() == {other}


def test_the_salespersons_device_cannot_agree_or_confirm(pair: Pair) -> None:
    pair.ask()
    pair.phone = pair.tablet
    pickup = pickup_to(pair.customer.phone, "face_to_face")
    pair.tablet.post(f"/s/{pickup}/")
    pair.tablet.post("/s/phone/", {"send": "1"})
    pair.tablet.post("/s/phone/", {"code": code_to(pair.customer.phone)})  # she read it out to the salesperson
    assert pair.tablet.post(pair.customer.url("meeting/"), {"agree": "1"}).status_code == 403
    assert FaceToFace.objects.get().agreed_at is None
    assert Suspicion.objects.get().kind == "device"


@pytest.mark.parametrize("end", ["suspended", "handed over", "ended by her", "ended there"])
def test_when_it_ends_the_device_is_shut_out(pair: Pair, end: str) -> None:
    pair.ask()
    pair.agree()
    pair.hand()
    admin = StaffMember.objects.get(user__username="admin")
    if end == "suspended":
        set_salesperson_active(seller=pair.seller, active=False, by=admin)
    elif end == "handed over":
        taker = Salesperson.objects.get(user__username="sales-cd")
        Salesperson.objects.filter(pk=taker.pk).update(branch=pair.seller.branch, products=["critical_illness"])
        reassigning.hand_over(case_id=pair.customer.case.pk, giver=pair.seller, taker=taker, by=admin)
    else:
        (pair.phone if end == "ended by her" else pair.tablet).post(pair.customer.url("meeting/end/"))
    assert pair.tablet.get(pair.customer.url()).status_code in (403, 404)
    assert pair.write().status_code in (403, 404)
    assert pair.task.state == TaskState.OPEN


def test_another_salesperson_or_device_gets_no_meeting(pair: Pair) -> None:
    pair.ask()
    pair.agree()
    other = Client()
    other.force_login(Salesperson.objects.get(user__username="sales-cd").user)
    for page in ("meet/", "meet/hand/"):
        assert other.post(f"/sales/cases/{pair.customer.number}/{page}").status_code == 404
    second = Client()
    second.force_login(pair.seller.user)
    assert second.post(f"/sales/cases/{pair.customer.number}/meet/hand/").status_code == 409


def test_the_insured_signs_in_a_meeting_of_her_own(insured: Pair, drain_jobs: Drain) -> None:
    hers, shown = insured, insured.tablet.get(f"/sales/cases/{insured.customer.number}/").content.decode()
    assert hers.customer.case.parties.get(role="insured").personal["name"] not in shown  # masked
    assert shown.count("/meet/") == 1  # whose turn it is, and nobody else
    hers.ask()
    hers.agree()
    assert hers.hand()["Location"] == hers.customer.url("meeting/sign/")
    assert "请看您自己的手机" in hers.tablet.get(hers.customer.url("meeting/sign/")).content.decode()
    # Of a further signer the salesperson's device takes the handwriting alone: consents and identity are on her own phone.
    code = hers.customer.case.documents.get(kind="confirmation").code
    for page in ("signer/consents/", "signer/identity/", f"documents/{code}/", "meeting/", "application/", "consents/", "pay/"):
        assert hers.tablet.get(hers.customer.url(page)).status_code in (403, 404), page
    there = hers.tablet.get(hers.customer.url()).content.decode()
    assert hers.customer.url("meeting/sign/") in there
    assert "documents/" not in there
    assert hers.write().status_code == 409
    assert "完成实名认证" in hers.phone.get(hers.customer.url("meeting/")).content.decode()
    for page in ("signer/consents/", "signer/identity/"):
        hers.phone.get(hers.customer.url(page))
        hers.phone.post(hers.customer.url(page), {f"consent.{item.key}": "yes" for item in hers.customer.definition.consents})
    assert hers.write().status_code == 409
    hers.confirm()
    assert hers.write()["Location"] == hers.customer.url("sign/status/")
    drain_jobs()
    assert (hers.task.state, hers.task.willingness) == (TaskState.SIGNED, OwnConfirmation.objects.get().willingness)
    assert "客户同意面对面办理" in " ".join(fact.text for fact in summary(hers.task).facts)
    hers.role = "policyholder"  # it is no fact about the other signature
    assert "面对面" not in " ".join(fact.title + fact.text for fact in summary(hers.task).facts)
    assert not Suspicion.objects.exists()


def test_a_meeting_is_one_signers(insured: Pair) -> None:
    first = Pair(insured.customer)
    first.phone = insured.customer.client  # the policyholder's own, proven
    insured.ask()
    insured.open_phone()
    assert first.phone.get(first.customer.url("meeting/"))["Location"] == first.customer.url()
    for data in ({"agree": "1"}, {"decline": "1"}):
        first.phone.post(first.customer.url("meeting/"), data)
    first.phone.post(first.customer.url("meeting/end/"))
    assert FaceToFace.objects.get().agreed_at is FaceToFace.objects.get().ended_at is None
    insured.on_phone({"agree": "1"})
    insured.hand()
    # The same device with the way in of the policyholder: nothing opens, and compliance learns of it.
    grants = insured.tablet.session
    grants["portal.grants"] = first.phone.session["portal.grants"]
    grants.save()
    assert insured.tablet.get(insured.customer.url()).status_code == 403
    assert Suspicion.objects.get().party.role == "policyholder"


def test_nobody_is_met_out_of_her_turn_or_of_another_case(pair: Pair, platform: Insurer) -> None:
    couple = Customer(insured="spouse")
    couple.apply()
    both = Pair(couple)
    roles = {party.role: party.pk for party in couple.case.parties.all()}
    for who in (roles["insured"], pair.customer.case.parties.get(role="policyholder").pk, "x", "0" * 32):
        assert both.ask(who).status_code == 409, who
    assert not FaceToFace.objects.exists()
    assert both.ask(roles["policyholder"]).status_code == 302
