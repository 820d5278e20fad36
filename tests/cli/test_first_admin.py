"""The first administrator and her company, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import factories
from vermilion.apps.parties.models import Insurer, StaffMember
from vermilion.apps.parties.services import PersonRefused, has_first_password
from vermilion.cli.steps import first_admin
from vermilion.site.accounts import StaffAccountAdapter
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db

COMPANY: dict[str, Any] = {
    "code": "huayue", "name": "华岳人寿保险股份有限公司", "name_en": "Huayue Life", "short_name": "华岳人寿", "uscc": "91110000MA00000077",
    "address": "北京市", "hotline": "400-000-0000", "website": "https://example.cn",
    "branch": {"code": "110000", "name": "北京分公司", "address": "北京市"},
}  # fmt: skip


@pytest.fixture
def company(tmp_path: Path) -> Path:
    path = tmp_path / "company.json"
    path.write_text(json.dumps(COMPANY), encoding="utf-8")
    return path


def create(insurer_file: Path | None, **changes: str) -> None:
    first_admin.create(
        **{"username": "admin", "password": "correct horse 9 battery", "name": "林静", "phone": "13900000000", **changes},
        insurer_file=insurer_file,
    )  # type: ignore[arg-type]


def test_company_branch_and_administrator_are_made(company: Path) -> None:
    create(company)
    staff = StaffMember.objects.get()
    assert staff.roles == ["administrator"]
    assert staff.branch.insurer.name == COMPANY["name"]
    assert authenticate(username="admin", password="correct horse 9 battery") == staff.user
    create(None, username="second", phone="13900000001")
    assert Insurer.objects.count() == 1


def test_who_gets_the_account_chooses_a_password_of_her_own_before_any_page_opens(company: Path) -> None:
    create(company)
    staff = StaffMember.objects.get()
    assert has_first_password(staff.user)
    totp.enrol(staff.user)
    browser = factories.browser(staff)
    answer = browser.get("/console/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))
    with pytest.raises(ValidationError):
        StaffAccountAdapter().clean_password("correct horse 9 battery", user=staff.user)


def test_a_platform_takes_further_insurers_and_says_when_it_must_know_which(company: Path, tmp_path: Path) -> None:
    create(company)
    other = tmp_path / "other.json"
    other.write_text(
        json.dumps({**COMPANY, "code": "other", "name": "别家人寿保险股份有限公司", "uscc": "91310000DEM000014U"}), encoding="utf-8"
    )
    create(other, username="theirs", phone="13900000002")
    assert StaffMember.objects.get(user__username="theirs").insurer.code == "other"
    with pytest.raises(first_admin.CompanyNeeded, match="company"):
        create(None, username="whose", phone="13900000003")
    create(None, username="second", phone="13900000004", company="other")
    create(company, username="third", phone="13900000005")
    assert Insurer.objects.count() == 2
    assert [staff.insurer.code for staff in StaffMember.objects.order_by("phone")] == ["huayue", "other", "other", "huayue"]
    with pytest.raises(first_admin.CompanyNeeded):
        create(None, username="x", company="nobody")


def test_without_a_company_it_says_what_is_needed() -> None:
    with pytest.raises(first_admin.CompanyNeeded):
        create(None)


def test_a_missing_field_is_named(company: Path) -> None:
    company.write_text(json.dumps({**COMPANY, "branch": {"code": "1"}}))
    with pytest.raises(first_admin.CompanyNeeded) as caught:
        create(company)
    assert "name" in str(caught.value.message)
    assert not Insurer.objects.exists()


def test_a_weak_password_leaves_nothing_behind(company: Path) -> None:
    with pytest.raises(PersonRefused):
        create(company, password="password")
    assert not StaffMember.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("uscc", "…"), ("uscc", "91110000MA00000078"), ("website", "nowhere"), ("name", "")])
def test_a_company_that_cannot_be_is_refused_by_field(company: Path, field: str, value: str) -> None:
    company.write_text(json.dumps({**COMPANY, field: value}))
    with pytest.raises(first_admin.CompanyNeeded) as caught:
        create(company)
    assert list(caught.value.fields) == [field]
    assert not Insurer.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("phone", "12"), ("name", " ")])
def test_an_administrator_without_name_or_phone_is_refused(company: Path, field: str, value: str) -> None:
    with pytest.raises(PersonRefused) as caught:
        create(company, **{field: value})
    assert list(caught.value.fields) == [field]
    assert not StaffMember.objects.exists()
