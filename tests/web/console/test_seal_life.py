"""A seal's life at the desk: asked for by one, reviewed by another, kept by named custodians, ended by two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.urls import reverse

from tests import factories
from tests.web.console.test_seals import SVG, seal  # noqa: F401 - a fixture
from vermilion.apps.chronicle.models import EvidenceEvent
from vermilion.apps.notices import seal_notices
from vermilion.apps.notices.models import Notice
from vermilion.apps.parties.models import Role
from vermilion.apps.seals import custody, errors, living, services
from vermilion.apps.seals.models import Seal, SealAlert, SealEnding, SealFiling
from vermilion.base import clock

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7\nfiling"


def ask(browser, **changes):
    form = {"kind": "claims", "name": "理赔专用章", "years": 3, "shape": "round", "reason": "理赔部用印"}
    return browser.post(reverse("console:seal_new"), form | changes)


def filing(data=PAPER):
    return {
        "authority": "上海市公安局黄浦分局",
        "number": "3101010012345",
        "filed_on": f"{clock.today()}",
        "paper": SimpleUploadedFile("filing.pdf", data, "application/pdf"),
    }


def post(browser, name, about, **form):
    return browser.post(reverse(f"console:{name}", args=[about.pk]), form).status_code


def types(of):
    return list(EvidenceEvent.objects.filter(stream__subject=of.pk).order_by("seq").values_list("type", flat=True))


def test_a_seal_is_asked_for_by_one_and_reviewed_by_another(db):
    clerk, custodian, compliance = (factories.browser_of(role) for role in (Role.CLERK, Role.CUSTODIAN, Role.COMPLIANCE))
    keeper = factories.staff(Role.CUSTODIAN)
    assert ask(custodian, custodians=[keeper.pk], **filing()).status_code == 302
    made = Seal.objects.get()
    assert (made.state, made.size_mm, made.requested_by) == (Seal.State.REQUESTED, 38, custodian.staff)
    shown = custodian.get(reverse("console:seal", args=[made.pk])).content.decode()
    assert "3101010012345" in shown
    assert "须由另一人复核" in shown
    assert SealFiling.objects.get().file_key
    paper = compliance.get(reverse("console:seal_filing", args=[made.pk]))
    assert (paper.content, paper["Content-Type"]) == (PAPER, "application/pdf")
    # Who asked reviews nothing; what was not reviewed is not put in use, by no way.
    assert post(custodian, "seal_review", made, good="1") == 403
    assert post(compliance, "seal_activate", made) == 409
    with pytest.raises(Error), transaction.atomic():
        Seal.objects.update(state="reviewed", reviewed_by=custodian.staff)
    with pytest.raises(Error), transaction.atomic():
        Seal.objects.update(requested_by=None)
    assert post(compliance, "seal_review", made) == 422
    assert post(compliance, "seal_review", made, good="1") == 302
    assert post(compliance, "seal_review", made, good="1") == 409
    made.refresh_from_db()
    assert (made.state, made.reviewed_by) == (Seal.State.REVIEWED, compliance.staff)
    assert types(made) == ["seal.requested", "seal.reviewed"]
    # A clerk may ask, too, and is turned down with a reason.
    assert ask(clerk, name="另一枚").status_code == 302
    other = Seal.objects.exclude(pk=made.pk).get()
    assert post(compliance, "seal_review", other, reason="名称与备案不符") == 302
    other.refresh_from_db()
    assert (other.state, other.state_reason) == (Seal.State.RETIRED, "名称与备案不符")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "finance"}, "shape"),
        ({"shape": "photo"}, "photo"),
        ({"authority": "x"}, "paper"),
        ({"size_mm": 900}, "size_mm"),
        ({"custodians": ["x"]}, "custodians"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_wrong_request_says_what_is_wrong(changes, field):
    answer = ask(factories.browser_of(Role.CUSTODIAN), **changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Seal.objects.exists()


def test_what_is_no_paper_is_no_filing():
    answer = ask(factories.browser_of(Role.CUSTODIAN), **filing(b"<script>"))
    assert answer.status_code == 422
    assert "印章申请内容不完整" in answer.content.decode()
    assert not Seal.objects.exists()


def test_a_seal_ends_by_two_people_and_never_comes_back(seal):  # noqa: F811
    custodian, compliance = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.COMPLIANCE)
    assert post(custodian, "seal_end", seal, kind="destroy", reason="损坏") == 409, "in use"
    assert post(custodian, "seal_end", seal, kind="retire", reason=" ") == 422
    assert post(custodian, "seal_end", seal, kind="retire", reason="不再使用") == 302
    ending = SealEnding.objects.get()
    assert post(custodian, "seal_end_confirm", ending) == 403
    assert "复核并执行" in compliance.get(reverse("console:seal", args=[seal.pk])).content.decode()
    assert "停用 · 保单专用章" in compliance.get(reverse("console:seal_desk")).content.decode()
    assert post(compliance, "seal_end_confirm", ending) == 302
    assert post(compliance, "seal_end_confirm", ending) == 409
    seal.refresh_from_db()
    assert (seal.state, seal.state_reason) == (Seal.State.RETIRED, "不再使用")
    for wrong in (
        lambda: services.unfreeze(seal_id=seal.pk, reason="x"),
        lambda: services.freeze(seal_id=seal.pk, reason="x"),
        lambda: services.activate_seal(seal_id=seal.pk),
    ):
        with pytest.raises(errors.SealNotUsable):
            wrong()
    for state in ("active", "destroyed"):
        with pytest.raises(Error), transaction.atomic():
            Seal.objects.filter(pk=seal.pk).update(state=state)
    # Taken back by who asked; then destroyed, whose keys a job destroys.
    assert post(custodian, "seal_end", seal, kind="destroy", reason="公司更名") == 302
    asked = SealEnding.objects.get(state="requested")
    assert post(custodian, "seal_end_reject", asked, reason="再想想") == 302
    assert post(custodian, "seal_end", seal, kind="destroy", reason="公司更名") == 302
    assert post(compliance, "seal_end_confirm", SealEnding.objects.get(state="requested")) == 302
    page = custodian.get(reverse("console:seal", args=[seal.pk])).content.decode()
    assert "密钥尚未销毁" in page
    assert types(seal)[-2:] == ["seal.destroy_requested", "seal.destroyed"]


def test_custodians_of_a_seal_are_told_and_named(seal):  # noqa: F811
    compliance = factories.browser_of(Role.COMPLIANCE)
    keeper, other = factories.browser_of(Role.CUSTODIAN), factories.browser_of(Role.CUSTODIAN)
    assert set(custody.custodians_of(seal)) == {keeper.staff, other.staff}
    assert post(keeper, "seal_custodians", seal, custodians=[other.staff.pk]) == 403
    assert post(compliance, "seal_custodians", seal, custodians=[keeper.staff.pk]) == 302
    assert custody.custodians_of(seal) == [keeper.staff]
    alert = SealAlert.objects.create(insurer=seal.insurer, seal=seal, kind="hours", about="x", count=1, usual=0, raised_at=clock.now())
    before = Notice.objects.count()
    with transaction.atomic():
        seal_notices.tell_alert(alert)
    assert Notice.objects.count() - before == 2
    assert f"保管人 {keeper.staff.name}" in compliance.get(reverse("console:seal_desk")).content.decode()
    # In an emergency any custodian of the company freezes; one who left keeps nothing.
    assert other.post(reverse("console:seal_freeze", args=[seal.pk]), {"reason": "手机遗失"}).status_code == 302
    keeper.staff.active = False
    keeper.staff.save()
    assert custody.custodians_of(seal) == [other.staff]
    assert types(seal)[-2:] == ["seal.custodians_named", "seal.frozen"]


def test_nobody_of_another_company_keeps_a_seal(seal):  # noqa: F811
    stranger = factories.staff(Role.CUSTODIAN, of=factories.insurer("other"))
    with pytest.raises(errors.SealUnsuitable):
        custody.name_custodians(seal_id=seal.pk, people=[stranger.pk], by=factories.staff(Role.COMPLIANCE))
    moment = clock.now()
    facts = {"kind": "claims", "name": "x", "size_mm": 38, "picture": SVG, "uploaded": False, "filing": None, "reason": "x"}
    with pytest.raises(errors.SealUnsuitable):
        living.ask_seal(
            by=factories.staff(Role.CUSTODIAN), custodians=[stranger], valid_from=moment, valid_to=moment + timedelta(days=1), **facts
        )
