"""A company's page of its people's consents, and the page of each of them: the way by HTTP, and what neither may see of the other."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import life, snapshots
from tests.web.customer import Customer, code_to, pickup_to
from vermilion.apps.cases.models import CaseParty
from vermilion.apps.cases.services import application
from vermilion.apps.chronicle.queries import events
from vermilion.apps.identity import services as identity
from vermilion.apps.identity.persons import PURPOSE, prove_person
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Insurer
from vermilion.apps.signing import not_me
from vermilion.apps.signing.group import queries
from vermilion.apps.signing.group.models import InsuredConsent

CLOSED = (
    "",
    "notice/",
    "application/",
    "health/",
    "insured/",
    "confirmation/",
    "sign/",
    "sign/write/",
    "sign/refuse/",
    "pay/",
    "information/",
)
CLOSED += ("acknowledge/", "identity/", "phone/", "signer/consents/", "documents/AAAAAAAA/")


@pytest.fixture
def company(shop: Insurer) -> Customer:
    """Return the agent of a company whose people are asked to consent; their messages have gone."""

    def ask() -> Customer:
        made = Customer("group_accident", count=6)
        made.start()
        life.walk(made.case, made.application)
        agent = made.case.parties.get(role="company_agent")
        code = life.applying.send_phone_code(case_id=made.case.id, party_id=agent.id, ip=life.IP)
        life.applying.prove_phone(case_id=made.case.id, party_id=agent.id, code_id=code.id, code=life.code_in(code))
        made.post("insured/")
        asked = queries.round_of(made.case)
        assert asked
        life.collecting.send_messages(round_id=asked.id)
        return made

    return snapshots.state("portal, a company asks its people", ask)


def member(company: Customer, place: int) -> CaseParty:
    return company.case.parties.get(role="member", position=place)


def phone_of(party: CaseParty) -> Client:
    """Return her browser, where she opened her own link and proved her phone."""
    client, phone = Client(), party.personal["phone"]
    assert client.post(f"/s/{pickup_to(phone, 'insured_consent')}/")["Location"] == "/s/phone/"
    client.post("/s/phone/", {"send": "1"})
    assert client.post("/s/phone/", {"code": code_to(phone)})["Location"] == f"/apply/{party.case.number}/"
    return client


def test_an_insured_person_proves_herself_reads_and_consents(company: Customer) -> None:
    party, here = member(company, 0), company.url()
    client = phone_of(party)
    told = client.get(here).content.decode()
    assert "请您决定是否同意" in told
    assert "非本人操作" in told
    keys = [item.key for item in company.definition.consents if "member" in item.required_for]
    client.get(here + "signer/consents/")
    assert client.post(here + "signer/consents/", {f"consent.{key}": "yes" for key in keys})["Location"] == here + "signer/identity/"
    client.get(here + "signer/identity/")
    assert client.post(here + "signer/identity/")["Location"] == here + "consent/"
    page = client.get(here + "consent/")
    assert client.get(page.context["pages"][0]["url"])["Content-Type"] == "image/webp"
    digest = page.context["answer"].round.shown_digest
    assert client.get(here + "consent/decide/")["Location"] == here + "consent/"  # unread
    client.post(here + "consent/", {"digest": digest})
    # An old tab: nothing of it is taken, and it leads to the present paper.
    for sent in ("consent/", "consent/decide/"):
        assert "已经更新" in client.post(here + sent, {"digest": "0" * 64}, follow=True).content.decode()
    assert [one.public["said"] for one in events("case", party.case_id) if one.type == "signature.other_document"] == ["0" * 64] * 2
    client.post(here + "consent/decide/", {"digest": digest, "send": "1"})
    client.get(here + "consent/decide/")
    wrong = client.post(here + "consent/decide/", {"digest": digest, "code": "abc"})
    assert wrong.status_code == 422
    code = code_to(party.personal["phone"])
    assert "同意" in Notice.objects.filter(party=party, template="code").latest("created_at").content["masked"]
    assert client.post(here + "consent/decide/", {"digest": digest, "code": code})["Location"] == here
    assert "您已同意" in client.get(here).content.decode()
    # On a second device at the same time: the same code does nothing more, and her own refusal counts until the cut-off.
    other = phone_of(party)
    assert "您已同意" in other.get(here).content.decode()
    other.get(here + "consent/refuse/")
    other.post(here + "consent/refuse/", {"reason": "改变主意"})
    assert InsuredConsent.objects.get(party=party).state == "refused"
    seen = company.get("insured/").content.decode()
    assert party.personal["name"] in seen
    assert "改变主意" not in seen


def test_a_member_sees_nothing_of_the_company_or_of_her_colleagues(company: Customer) -> None:
    party = member(company, 1)
    client = phone_of(party)
    colleague = member(company, 2).personal
    agent = company.case.parties.get(role="company_agent").personal
    for page in CLOSED:
        answer = client.get(company.url(page), follow=True)
        text = answer.content.decode()
        for secret in (colleague["name"], colleague["phone"], agent["id_number"], agent["phone"]):
            assert secret not in text, page
    client.post(company.url("insured/"), {"close": "1", "consented": "0", "waiting": "6", "refused": "0"})
    client.post(company.url("withdraw/"))
    client.post(company.url("reopen/"))
    company.case.refresh_from_db()
    assert (company.case.state, queries.round_of(company.case).state) == ("applying", "open")
    # Nor does her name on the list open anything at the door of the policyholders.
    sent = identity.send_code(purpose=PURPOSE, phone=party.personal["phone"], case=None, party=None, ip=life.IP)
    given = {"name": party.personal["name"], "id_number": party.personal["id_number"], "ip": life.IP}
    assert prove_person(code_id=sent.id, value=life.code_in(sent), **given) == []


def test_a_link_of_another_a_guess_and_a_link_taken_off_open_nothing(company: Customer) -> None:
    first = member(company, 0)
    client = Client()
    client.post(f"/s/{pickup_to(first.personal['phone'], 'insured_consent')}/")
    client.post("/s/phone/", {"send": "1"})
    assert client.post("/s/phone/", {"code": "abc"}).status_code >= 400
    assert client.get(company.url()).status_code == 404
    assert Client().post("/s/AAAAAA/").status_code == 404
    data = company.application
    data["insured"] = [one for one in data["insured"] if one["name"] != first.personal["name"]]
    life.walk(company.case, data)
    assert Client().post(f"/s/{pickup_to(first.personal['phone'], 'insured_consent')}/").status_code == 404


def test_the_company_counts_reminds_and_closes_what_it_saw(company: Customer) -> None:
    page = company.get("insured/")
    assert (page.context["counts"].waiting, page.context["percent"]) == (6, 0)
    assert "没有需要提醒" in company.client.post(company.url("insured/"), {"remind": "1"}, follow=True).content.decode()
    counts = {"close": "1", "consented": "6", "waiting": "0", "refused": "0"}
    company.post("insured/", counts)
    assert queries.round_of(company.case).state == "open"  # not what it is
    for place in range(5):
        life.consent(member(company, place))
    page = company.get("insured/?state=waiting")
    assert [row.party.position for row, _tone in page.context["rows"]] == [5]
    assert page.context["after"].premium < page.context["quote"].premium
    assert company.post("insured/", counts | {"consented": "5", "waiting": "1"})["Location"] == company.url("confirmation/")
    assert len(application(company.case).data["insured"]) == 5
    late = member(company, 5)
    assert Client().post(f"/s/{pickup_to(late.personal['phone'], 'insured_consent')}/").status_code == 404


def test_who_knows_nothing_of_it_stops_it_from_her_own_page(company: Customer) -> None:
    client = phone_of(member(company, 3))
    client.post(company.url("not-me/"))
    assert not_me.is_stopped(company.case)
    assert company.get("insured/")["Location"] == company.url("stopped/")


def test_she_takes_her_consent_back_on_her_own_page_after_the_list_was_closed(company: Customer) -> None:
    for place in range(6):
        life.let_consent(member(company, place))
    company.post("insured/", {"close": "1", "consented": "6", "waiting": "0", "refused": "0"})
    party, here = member(company, 1), company.url()
    client = phone_of(party)  # by the link that she was sent before
    page = here + "consent/withdraw/"
    assert page in client.get(here).content.decode()
    assert client.get(here + "consent/decide/")["Location"] == here
    # A page that she left open is not taken, and says so.
    assert "征集已经截止" in client.post(here + "consent/refuse/", {"reason": "改变主意"}, follow=True).content.decode()
    assert InsuredConsent.objects.get(party=party).state == "consented"
    assert [one.public["person"] for one in events("case", party.case_id) if one.type == "consent.overtaken"] == [str(party.id)]
    assert "投保单位会收到通知" in client.get(page).content.decode()
    assert client.post(page, {"code": "123456"}).status_code >= 400  # none was sent
    client.post(page, {"send": "1"})
    assert client.post(page, {"code": "abc"}).status_code == 422
    code = code_to(party.personal["phone"])
    assert "撤回" in Notice.objects.filter(party=party, template="code").latest("created_at").content["masked"]
    other = phone_of(party)
    assert client.post(page, {"code": code})["Location"] == here
    told = client.get(here).content.decode()
    assert "您已撤回同意" in told
    # The list is open again: until it is closed she may change her mind once more; on the second phone nothing is left to take back.
    assert other.post(page, {"code": code})["Location"] == here
    assert InsuredConsent.objects.get(party=party).state == "withdrawn"
    assert company.get("insured/").context["counts"].refused == 1
    # Nobody else has such a page: not the company, not a stranger, not a colleague for her.
    assert company.get("consent/withdraw/").status_code == 404
    assert Client().get(page).status_code == 404
    colleague = phone_of(member(company, 2))
    colleague.post(page, {"send": "1"})
    assert colleague.post(page, {"code": code})["Location"] == here  # her list is open: she changes her answer there
    assert InsuredConsent.objects.get(party=member(company, 2)).state == "consented"
