"""A later signer whose turn has not come: where the product hides it, her link tells that, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests import life, snapshots
from tests.apps.signing.test_orders import spouses
from tests.web.customer import code_to
from vermilion.apps.cases.models import Case
from vermilion.apps.signing import links, not_me

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("sign/", "sign/write/", "sign/refuse/", "signer/consents/", "signer/identity/", "pay/", "information/", "sign/status/")


def visit(case: Case) -> Client:
    """Return the browser of the insured, who has opened a link of hers and proven her phone."""
    party = case.parties.get(role="insured")
    token, _code = links.make_link(case=case, party=party, purpose="sign", hours=1)
    client = Client()
    client.post(f"/s/{token}/")
    client.post("/s/phone/", {"send": "1"})
    assert client.post("/s/phone/", {"code": code_to(party.personal["phone"])})["Location"] == f"/apply/{case.number}/"
    return client


def test_before_her_turn_she_sees_that_and_nothing_else(platform: object, drain_jobs: Callable[..., int]) -> None:
    document = snapshots.state("two sign, hidden", lambda: spouses(hidden=True))
    case, here = document.case, f"/apply/{document.case.number}/"
    client = visit(case)
    told = client.get(here).content.decode()
    holder = case.parties.get(role="policyholder").personal["name"]
    assert "还没有轮到您" in told
    assert "非本人操作" in told
    for secret in (holder, holder[0] + "*", case.product.definition.name.zh, document.code):
        assert secret not in told
    shown = document.revisions.get()
    for page in (
        *PAGES,
        f"documents/{document.code}/",
        f"documents/{document.code}/file.pdf",
        f"documents/{document.code}/{shown.number}/page-1.webp",
    ):
        answer = client.get(here + page)
        assert (answer.status_code, answer["Location"]) == (302, here), page
    life.sign(document.signing_tasks.get(party__role="policyholder"))
    drain_jobs()
    assert "请您签署" in client.get(here).content.decode()


def test_who_may_not_see_it_yet_may_still_say_that_it_is_not_her_doing(platform: object) -> None:
    case = snapshots.state("two sign, hidden", lambda: spouses(hidden=True)).case
    visit(case).post(f"/apply/{case.number}/not-me/")
    case.refresh_from_db()
    assert not_me.is_stopped(case)
