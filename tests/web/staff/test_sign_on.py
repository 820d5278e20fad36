"""Single sign-on against a provider that really answers, and every way in which it or the visitor may cheat."""

from __future__ import annotations

import json
import time
from contextlib import closing

import pytest
from django.test import Client
from django.urls import reverse
from jwcrypto.jwk import JWK

from tests import factories
from tests.web.staff.provider import CLIENT, SECRET, Provider
from tests.web.staff.test_passkeys import recorded
from vermilion.apps.parties import linking
from vermilion.apps.parties.models import SignOnLink
from vermilion.base.config import config
from vermilion.web.staff import totp

pytestmark = pytest.mark.django_db
BACK = "/console/login/sign-on/back/"


@pytest.fixture
def provider(monkeypatch, tmp_path):
    """A provider on this machine, configured."""
    (tmp_path / "secret").write_text(SECRET + "\n")
    with closing(Provider()) as made:
        monkeypatch.setenv("VERMILION_OIDC_ISSUER", made.issuer)
        monkeypatch.setenv("VERMILION_OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("VERMILION_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
        config.cache_clear()
        yield made
    config.cache_clear()


@pytest.fixture
def person(provider):
    made = factories.staff("clerk")
    linking.link(person=made, issuer=provider.issuer, account="zhoumin", by=factories.staff("administrator"))
    return made


def sign_on(provider, browser: Client | None = None, **changes):
    browser = browser or Client()
    begun = browser.get(reverse("sign_on"), {"next": "/a/"})
    return browser, browser.get(BACK, {**provider.log_in(begun["Location"]), **changes})


def test_the_provider_stands_for_the_password_and_the_code_is_asked_as_ever(provider, person):
    assert reverse("sign_on") in Client().get("/console/login/").content.decode()
    browser, answer = sign_on(provider)
    assert answer["Location"] == "/console/login/code/"
    assert "_auth_user_id" not in browser.session
    answer = browser.post("/console/login/code/", {"code": totp.present_code(person.user)})
    assert answer["Location"] == "/a/"
    assert recorded(person)[-1] == ("account.logged_in", {"method": "oidc+totp"})
    assert SignOnLink.objects.get().subject == provider.person["sub"]


def test_nobody_is_let_in_or_made_who_was_not_linked(provider):
    person = factories.staff("clerk")
    assert sign_on(provider)[1].status_code == 403
    linking.link(person=person, issuer="https://other.example", account="zhoumin", by=person)
    assert sign_on(provider)[1].status_code == 403, "the same account at another provider"
    linking.link(person=person, issuer=provider.issuer, account="zhoumin", by=person)
    assert sign_on(provider)[1].status_code == 302
    person.user.is_active = False
    person.user.save()
    assert sign_on(provider)[1].status_code == 403


def test_an_account_given_to_somebody_else_is_refused_and_recorded(provider, person):
    sign_on(provider)
    provider.person = {"sub": "another", "preferred_username": "zhoumin"}
    assert sign_on(provider)[1].status_code == 403
    assert ("account.refused", {"reason": "sign_on_subject"}) in recorded(person)
    provider.person = {"sub": "248289761001", "preferred_username": "zhou.married"}
    assert sign_on(provider)[1].status_code == 302, "a new name of the same person"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},
        {"azp": "another client"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": -120},
        {"exp": "soon"},
        {"iat": 600},
        {"iat": -7200},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_not_believed(provider, person, claims):
    # Moments count from the test's own now.
    provider.claims = {
        name: int(time.time()) + value if name in ("exp", "iat") and isinstance(value, int) else value for name, value in claims.items()
    }
    browser, answer = sign_on(provider)
    assert answer.status_code == 502
    assert "单点登录没有成功" in answer.content.decode()
    assert browser.get("/console/")["Location"].startswith("/console/login/")


def test_a_token_by_another_key_or_by_a_shared_secret_is_not_believed(provider, person):
    published = provider.published
    provider.key = JWK.generate(kty="RSA", size=2048, kid="one")
    assert sign_on(provider)[1].status_code == 502
    # The oldest trick: the public key as the secret of an HMAC.
    provider.key, provider.header = JWK(kty="oct", k=json.dumps(published[0]).encode().hex(), kid="one"), {"alg": "HS256"}
    assert sign_on(provider)[1].status_code == 502
    provider.published = []
    assert sign_on(provider)[1].status_code == 502


def test_state_and_code_serve_once_and_for_their_own_browser(provider, person):
    assert sign_on(provider, state="another")[1].status_code == 502
    assert sign_on(provider, code="another")[1].status_code == 502
    browser = Client()
    back = provider.log_in(browser.get(reverse("sign_on"))["Location"])
    assert Client().get(BACK, back).status_code == 502, "another browser"
    assert browser.get(BACK, back).status_code == 302
    assert browser.get(BACK, back).status_code == 502, "a second time"


def test_a_provider_in_anothers_name_and_a_dead_one_are_plain_sentences(provider, person):
    provider.named = "https://evil.example"
    assert Client().get(reverse("sign_on")).status_code == 502
    provider.named = provider.issuer
    provider.close()
    answer = Client().get(reverse("sign_on"))
    assert answer.status_code == 502
    assert "请用密码登录" in answer.content.decode()


def test_an_administrator_links_others_not_herself_and_no_account_twice(provider, person):
    admin, other = factories.browser_of("administrator"), factories.staff("clerk")

    def post(somebody, account):
        return admin.post(reverse("console:user_sign_on", args=[somebody.id]), {"account": account}).status_code

    assert (post(other, "zhoumin"), post(other, "li"), post(admin.staff, "me")) == (409, 302, 404)
    assert 'value="li"' in admin.get(reverse("console:user", args=[other.id])).content.decode()
    assert post(other, " ") == 302
    assert linking.account_of(other.user) == ""
    assert [type for type, _public in recorded(other)] == ["account.sign_on_linked", "account.sign_on_unlinked"]


def test_without_configuration_there_is_no_door():
    assert Client().get(reverse("sign_on")).status_code == 404
    assert reverse("sign_on") not in Client().get("/console/login/").content.decode()
