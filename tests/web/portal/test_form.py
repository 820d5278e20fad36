"""The form: mistakes where they are, drafts, price, sections that depend on answers, lists."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import snapshots
from tests.web.customer import Customer
from vermilion.apps.cases.services import application
from vermilion.apps.chronicle.queries import events
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products import insured_list
from vermilion.apps.signing import applying

MISTAKES = [
    ("policyholder.id_number", "320000199001266406"),
    ("policyholder.phone", "12345"),
    ("policyholder.name", "𠮷\x00"),
    ("policyholder.id_valid_until", "2001-01-01"),
    ("policyholder.occupation", "9999"),
    ("policyholder.annual_income", "viel"),
    ("policyholder.address", ""),
]


@pytest.mark.parametrize(("name", "value"), MISTAKES)
def test_a_mistake_is_marked_at_its_field_and_the_rest_is_kept(consented: Customer, name: str, value: str) -> None:
    consented.section("insured_relation_life")
    answer = consented.section("policyholder_person", **{name: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    field = "id_" + name.replace(".", "-")
    assert f'id="{field}-error"' in text
    assert 'aria-invalid="true"' in text
    assert text.count('role="alert"><svg') >= 1
    kept = application(consented.case).data["policyholder"]
    assert kept["email"] == consented.application["policyholder"]["email"]
    assert "application" not in applying.done_steps(consented.case)


def test_a_number_of_the_old_form_is_refused_in_words_and_the_page_that_says_so_is_on_record(consented: Customer) -> None:
    consented.section("insured_relation_life")
    shown = [event.type for event in events("case", consented.case.id)].count("page.shown")
    answer = consented.section("policyholder_person", **{"policyholder.id_number": "320000900126640"})
    assert answer.status_code == 422
    assert "这是 15 位的旧号码，不能再使用" in answer.content.decode()
    assert [event.type for event in events("case", consented.case.id)].count("page.shown") == shown + 2  # the form, and its answer


def test_a_salespersons_phone_is_refused(consented: Customer) -> None:
    phone = consented.case.insurer.salespeople.first().phone
    consented.section("insured_relation_life")
    answer = consented.section("policyholder_person", **{"policyholder.phone": phone})
    assert answer.status_code == 422
    assert "不能使用销售人员的手机号码" in answer.content.decode()


def test_the_insured_is_asked_for_only_when_she_is_somebody_else(consented: Customer) -> None:
    consented.section("insured_relation_life")
    assert consented.get("application/insured_person/").status_code == 404
    consented.post("application/insured_relation_life/", {"insured.0.relation": "spouse"})
    assert consented.get("application/insured_person/").status_code == 200


def test_a_beneficiary_with_a_resident_id_is_not_asked_for_birth_date_and_sex(consented: Customer) -> None:
    consented.section("insured_relation_life")
    consented.post("application/beneficiaries/", {"beneficiaries.0.type": "designated", "beneficiaries.0.id_type": "resident_id"})
    fields = {item.name: item for item in consented.get("application/beneficiaries/").context["entries"][0].fields}
    assert not fields["beneficiaries.0.id_number"].hidden
    assert fields["beneficiaries.0.birth_date"].hidden
    assert fields["beneficiaries.0.sex"].hidden


def test_two_beneficiaries_are_told_apart_when_looking_over(named: Customer) -> None:
    page = named.get("application/").content.decode()
    assert page.index("第 1 位") < page.index(named.application["beneficiaries"][0]["name"]) < page.index("第 2 位")


def test_another_relation_forgets_the_person_before(named: Customer) -> None:
    named.post("application/insured_relation_life/", {"insured.0.relation": "parent"})
    assert application(named.case).data["insured"] == [{"relation": "parent"}]


def test_leaving_the_page_keeps_what_was_typed(consented: Customer) -> None:
    answer = consented.client.post(consented.url("application/policyholder_person/draft/"), {"policyholder.name": "欧阳"})
    assert answer.status_code == 204
    assert 'value="欧阳"' in consented.get("application/policyholder_person/").content.decode()


def test_a_draft_before_the_consents_is_not_kept(customer: Customer) -> None:
    customer.client.post(customer.url("application/policyholder_person/draft/"), {"policyholder.name": "欧阳"})
    assert application(customer.case).data == {}


def test_the_price_follows_the_choice(consented: Customer) -> None:
    for key in ("insured_relation_life", "policyholder_person"):
        consented.section(key)
    plan = {"plan.code": "standard", "plan.payment_term": "20", "plan.payment_mode": "annual"}
    cheap = consented.client.post(consented.url("application/plan/price/"), {**plan, "plan.sum_insured": "100000"}).content.decode()
    dear = consented.client.post(consented.url("application/plan/price/"), {**plan, "plan.sum_insured": "200000"}).content.decode()
    assert "¥" in cheap
    assert cheap != dear
    assert "¥" not in consented.client.post(consented.url("application/plan/price/"), {**plan, "plan.sum_insured": "1"}).content.decode()


def test_a_number_that_is_no_number_is_no_server_error(consented: Customer) -> None:
    for value in ("²", "99999999999", "-1", "x"):
        assert consented.post("application/beneficiaries/", {"remove": value, "beneficiaries.0.type": "statutory"}).status_code < 500


class TestGroup:
    @pytest.fixture
    def company(self, shop: Insurer) -> Customer:
        def consent() -> Customer:
            made = Customer("group_accident", count=6)
            made.start()
            made.consent()
            return made

        return snapshots.state("portal, a company has consented", consent)

    def csv(self, company: Customer, **changes: str) -> str:
        lines = [",".join(insured_list.COLUMNS)]
        for person in company.application["insured"]:
            row = {**person, **changes}
            lines.append(",".join([row["name"], "居民身份证", row["id_number"], "", "", row["phone"], row["occupation"]]))
        return "\n".join(lines)

    def test_a_file_replaces_the_list(self, company: Customer) -> None:
        file = SimpleUploadedFile("list.csv", self.csv(company).encode("gb18030"))
        answer = company.post("application/insured_list/", {"upload": "1", "file": file})
        assert answer.status_code == 302
        assert len(application(company.case).data["insured"]) == 6
        assert company.post("application/insured_list/", {"next": "1"}).status_code == 302

    def test_mistakes_name_row_and_column(self, company: Customer) -> None:
        answer = company.post("application/insured_list/", {"upload": "1", "csv": self.csv(company, occupation="9999")})
        assert answer.status_code == 422
        assert "第 1 行 职业代码" in answer.content.decode()

    def test_an_empty_person_is_not_taken_in_silence(self, company: Customer) -> None:
        answer = company.post("application/insured_list/", {"row": "0", "save": "1"})
        assert answer.status_code == 422
        assert answer.content.decode().count("请填写此项") >= 2
        assert "已有 0 人" in answer.content.decode()

    def test_the_list_tells_what_each_person_does(self, company: Customer) -> None:
        company.post("application/insured_list/", {"upload": "1", "csv": self.csv(company, occupation="0102")})
        assert "0102</span> 企业管理人员、行政内勤" in " ".join(company.get("application/insured_list/").content.decode().split())

    def test_too_few_people_do_not_go_on(self, company: Customer) -> None:
        assert company.post("application/insured_list/", {"next": "1"}).status_code == 422

    @pytest.mark.parametrize("text", ["", "姓名\n", '"', "a,b\n1,2", "\x00", "姓名,证件号码,职业代码\n" + "王,1,2\n" * 600])
    def test_nonsense_is_refused_with_a_sentence(self, company: Customer, text: str) -> None:
        answer = company.post("application/insured_list/", {"upload": "1", "csv": text})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not application(company.case).data.get("insured")

    def test_one_row_after_the_other(self, company: Customer) -> None:
        person = company.application["insured"][0]
        data = {f"insured.0.{key}": str(person[key]) for key in ("name", "id_type", "id_number", "phone", "occupation")}
        assert company.post("application/insured_list/", {"row": "0", "save": "1", **data}).status_code == 302
        wrong = company.post(
            "application/insured_list/", {"row": "1", "save": "1", **{k.replace(".0.", ".1."): v for k, v in data.items()}}
        )
        assert wrong.status_code == 422
        assert "重复" in wrong.content.decode()
        company.post("application/insured_list/", {"remove": "1"})
        assert [entry["name"] for entry in application(company.case).data["insured"]] == [person["name"]]
