"""Identity and will on the customer's pages: the ladder of a product, visits, papers, consents as they were read, and who guesses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from tests import factories, life, snapshots
from tests.web.customer import Customer, code_to, text_to
from vermilion.apps.cases.models import Case, CaseParty, Consent
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.models import IdentityCheck, Picture, Willingness
from vermilion.apps.identity.providers import SandboxIdentity
from vermilion.apps.parties.models import Insurer
from vermilion.apps.signing import identifying
from vermilion.apps.signing.models import SigningTask, TaskState
from vermilion.base import clock
from vermilion.web import reading

JPEG = b"\xff\xd8\xff" + b"paper" * 20


def at_identity(shop: Insurer, change: Any = None) -> Customer:
    made = Customer()
    if change:
        change(made.application)
    made.start()
    made.consent()
    made.fill_in()
    made.answer_health()
    made.post("prompts/")
    made.post("exemption/")
    return made


@pytest.fixture
def rich(shop: Insurer) -> Customer:
    """Return a customer whose sum insured asks for her face."""

    def rich(application: dict[str, Any]) -> None:
        application["plan"]["sum_insured"] = 100_000_000

    return snapshots.state("portal, rich at identity", lambda: at_identity(shop, rich))


def told(customer: Customer) -> set[str]:
    return {event.type for event in events("case", customer.case.id)}


def call_back(check: IdentityCheck, outcome: str = "passed", **headers: str) -> Any:
    raw = json.dumps({"reference": check.details["reference"], "outcome": outcome})
    stamp = str(int(clock.now().timestamp()))
    given = {"X-Timestamp": stamp, "X-Signature": SandboxIdentity().sign(stamp, raw.encode()), **headers}
    return Client().post("/api/identity/callback/sandbox/", raw, content_type="application/json", headers=given)


def test_a_larger_risk_asks_for_a_face_at_the_providers_page(rich: Customer) -> None:
    page = rich.post("identity/")
    assert page.status_code == 200
    assert "人脸识别" in page.content.decode()
    assert "identity/" in rich.get("confirmation/")["Location"]
    assert rich.post("identity/", {"visit": "1"})["Location"] == rich.url("identity/")  # loaded anew, the page begins no other visit
    waiting = rich.get("identity/").content.decode()
    check = IdentityCheck.objects.get(method="face")
    assert f"/sandbox/face/{check.id}/" in waiting
    sandbox = rich.client.get(f"/sandbox/face/{check.id}/").content.decode()
    assert "模拟人脸识别" in sandbox
    assert call_back(check, **{"X-Signature": "0" * 64}).status_code == 403
    assert call_back(check, "liveness_failed").json() == {"result": "accepted"}
    failed = rich.post("identity/", {"result": "1"})
    assert failed.status_code == 422
    assert "光线充足" in failed.content.decode()
    rich.post("identity/", {"visit": "1"})
    again = IdentityCheck.objects.filter(method="face").latest("started_at")
    assert call_back(again).json() == {"result": "accepted"}
    assert call_back(again).json() == {"result": "repeated"}
    assert rich.post("identity/", {"result": "1"})["Location"] == rich.url("phone/")
    assert {"identity.face_started", "identity.repeated", "step.identity"} <= told(rich)


def test_an_answer_that_comes_while_the_page_is_made_is_shown(rich: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    rich.post("identity/")
    rich.post("identity/", {"visit": "1"})
    read, check = identifying.standing, IdentityCheck.objects.get(method="face")

    def answered_meanwhile(case: Case, party: CaseParty) -> list[identifying.Standing]:
        found = read(case, party)
        call_back(check, "liveness_failed")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(identifying, "standing", answered_meanwhile)
        waiting = rich.get("identity/")
    assert "等待结果" in waiting.content.decode()
    assert rich.get(f"progress/?seen={waiting.context['seen']}")["HX-Refresh"] == "true"
    assert "光线充足" in rich.get("identity/").content.decode()


def test_whom_no_provider_knows_two_of_the_staff_look_at(shop: Insurer) -> None:
    def unknown(application: dict[str, Any]) -> None:
        application["policyholder"]["name"] = application["insured"][0]["name"] = application["account"]["owner"] = "冒若晴"

    customer = at_identity(shop, unknown)
    page = customer.post("identity/").content.decode()
    assert "申请人工审核" in page
    files = {name: SimpleUploadedFile(f"{name}.jpg", JPEG + name.encode()) for name in ("front", "back")}
    refused = customer.post("identity/", {"papers": "three_element", **files})
    assert refused.status_code == 422
    assert "照片无法使用" in refused.content.decode()
    files = {name: SimpleUploadedFile(f"{name}.jpg", JPEG + name.encode()) for name in ("front", "back", "face")}
    assert customer.post("identity/", {"papers": "three_element", **files})["Location"] == customer.url("identity/")
    assert "两位工作人员" in customer.get("identity/").content.decode()
    check = IdentityCheck.objects.get(method="manual")
    desk = [factories.browser_of(role, of=shop) for role in ("service_desk", "compliance")]
    place = f"/console/identity/{check.pk}/"
    assert customer.number in desk[0].get("/console/identity/").content.decode()
    picture = Picture.objects.get(kind="front")
    shown = desk[0].get(f"{place}{picture.pk}/")
    assert (shown.content, shown["Content-Type"], shown["Cache-Control"]) == (JPEG + b"front", "image/jpeg", "no-store")
    given = {"opinion": "pass", "reason": "与证件一致"}
    assert "冒若晴" in desk[0].get(place).content.decode()
    desk[0].post(f"{place}opinion/", given)
    assert desk[0].post(f"{place}opinion/", given).status_code == 403  # not by the same person
    assert customer.post("identity/", {"result": "1"})["Location"] == customer.url("identity/")
    desk[1].post(f"{place}opinion/", given)
    assert customer.post("identity/")["Location"] == customer.url("phone/")
    assert not Picture.objects.exists()
    assert "/s/" in text_to(customer.phone)  # she was called back
    assert {"identity.picture_viewed", "identity.picture_deleted", "identity.opinion"} <= told(customer)


def test_how_each_consent_was_read_is_kept_with_it(customer: Customer) -> None:
    customer.post("notice/", {"reading": json.dumps({"deepest": 100, "long": 1, "seen": {}})})
    keys = [item.key for item in customer.definition.consents]
    told_by_script = {"deepest": 97, "long": 1, "seen": {keys[0]: 8}}
    customer.post("consents/", {**{f"consent.{key}": "yes" for key in keys}, "reading": json.dumps(told_by_script)})
    first, second = (Consent.objects.get(key=key) for key in keys[:2])
    assert {**first.reading, "seconds": 0} == {"seconds": 0, "deepest": 97, "long": 1, "seen": 8}
    assert "seen" not in second.reading
    given = next(event for event in events("case", customer.case.id) if event.type == "consent.given")
    assert given.private["reading"] == first.reading
    answers = [event.private for event in events("case", customer.case.id) if event.type == "page.answered"]
    assert answers[0]["answer"]["reading"]["deepest"] == 100


@pytest.mark.parametrize("nonsense", ["", "x", "[" * 3000, '{"deepest": 1e9}', '{"deepest": -1, "long": 0, "seen": {}}', "7", "null"])
def test_a_script_that_tells_nonsense_is_not_believed(nonsense: str) -> None:
    request = RequestFactory().post("/", {"consent.a": "yes", "reading": nonsense})
    assert reading.by_consent(request, 4) == {"a": {"seconds": 4}}


def test_who_guesses_codes_is_on_record(shop: Insurer) -> None:
    browser = Client()
    for number in range(11):
        assert browser.post("/s/", {"pickup": f"ABC{number:03d}"}).status_code == 422
    leaf = bytes(EvidenceEvent.objects.get(type="link.guessed").leaf)
    assert b"127.0.0.1" not in leaf


class TestSigning:
    """With a document that lies ready; the keeper is not needed up to the accepted signature."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def signing(self, platform: Insurer) -> Customer:
        def apply() -> Customer:
            made = Customer()
            made.apply()
            return made

        made = snapshots.state("portal, signing", apply)
        made.post("sign/", {"digest": self.task(made).shown_digest})
        return made

    def task(self, customer: Customer) -> SigningTask:
        return SigningTask.objects.filter(case=customer.case, document__void=False).latest("created_at")

    def hand_in(self, customer: Customer, method: str, **more: str) -> Any:
        given = {"digest": self.task(customer).shown_digest, "method": method, "strokes": json.dumps(life.STROKES), **more}
        return customer.client.post(customer.url("sign/write/"), given)

    def test_by_face_for_this_document_only(self, signing: Customer) -> None:
        digest = self.task(signing).shown_digest
        page = signing.get("sign/write/?method=face").content.decode()
        assert "开始人脸识别" in page
        assert self.hand_in(signing, "face").status_code == 409
        signing.client.post(signing.url("sign/write/"), {"digest": digest, "method": "face", "visit": "1"})
        check = IdentityCheck.objects.get(method="face")
        assert check.bound_digest == digest
        call_back(check)
        assert self.hand_in(signing, "face")["Location"] == signing.url("sign/status/")
        used = Willingness.objects.get()
        assert (used.method, used.check_made_id, used.shown_digest) == ("face", check.id, digest)

    def test_by_a_copied_sentence(self, signing: Customer) -> None:
        page = signing.get("sign/write/?method=copied")
        count = len(json.loads(page.context["units"]))
        drawings = [[{"points": [{"x": 5 * step + place, "y": place} for step in range(9)]}] for place in range(count)]
        assert self.hand_in(signing, "copied", copied=json.dumps(drawings[:-1])).status_code == 422
        assert self.task(signing).state == TaskState.OPEN
        assert self.hand_in(signing, "copied", copied=json.dumps(drawings))["Location"] == signing.url("sign/status/")
        used = Willingness.objects.get()
        assert used.details["statement"] == signing.definition.willingness.statement.zh  # type: ignore[union-attr]

    def test_a_check_that_lapsed_is_made_again_before_signing(self, signing: Customer) -> None:
        IdentityCheck.objects.update(expires_at=clock.now())
        signing.client.post(signing.url("sign/write/"), {"digest": self.task(signing).shown_digest, "send": "1"})
        answer = self.hand_in(signing, "sms", code=code_to(signing.phone))
        assert answer["Location"] == signing.url("identity/again/")
        assert not Willingness.objects.exists()
        page = signing.get("identity/again/").content.decode()
        assert "签名前请再核验一次" in page
        assert "开始核验" in page
        # Nothing has failed, and the form is changed elsewhere by now.
        for word in ("再试一次", "申请人工审核", signing.url("application/")):
            assert word not in page
        assert signing.post("identity/again/")["Location"] == signing.url("sign/")
        signing.get("sign/write/")
        assert self.hand_in(signing, "sms", code=code_to(signing.phone))["Location"] == signing.url("sign/status/")

    def test_a_document_replaced_after_the_will_was_proven(self, signing: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
        signing.client.post(signing.url("sign/write/"), {"digest": self.task(signing).shown_digest, "send": "1"})
        proven = identity.verify_willingness

        def replaced_meanwhile(**given: Any) -> Willingness:
            made = proven(**given)
            SigningTask.objects.update(shown_digest="f" * 64)
            return made

        monkeypatch.setattr(identity, "verify_willingness", replaced_meanwhile)
        assert self.hand_in(signing, "sms", code=code_to(signing.phone))["Location"] == signing.url("sign/")
        assert Willingness.objects.get().state == "verified"
        assert "signature.overtaken" in told(signing)
