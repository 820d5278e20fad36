"""A list of documents for a seal in a real browser: sent in at a desk, approved on a phone, sealed."""

from __future__ import annotations

import pytest

from tests import factories
from tests.apps.seals.requesting import paper
from tests.browser.looks import looks_right
from tests.browser.windows import with_authenticator
from tests.life import staff
from vermilion.apps.parties.models import Role
from vermilion.apps.seals.models import SealRequest
from vermilion.apps.seals.requests import sealing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_list_is_sent_in_at_the_desk_approved_on_the_phone_and_sealed(platform, open_page, accessible):
    clerk, leader = staff(Role.CLERK), staff(Role.APPROVER)
    desk = open_page("/console/seals/requests/new/", visitor=clerk)
    looks_right(desk, accessible)
    desk.get_by_label("印章", exact=True).select_option(label="电子保单专用章")
    desk.get_by_label("单证").select_option("decision_notice")
    desk.get_by_label("标题").fill("年度通知")
    desk.get_by_label("事由").fill("例行用印")
    files = [{"name": f"通知{number}.pdf", "mimeType": "application/pdf", "buffer": paper(number)} for number in (1, 2)]
    desk.locator("input[type=file]").set_input_files(files)
    desk.get_by_role("button", name="提交申请").click()
    desk.get_by_text("已提交").wait_for()

    phone = open_page("/a/", phone=True, visitor=leader)
    with_authenticator(phone)
    phone.locator("a.card-link").click()
    phone.get_by_role("link", name="通知2").click()
    phone.locator("figure img").first.wait_for()
    phone.get_by_role("link", name="返回清单").click()
    phone.get_by_role("link", name="添加通行密钥").click()
    phone.locator("input[name=code]").fill(factories.totp.present_code(leader.user))
    phone.get_by_role("button", name="添加通行密钥").click()
    phone.get_by_role("button", name="批准用印").wait_for()
    looks_right(phone, accessible)
    phone.get_by_role("button", name="批准用印").click()
    phone.get_by_text("系统正在用印").wait_for()

    desk.reload()
    sealing.run(request_id=SealRequest.objects.get().id)
    desk.get_by_text("已用印 2 份").wait_for()  # the page looks by itself
    looks_right(desk, accessible)
    assert SealRequest.objects.get().state == "done"
