"""Templates at the desk in a real browser: the pages fit and are accessible; the preview follows what is typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.apps.templates.drafts import KIND, change, draft, submit
from tests.browser.looks import looks_right
from tests.browser.test_staff import enter  # noqa: F401 - a fixture
from vermilion.apps.parties.models import Role
from vermilion.apps.templates.clauses import write_clause

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_the_template_pages_are_accessible_and_fit_the_display(enter, accessible):  # noqa: F811
    editor, reviewer = factories.staff(Role.TEMPLATE_EDITOR), factories.staff(Role.COMPLIANCE)
    write_clause(insurer=editor.insurer, code="cooling-off", title="犹豫期", text="签收后十五日内可以解除合同。", by=editor)
    blocks = [{"at": "top", "text": "致 {policyholder.name}：", "style": "callout", "when": {"field": "refund", "op": "present"}}]
    version = change(draft(editor), editor, blocks=blocks, theme={"accent": "#1b4f8f"})
    edit = reverse("console:template_edit", args=[version.pk])
    page = enter(editor, edit, language="en")
    looks_right(page, accessible)
    for path in ("templates", "template_new", "clauses"):
        page.goto(reverse(f"console:{path}"))
        looks_right(page, accessible)
    page.goto(reverse("console:clause", args=["cooling-off"]))
    looks_right(page, accessible)
    submit(version, editor)
    page = enter(reviewer, reverse("console:template", args=[version.template_id]), phone=True)
    looks_right(page, accessible)
    for name in ("template_version", "template_compare"):
        page.goto(reverse(f"console:{name}", args=[version.pk]))
        looks_right(page, accessible)


def test_the_preview_follows_the_form_and_a_variable_is_put_into_the_text(enter):  # noqa: F811
    editor = factories.staff(Role.TEMPLATE_EDITOR)
    version = draft(editor, kind=KIND)
    page = enter(editor, reverse("console:template_edit", args=[version.pk]))
    picture = "#preview img"
    before = page.locator(picture).first.get_attribute("src")
    page.get_by_label("正文").first.fill("尊敬的")
    page.get_by_label("变量").first.select_option("{policyholder.name}")
    with page.expect_response("**/preview/"):
        page.get_by_role("button", name="插入变量").first.click()
    assert page.get_by_label("正文").first.input_value() == "尊敬的{policyholder.name}"
    page.wait_for_function("before => document.querySelector('#preview img').src !== before", arg=before, timeout=60_000)
    version.refresh_from_db()
    assert version.settings == {}
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("草稿已保存。").wait_for(timeout=60_000)
    version.refresh_from_db()
    assert version.settings["blocks"][0]["text"] == "尊敬的{policyholder.name}"
