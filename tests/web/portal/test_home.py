"""Front page, product page, salesperson card and badge."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.web.customer import Customer
from vermilion.apps.parties.models import Insurer, Salesperson
from vermilion.base import clock
from vermilion.cli.demo import content


@pytest.fixture
def seller(shop: Insurer) -> Salesperson:
    found = shop.salespeople.filter(products__contains=["critical_illness"]).first()
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_on_sale_is_shown_with_price_and_warning(shop: Insurer, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    text = client.get("/").content.decode()
    assert text.count("<article") == 3
    assert text.count("¥") == 3
    for code in ("critical_illness", "medical", "group_accident"):
        for page in ("", "clauses/", "clauses.txt"):
            assert client.get(f"/p/{code}/{page}").status_code == 200


def test_a_product_page_in_english_has_no_chinese_but_the_clauses_own(shop: Insurer) -> None:
    client = Client(headers={"Accept-Language": "en"})
    for code in ("critical_illness", "medical", "group_accident"):
        page = client.get(f"/p/{code}/").content.decode()
        body = re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
        allowed = ("中文", shop.address, content.product(code).clauses.title)
        for text in allowed:
            body = body.replace(text, "")
        assert re.findall(r"[\u3400-\u9fff]+", body) == [], code
        assert shop.name_en in page
        assert "Article 1" in page


def test_an_unknown_product_is_not_found(shop: Insurer) -> None:
    assert Client().get("/p/nothing/").status_code == 404
    assert Client().post("/p/nothing/start/").status_code == 404


def test_a_genuine_salesperson_is_named_and_kept(seller: Salesperson) -> None:
    page = Client().get(f"/p/critical_illness/?s={seller.badge_code}").content.decode()
    assert seller.name in page
    assert seller.licence_no in page
    customer = Customer()
    customer.start(badge=seller.badge_code)
    assert customer.case.salesperson == seller
    assert customer.case.branch == seller.branch
    assert seller.name in customer.get("notice/").content.decode()


@pytest.mark.parametrize("change", ["expired", "inactive", "product", "unknown"])
def test_whoever_is_not_genuine_today_is_refused(seller: Salesperson, change: str) -> None:
    badge = seller.badge_code
    if change == "expired":
        seller.valid_to = clock.today() - timedelta(days=1)
    elif change == "inactive":
        seller.active = False
    elif change == "product":
        seller.products = []
    else:
        badge = "nobody"
    seller.save()
    page = Client().get(f"/p/critical_illness/?s={badge}").content.decode()
    assert "不能确认" in page
    assert "/start/" not in page
    assert seller.name not in page
    customer = Customer()
    customer.start(badge=badge)  # posted by hand
    assert customer.case.salesperson is None


def test_a_badge_answers_about_today_and_nothing_else(seller: Salesperson) -> None:
    good = Client().get(f"/badge/{seller.badge_code}")
    assert good.status_code == 200
    text = good.content.decode()
    assert seller.name in text
    assert seller.phone not in text
    assert Client().get("/badge/nobody/").status_code == 404
    seller.active = False
    seller.save()
    text = Client().get(f"/badge/{seller.badge_code}/").content.decode()
    assert "这张工作证已停用" in text
    assert seller.name not in text
