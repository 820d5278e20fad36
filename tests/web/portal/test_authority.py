"""The agent's page of authority and seal, and the legal representative on her own phone."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import life, snapshots
from tests.apps.signing.test_authority import representative
from tests.web.customer import Customer, code_to, pickup_to
from tests.web.portal.test_meeting import Pair
from vermilion.apps.parties.models import Insurer
from vermilion.apps.signing.models import TaskState


@pytest.fixture
def company(shop: Insurer) -> Customer:
    def begin() -> Customer:
        made = Customer("group_accident")
        made.start()
        life.walk(made.case, made.application, until="authority")
        life.prove_agent(made.case)
        return made

    return snapshots.state("portal, a company's agent is identified", begin)


def test_the_representative_is_called_to_her_own_phone_and_sees_only_the_paper(company: Customer) -> None:
    assert company.get("insured/")["Location"] == company.url("authority/")
    wrong = company.post("authority/", {"sign": "1", "id_number": "1", "phone": representative()["phone"]})
    assert wrong.status_code == 422
    assert 'aria-describedby="id_number-error"' in wrong.content.decode()
    assert company.post("authority/", {"sign": "1", **representative()})["Location"] == company.url("authority/")
    assert company.url("sign/") in company.get("authority/").content.decode()
    phone, client = representative()["phone"], Client()
    client.post(f"/s/{pickup_to(phone, 'sign_link')}/")
    client.post("/s/phone/", {"send": "1"})
    client.post("/s/phone/", {"code": code_to(phone)})
    assert "授权委托书" in client.get(company.url()).content.decode()
    keys = [item.key for item in company.definition.consents if "representative" in item.required_for]
    client.get(company.url("signer/consents/"))
    client.post(company.url("signer/consents/"), {f"consent.{key}": "yes" for key in keys})
    client.get(company.url("signer/identity/"))
    assert client.post(company.url("signer/identity/"))["Location"] == company.url("sign/")
    page = client.get(company.url("sign/"))
    digest = page.context["task"].shown_digest
    client.post(company.url("sign/"), {"digest": digest})
    client.get(company.url("sign/write/"))
    client.post(company.url("sign/write/"), {"digest": digest, "send": "1"})
    client.get(company.url("sign/write/"))
    data = {"digest": digest, "strokes": json.dumps(life.STROKES), "code": code_to(phone)}
    assert client.post(company.url("sign/write/"), data)["Location"] == company.url("sign/status/")
    names = {item["document"].kind for item in client.get(company.url()).context["documents"]}
    assert names == {"authorisation"}


def test_the_agent_and_the_representative_are_met_each_by_herself(company: Customer) -> None:
    company.post("authority/", {"sign": "1", **representative()})
    agent, hers = Pair(company, "company_agent"), Pair(company, "representative")
    shown = hers.tablet.get(f"/sales/cases/{company.number}/").content.decode()
    assert "面对面办理 · 经办人" in shown
    assert "面对面办理 · 法定代表人" in shown
    hers.ask()
    hers.agree()
    assert hers.hand()["Location"] == company.url("meeting/sign/")
    for page in ("signer/consents/", "signer/identity/"):
        hers.phone.get(company.url(page))
        hers.phone.post(company.url(page), {f"consent.{item.key}": "yes" for item in company.definition.consents})
    hers.confirm()
    assert hers.write()["Location"] == company.url("sign/status/")
    assert hers.task.state == TaskState.ACCEPTED
    # The agent's meeting ends hers, and the device is the agent's then.
    agent.ask()
    agent.agree()
    assert agent.hand()["Location"] == company.url()
    assert agent.tablet.get(company.url("authority/")).status_code == 403  # papers and codes are on her own phone
    assert hers.tablet.get(company.url()).status_code == 403


def test_what_is_no_photo_is_refused_with_a_sentence(company: Customer) -> None:
    for field, button in (("authority", "paper"), ("seal", "photo")):
        file = SimpleUploadedFile("x.jpg", b"no picture", content_type="image/jpeg")
        answer = company.post("authority/", {button: "1", field: file})
        assert answer.status_code == 422, button
        assert 'role="alert"' in answer.content.decode()
    assert company.get("authority/seal.svg")["Content-Type"] == "image/svg+xml"
    assert Client().get(company.url("authority/seal.svg")).status_code == 404
