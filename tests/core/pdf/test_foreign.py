"""Good files of other producers are not refused, whatever their keys, cross-references and later revisions."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from tests.core.pdf import hanko
from tests.core.pki import NOW
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.store import TrustStore

STREAMS = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}


def judge(data: bytes):
    return verify_pdf(data, trust=TrustStore(), now=NOW, integrity_only=True)


def intact(data: bytes) -> None:
    verdict = judge(data)
    assert (verdict.bottom_line, verdict.integrity) == ("valid", "intact"), (verdict.reasons, verdict.signatures)


@pytest.mark.parametrize(
    "save",
    [{}, STREAMS, {"linearize": True}, {"linearize": True, **STREAMS}, {"min_version": "2.0"}, {"qdf": True}],
    ids=["table", "streams", "linear", "linear_streams", "pdf2", "qdf"],
)
@pytest.mark.parametrize("visible", [False, True])
def test_every_kind_of_cross_reference(save, visible):
    intact(hanko.sign(hanko.page(**save), visible=visible))


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "rsa"},
        {"kind": "rsa", "pss": True},
        {"kind": "p521", "digest": "sha512"},
        {"kind": "brainpool"},
        {"kind": "ed25519", "digest": "sha512"},
        {"digest": "sha384"},
        {"kind": "rsa", "digest": "sha1"},
        {"pades": False},
        {"certify": MDPPerm.NO_CHANGES},
    ],
    ids=str,
)
def test_every_kind_of_signature(options):
    intact(hanko.sign(hanko.page(), **options))


def test_a_second_signer_and_a_third():
    once = hanko.sign(hanko.page(**STREAMS), "A", visible=True)
    twice = hanko.sign(once, "B", kind="rsa", visible=True)
    intact(twice)
    intact(hanko.sign(twice, "C", pades=False))


def test_an_empty_password_is_none():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(hanko.page())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="", R=6))
    intact(hanko.sign(out.getvalue(), password="owner"))


def test_lines_end_as_on_other_systems():
    body = hanko.page()
    for tail in (b"\r\n", b"\r", b"\n\n", b"  "):
        intact(hanko.sign(body + tail))


@pytest.mark.parametrize("front", [b"\n\n", b"\xef\xbb\xbf"])
def test_white_space_in_front_is_refused_or_read_the_same(front):
    """Offsets that count from the header are not ours to guess; the answer must be stable and never an error."""
    assert judge(front + hanko.sign(hanko.page())).bottom_line in ("invalid", "unreadable")


def lively(change):
    """Return a foreign file that held something lively when it was signed."""
    with pikepdf.open(io.BytesIO(hanko.page(form=True))) as pdf:
        change(pdf)
        target = io.BytesIO()
        pdf.save(target)
    return hanko.sign(target.getvalue())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pdf: pdf.Root.update({"/OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")}), "active_content"),
        (lambda pdf: pdf.pages[0].obj.update({"/AA": pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Named))}), "active_content"),
        (lambda pdf: pdf.Root.update({"/OCProperties": pikepdf.Dictionary(OCGs=[], D=pikepdf.Dictionary())}), "optional_content"),
        (lambda pdf: pdf.Root.AcroForm.update({"/XFA": pikepdf.Stream(pdf, b"<xdp/>")}), "xfa_form"),
    ],
)
def test_what_may_look_different_elsewhere_is_told(change, code):
    data = lively(change)
    intact(data)
    assert code in judge(data).signatures[0].reasons


def test_an_opening_page_is_nothing_to_tell():
    data = lively(lambda pdf: pdf.Root.update({"/OpenAction": pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])}))
    intact(data)
    assert not {"active_content", "optional_content", "xfa_form"} & set(judge(data).signatures[0].reasons)
