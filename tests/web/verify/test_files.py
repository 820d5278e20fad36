"""``/verify/`` and ``vermilion verify``: one policy's files through its life, and what strangers and attackers bring."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import translation
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

from tests import factories, life
from tests.core.pki import PLACES, document, pki, sealed
from tests.core.stamper import Stamper
from vermilion.apps.cases.models import Case, Document
from vermilion.apps.policies import endorsing, servicing, tasks
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.seals import services as seals
from vermilion.base.config import config
from vermilion.cli.main import main
from vermilion.core.pdf.fields import add_signature_fields
from vermilion.web.my import access as my
from vermilion.web.verify import reports

FORM = "/verify/"


def ask(data: bytes, *, language: str = "zh-hans", name: str = "policy.pdf") -> str:
    """Upload a file as a visitor does and return the page; every verdict is an answer, never an error."""
    answer = Client().post(FORM, {"file": SimpleUploadedFile(name, data)}, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    return answer.content.decode()


def judged(data: bytes) -> dict:
    """Upload a file as a program does."""
    answer = Client().post(FORM, {"file": SimpleUploadedFile("a.pdf", data)}, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return answer.json()


def by_command(folder: Path, files: dict[str, bytes], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``vermilion verify`` on the files, beside the instance whose database this test uses."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "DJANGO"))}
    environment |= {"DATABASE_URL": database, "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "vermilion.cli.main", "verify", *arguments, *files]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


class Killed(BaseException):
    """The process died between sealing and storing."""


@pytest.mark.django_db(transaction=True)
def test_a_policys_files_through_its_life(platform, drain_jobs, monkeypatch, tmp_path, capsys):
    case = life.signed("critical_illness", drain_jobs, first=True)
    confirmation = life.newest(case.documents.get(kind="confirmation"))
    holder = case.parties.get(role="policyholder").personal

    # Sealed, and lost before the archive had it: the next run seals another file.
    lost: list[bytes] = []
    seal = seals.seal_document

    def dying(**options):
        lost.append(seal(**options).pdf)
        raise Killed

    life.pay(case)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(seals, "seal_document", dying)
        tasks.issue_job(case_id=str(case.id))
    drain_jobs()
    policy = Policy.objects.get(case=case)
    first = policy.versions.get(number=1).document
    pdf = life.newest(first)

    page = ask(pdf)
    assert "这是真实的保单，目前有效" in page
    assert "保单专用章" in page
    for secret in (holder["name"], holder["id_number"], holder["phone"], policy.number):
        assert secret not in page
    assert "This is a genuine policy, in force now" in ask(pdf, language="en")
    assert "文件真实，没有任何改动" in ask(confirmation), "what a person signed is ours too"
    assert "档案中没有这份文件" in ask(lost[0])

    # As our own long-term copy is good (tests/core/pdf/test_levels.py), so is another program's timestamp, if we trust who gave it.
    stamped = PdfTimeStamper(Stamper()).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256").getvalue()
    assert stamped.startswith(pdf)
    assert judged(stamped)["kind"] == "altered"
    root = config().home / "trust" / "private" / "timestamps" / "tests.pem"
    root.parent.mkdir(parents=True, exist_ok=True)
    root.write_bytes(pki().root.certificate.public_bytes(Encoding.PEM))
    try:
        assert judged(stamped)["kind"] == "in_force"
    finally:
        root.unlink()

    # Altered: the page names the signature after which it happened.
    altered = pdf.replace(b"/MediaBox", b"/MediaBoy", 1)
    page = ask(altered)
    assert "文件在签名之后被改动过" in page
    assert "的签名之后" in page
    assert policy.number[-4:] not in page, "nothing of the archive is told about a file whose signed bytes were forged"
    assert "没有留下签名时的样子" in page, "and nothing is compared with guesses"
    assert judged(confirmation + b"\n")["kind"] == "altered"
    look_at_what_was_appended(pdf, case, first)

    # Superseded by an endorsement, which is in force.
    change = servicing.change_contact(policy_id=policy.id, contact={"address": "上海市徐汇区示例路 9 号 302 室"})
    drain_jobs()
    change.refresh_from_db()
    endorsement = life.newest(change.document)
    page = ask(pdf)
    assert "已被后来的批单更新" in page
    assert change.number[-4:] in page
    assert "这是真实的批单，目前有效" in ask(endorsement)

    # The command gives the same answers beside the instance, and the file's own verdict where there is none.
    files = {"policy.pdf": pdf, "confirmation.pdf": confirmation, "lost.pdf": lost[0], "altered.pdf": altered, "change.pdf": endorsement}
    done = by_command(tmp_path, files, "--json")
    assert done.returncode == 1, done.stderr
    for said, data in zip(json.loads(done.stdout), files.values(), strict=True):
        web = judged(data)
        assert (said["policy"], said["bottom_line"], said["signatures"]) == (web["policy"], web["bottom_line"], web["signatures"])
        assert ("not_archived" in said["reasons"]) == (web["kind"] == "not_archived")
    # In words and in English: a second process would cost seconds and show nothing more.
    with monkeypatch.context() as patch, translation.override("en"):
        patch.chdir(tmp_path)
        for name in ("LC_ALL", "LC_MESSAGES"):
            patch.delenv(name, raising=False)
        patch.setenv("LANG", "en_US.UTF-8")
        capsys.readouterr()
        assert main(["verify", "policy.pdf", "lost.pdf"]) == 0
    words = capsys.readouterr().out
    assert "a later endorsement has changed its content" in words
    assert "the document is not in our archive" in words

    # Ended: the old files stay genuine and say that nothing is covered any more.
    ending = servicing.end_policy(policy_id=policy.id, reason="不需要了", staff=life.staff("clerk"))
    drain_jobs()
    ending.refresh_from_db()
    life.sign_all(ending.application_document, drain_jobs)
    ending = Endorsement.objects.get(pk=ending.pk)
    endorsing.approve(endorsement_id=ending.id, staff=life.staff("approver"), shown_digest=ending.shown_digest, method="password+totp")
    drain_jobs()
    for data in (pdf, endorsement):
        assert "文件真实，但这张保单犹豫期内已撤销" in ask(data)


def painted(pdf: bytes) -> bytes:
    """Return the file with a later revision that lays a black bar over its first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    bar = writer.add_object(generic.StreamObject(stream_data=b"q 0 0 0 rg 120 500 160 14 re f Q"))
    writer.add_stream_to_page(0, bar)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def look_at_what_was_appended(pdf: bytes, case: Case, document: Document) -> None:
    """The signed pages are laid beside the present ones; the archived original is for parties and staff only."""
    page = ask(painted(pdf))
    assert "文件在签名之后被改动过" in page
    assert "第 1 页：1 处不同" in page
    assert page.count("data:image/webp;base64,") == 4, "both pages, and both enlarged"
    assert "签名时的版本在我们的档案里" in page, "found by the digest of the signed revision"
    assert 'alt="现在的第 1 页，不同处以红框标出"' in page
    assert "page 1: 1 place differs" in ask(painted(pdf), language="en").lower()

    link = f"/verify/original/{document.code}/"
    assert link in page
    stranger = Client()
    for code in (document.code, "0" * 16):
        assert stranger.get(f"/verify/original/{code}/").headers["Location"] == "/my/enter/", "the same for a code that does not exist"
    assert factories.browser(life.staff("clerk")).get(link).headers["Location"] == f"/console/documents/{document.id}/"
    party = case.parties.get(role="policyholder")
    for ids, found in (([party.id], True), ([], False)):
        visitor = stranger_with(ids)
        answer = visitor.get(link, follow=True)
        assert answer.status_code == (200 if found else 404)
        assert (document.title in answer.content.decode()) == found


def stranger_with(party_ids: list[object]) -> Client:
    """Return a browser that has proven to be these parties at ``/my/``."""
    client = Client()
    client.get("/my/enter/")
    request = RequestFactory().get("/")
    request.session = client.session
    my.enter(request, party_ids)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("policy.pdf", sealed())
    return out.getvalue()


def ofd() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("OFD.xml", "Doc_0/Document.xml", "Doc_0/Signs/Signatures.xml"):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def resaved() -> bytes:
    """Return a sealed file as an office program saves it: pages kept, the signature's dictionary an orphan."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed())) as pdf:
        pdf.Root.Orphan = pdf.Root.AcroForm.Fields[0].V
        del pdf.Root.AcroForm
        for page in pdf.pages:
            if "/Annots" in page:
                del page.Annots
        pdf.docinfo["/Producer"] = "WPS Office"
        pdf.save(out)
    return out.getvalue()


PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


@pytest.mark.django_db
def test_what_strangers_bring_is_answered_in_one_sentence():
    for name, data, sentence, code in [
        ("foreign.pdf", sealed(), "不是由我们签发", "unknown_root"),
        ("plain.pdf", document(), "文件没有电子签名", "no_signature"),
        ("empty.pdf", b"", "文件是空的", "empty"),
        ("cut.pdf", document()[:5000], "文件不完整", "truncated"),
        ("cut-signed.pdf", sealed()[:-300], "改动过", ""),
        ("locked.pdf", encrypted(), "文件有密码，没有检查", "encrypted"),
        ("policy.zip", zipped(), "里面的 PDF 文件（1 份）", "not_pdf"),
        ("photo.png", PNG, "这是一张图片，图片里没有电子签名", "not_pdf"),
        ("page.html", b"<script>alert(1)</script>", "这不是 PDF 文件", "not_pdf"),
        ("policy.ofd", ofd(), "带签名的 OFD 文件，本平台目前还不能判断", "ofd_not_judged"),
        ("resaved.pdf", resaved(), "已经没有可用的电子签名", "signature_removed"),
    ]:
        page = ask(data, name=name)
        assert sentence in page, name
        assert f'data-reason="{code}"' in page or not code, name
        assert "<script>alert" not in page
    english = [(sealed(), "signed, but not by us"), (document(), "carries no electronic signature"), (b"x", "This is not a PDF file")]
    for data, sentence in english:
        page = ask(data, language="en")
        assert sentence in page
    report = signing.loads(re.search(r'name="token" value="([^"]+)"', page)[1], salt=reports.SALT)["report"]
    assert 'from "My policies" or' in report["verdict"]["advice"], "in our fonts curly marks are as wide as a Chinese character"


@pytest.mark.django_db
def test_the_page_names_the_signature_after_which_a_file_was_changed():
    first = pki().sign(add_signature_fields(document(), PLACES), "policyholder", name="第一人")
    good = pki().sign(first, "insured", close=True, name="第二人")
    drawing = good.index(b"gs 0.40000", len(first))
    for what, data, signer in [
        ("the first one's pages", good.replace(b"/MediaBox", b"/MediaBoy", 1), "第一人"),
        ("the second one's drawing", good[:drawing] + b"gs 0.90000" + good[drawing + 10 :], "第二人"),
        ("appended", good + b"\n%more\n", "第二人"),
    ]:
        answer = Client().post(FORM, {"file": SimpleUploadedFile("a.pdf", data)})
        assert f"改动发生在“{signer}”的签名之后" in answer.content.decode(), what


@pytest.mark.django_db
def test_a_form_without_a_file_and_a_machine_that_probes_are_told_what_to_do(monkeypatch):
    page = Client().get(FORM)
    assert page.status_code == 200
    assert 'data-max-bytes="52428800"' in page.content.decode()
    for body in ({}, {"file": "text instead of a file"}):
        answer = Client().post(FORM, body)
        assert answer.status_code == 422
        assert "请选择保单的 PDF 文件" in answer.content.decode()
    assert Client().delete(FORM).status_code == 405

    from vermilion.web import limits
    from vermilion.web.verify import views

    monkeypatch.setattr(views, "FILES", limits.Limit("verify-test", 2, 600))
    for _time in range(2):
        assert "这不是 PDF" in ask(b"x")
    refused = Client().post(FORM, {"file": SimpleUploadedFile("a.pdf", b"x")})
    assert refused.status_code == 429
    assert 540 < int(refused["Retry-After"]) <= 600
    assert "请在 10 分钟后再试" in refused.content.decode()
    assert "这不是 PDF" in Client(REMOTE_ADDR="10.0.0.7").post(FORM, {"file": SimpleUploadedFile("a.pdf", b"x")}).content.decode()


@pytest.mark.django_db
def test_visitors_behind_our_proxy_are_counted_one_by_one(settings, monkeypatch):
    from vermilion.web import limits
    from vermilion.web.verify import lookups, views

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    monkeypatch.setattr(views, "FILES", limits.Limit("verify-test", 1, 600))
    monkeypatch.setattr(lookups, "CODES", limits.Limit("codes-test", 1, 600))
    for address, file, code in [("1.1.1.1", 200, 404), ("2.2.2.2", 200, 404), ("1.1.1.1", 429, 429)]:
        headers = {"X-Forwarded-For": address}
        assert Client().post(FORM, {"file": SimpleUploadedFile("a.pdf", b"x")}, headers=headers).status_code == file
        assert Client().get("/v/0000000000000000", headers=headers).status_code == code


@pytest.mark.django_db
def test_the_report_is_made_of_what_the_visitor_brings_back_and_of_nothing_else():
    first = pki().sign(add_signature_fields(document(), PLACES), "policyholder", name="张😀三")
    both = pki().sign(first, "insured", close=True, name="李四")
    page = ask(both, name="我的\u202e保单.pdf")
    assert "其后有签名所允许的：其他人的签名" in page, "what was permitted to follow is told"
    tokens = [re.search(r'name="token" value="([^"]+)"', one) for one in (page, ask(both, name="我的.pdf", language="en"))]
    assert all(tokens)
    token = tokens[0]
    answer = Client().post("/verify/report/", {"token": token[1]}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "attachment" in answer["Content-Disposition"]
    english = Client().post("/verify/report/", {"token": tokens[1][1]}, headers={"Accept-Language": "zh-hans"}).content
    texts = []
    for made in (answer.content, english):
        with closing(pypdfium2.PdfDocument(made)) as read:
            texts.append("".join(page.get_textpage().get_text_bounded() for page in read))
    for expected in ("电子文件验签报告", "张〓三", "不是由我们签发", "本报告不是法律意见"):
        assert expected in re.sub(r"\s", "", texts[0])
    assert "Signature Verification Report" in texts[1]
    # Each in the one language of the page that it is made from, whatever was chosen since.
    chinese = set(re.findall(r"[\u4e00-\u9fff]+", texts[1]))
    assert chinese <= {"张", "三", "李四", "我的"}
    assert "Signature" not in texts[0]
    assert "有，均为签名所允许：其他人的签名" in re.sub(r"\s", "", texts[0])
    assert "permitted by the signature: another signature" in re.sub(r"\s+", " ", texts[1])
    digest = hashlib.sha256(both).hexdigest()
    assert all(digest in re.sub(r"\s", "", text) for text in texts)
    for bad in ("", "x", token[1][:-3] + "abc", signing.dumps({"demo": False}, salt="another"), signing.dumps({}, salt=reports.SALT)):
        refused = Client().post("/verify/report/", {"token": bad})
        assert refused.status_code == 410
        assert "重新上传" in refused.content.decode()
    assert Client().get("/verify/report/").status_code == 405
