"""Pages of a customer's phone: what she typed is kept, large print and English fit, a long line wraps."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.looks import looks_right_in_both, speak
from tests.browser.phone import Phone
from tests.web.customer import Customer
from vermilion.apps.cases.transitions import State
from vermilion.apps.identity.customer_passkeys import subject_of
from vermilion.apps.identity.models import CustomerPasskey
from vermilion.apps.parties.models import Insurer
from vermilion.apps.policies.models import Policy
from vermilion.base import clock
from vermilion.web.sessions import SessionStore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_form_left_half_way_is_still_there(
    platform: Insurer, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]]
) -> None:
    customer = Customer()
    customer.start()
    customer.consent()
    insured, holder = customer.definition.form.sections[:2]
    customer.section(insured.key)
    phone = Phone(open_page(customer.url(f"application/{holder.key}/"), phone=True, visitor=customer.client), accessible)
    phone.at("投保人")
    phone.page.fill('[name="policyholder.name"]', "欧阳若水")
    there = phone.page.url
    phone.page.goto("/")
    for _try in range(20):  # the browser sends what was typed while it already shows the next page
        phone.page.goto(there)
        if phone.page.input_value('[name="policyholder.name"]'):
            break
    expect(phone.page.locator('[name="policyholder.name"]')).to_have_value("欧阳若水")
    # Another document asks for birth date and sex, which the resident ID number tells by itself.
    expect(phone.page.locator('[name="policyholder.birth_date"]')).to_be_hidden()
    phone.page.locator('[name="policyholder.id_type"]').select_option("passport")
    expect(phone.page.locator('[name="policyholder.birth_date"]')).to_be_visible()
    phone.check()


def test_large_print_and_english_keep_the_pages_whole(
    platform: Insurer, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]]
) -> None:
    phone = Phone(open_page("/", phone=True, language="en-US"), accessible)
    phone.page.get_by_role("button", name="Large print").click()
    phone.page.get_by_role("button", name="Standard print").wait_for()
    phone.check()
    for path in ("/p/critical_illness/", "/p/group_accident/", "/p/medical/clauses/", "/s/", "/my/", "/badge/nobody/", "/sandbox/outbox/"):
        phone.page.goto(path)
        phone.check()


def test_a_policy_with_an_end_fits_a_phone(
    transactional_db: None, open_page: Callable[..., Page], accessible: Callable[[Page], list[str]]
) -> None:
    """A year has a first and a last day, which are one long line."""
    case = factories.case_in(State.DELIVERED, "medical")
    policy = Policy.objects.get(case=case)
    Policy.objects.filter(pk=policy.pk).update(cover_to=policy.cover_from + timedelta(days=365))
    session = SessionStore()
    ids = [str(party.id) for party in case.parties.all()]
    session["my.parties"] = {"ids": ids, "until": time.time() + 600}
    session.create()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    holder, insurer = case.parties.get(role="policyholder"), case.insurer
    CustomerPasskey.objects.create(
        insurer=insurer, subject_hash=subject_of(holder), credential_hash="0" * 64, data=b"", created_at=clock.now()
    )
    page, number = open_page("/healthz", phone=True, visitor=client), policy.number
    paths = {"/my/": (number, number), f"/my/policies/{number}/": (number, number), "/my/passkeys/": (insurer.name_en, insurer.name)}
    for path, (in_english, in_chinese) in paths.items():
        page.goto(path)
        looks_right_in_both(page, accessible)
        expect(page.locator("main")).to_contain_text(in_english)
        speak(page, "zh-hans")
        expect(page.locator("main")).to_contain_text(in_chinese)
