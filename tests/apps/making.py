"""The smallest insurer, case and people that an app's tests need. All persons are synthetic."""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

import pytest

from vermilion.apps.cases import documents
from vermilion.apps.cases.models import Case, CaseParty, Document, Revision
from vermilion.apps.cases.services import set_parties, start_case
from vermilion.apps.parties.models import Branch, Insurer, InsurerAuthentication
from vermilion.apps.products.models import ProductVersion
from vermilion.base import clock
from vermilion.cli.demo.content import people

PHONE = "13800138000"
NAME = "李若晴"
ID_NUMBER = "11010519491231002X"


def person(**changes: str) -> dict[str, str]:
    """Return the personal data of a synthetic customer."""
    return {
        "name": NAME,
        "id_type": "resident_id",
        "id_number": ID_NUMBER,
        "phone": PHONE,
        "email": "ruoqing@example.cn",
        **changes,
    }


def make_insurer(code: str = "huayue") -> Insurer:
    made = Insurer.objects.create(
        code=code,
        name="华岳人寿保险股份有限公司",
        name_en="Huayue Life",
        short_name="华岳人寿",
        uscc=people.uscc(crc32(code.encode())),
        address="上海市",
        hotline="95500",
    )
    InsurerAuthentication.objects.create(insurer=made, result="passed", checked_by="测试", uscc=made.uscc, checked_at=clock.now())
    return made


def make_case(insurer: Insurer | None = None, **options: str) -> Case:
    """Return a new case of a product whose definition nobody looks at."""
    insurer = insurer or make_insurer()
    branch, _made = Branch.objects.get_or_create(insurer=insurer, code="01", defaults={"name": "上海分公司", "address": "上海市"})
    product, _made = ProductVersion.objects.get_or_create(
        insurer=insurer,
        code="ci",
        version="1",
        defaults={"data": {}, "digest": "0" * 64, "clause_bundle_digest": "0" * 64, "published_at": clock.now()},
    )
    return start_case(product=product, branch=branch, channel="portal", **options)


def make_party(case: Case, role: str = "policyholder", **changes: str) -> CaseParty:
    return set_parties(case=case, people=[(role, person(**changes))])[0]


def make_document(case: Case, data: bytes = b"%PDF-1.7 shown", subject: str = "1") -> tuple[Document, Revision]:
    """Return a document of the case with one stored revision. Runs inside a transaction."""
    document = documents.open_document(case=case, kind="confirmation", title="投保确认书", subject=subject)
    key = documents.store_bytes(case, document.id, data)
    return document, documents.add_revision(document=document, kind="shown", data=data, blob_key=key)


class MovingClock:
    """A clock that tests push forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.moment)

    def forward(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment
