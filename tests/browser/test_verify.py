"""What was changed, seen in a browser: side by side on a desk, below each other on a phone, and readable without the pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.core.pki import sealed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """Return a sealed file with a bar painted over its first page in a later revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed()))
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=b"q 0 0 0 rg 30 210 60 8 re f Q")))
    with (tmp_path / "altered.pdf").open("wb") as target:
        writer.write(target)
    return tmp_path / "altered.pdf"


@pytest.mark.parametrize("phone", [False, True])
def test_an_altered_file(open_page: Callable[..., Page], accessible: Callable[[Page], list[str]], altered: Path, phone: bool) -> None:
    page = open_page("/verify/", phone=phone, language="en-US" if phone else "zh-CN")
    assert accessible(page) == []
    page.set_input_files("#id_file", str(altered))
    page.locator("main form button").first.click()
    page.wait_for_selector(".change")
    before, after = (page.locator(".change > .pair figure").nth(at).bounding_box() for at in (0, 1))
    assert before
    assert after
    assert (after["y"] >= before["y"] + before["height"]) if phone else (after["x"] >= before["x"] + before["width"])
    assert page.locator(".change img:not([alt])").count() == 0
    page.locator("details.expert summary").click()
    assert page.locator("details.expert").get_by_text("SHA-256").first.is_visible()
    assert accessible(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    with page.expect_download() as waiting:
        page.locator("form[action='/verify/report/'] button").click()
    assert _report(waiting.value).startswith(b"%PDF-")


def _report(download: Any) -> bytes:
    return Path(download.path()).read_bytes()
