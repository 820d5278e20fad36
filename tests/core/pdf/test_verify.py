"""The verifier against change: single bytes, appended revisions, known attacks, hostile and broken files."""

from __future__ import annotations

import io
import json
import random
import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from tests.core.pdf.mutants import append
from tests.core.pki import NOW, PLACES, Pki, document, pki, sealed
from vermilion.core.pdf import reasons, verify
from vermilion.core.pdf.fields import Place, add_signature_fields
from vermilion.core.pdf.verdict import SignatureVerdict
from vermilion.core.pdf.verify import verify_pdf
from vermilion.core.trust.store import TrustStore

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "pdf"
MEANING = {"allowed_update": "intact", "modified": "altered", "malformed": "broken"}
# The corpus itself calls these two disputed or lets no parser open them; refused they must be, in whatever words.
REFUSED_IN_OTHER_WORDS = {"pdfjs__signed_verified.pdf", "dss__pdf-spoofing-attack.pdf"}


def judge(data: bytes, *, trust: TrustStore | None = None, **options):
    return verify_pdf(data, trust=trust or pki().trust, now=NOW, **options)


@cache
def signed() -> bytes:
    shown = add_signature_fields(document(), PLACES)
    return pki().sign(pki().sign(shown, "policyholder"), "insured", close=True)


def contents_of(data: bytes) -> tuple[int, int]:
    """Return where the hex digits of the last signature begin and end."""
    _, length, second, _ = (int(part) for part in re.findall(rb"/ByteRange\s*\[(\d+) (\d+) (\d+) (\d+)\]", data)[-1])
    return length + 1, second - 1


def positions(data: bytes) -> list[int]:
    """Positions of every kind: a sample of all bytes, of the CMS's digits and of its padding; the brackets; the file's end."""
    choose = random.Random(20261122)
    start, end = contents_of(data)
    cms_digits = len(data[start:end].rstrip(b"0"))
    return sorted(
        {
            *choose.sample(range(len(data)), 25),
            *range(start - 2, start + 4),
            *choose.sample(range(start, start + cms_digits), 50),
            *choose.sample(range(start + cms_digits, end), 5),
            *range(end - 2, end + 2),
            *range(len(data) - 4, len(data)),
        }
    )


@pytest.mark.parametrize("make", [sealed, signed])
def test_every_changed_byte_is_refused(make):
    good = make()
    assert judge(good).bottom_line == "valid"
    accepted = []
    for position in positions(good):
        byte = good[position]
        # 0x20 turns a letter into the other case: the same hex digit to every parser.
        other = byte ^ (0x20 if byte in b"abcdef" else 1)
        bad = good[:position] + bytes((other,)) + good[position + 1 :]
        if judge(bad, integrity_only=True).bottom_line == "valid":
            accepted.append((position, byte, other))
    assert accepted == []


@pytest.mark.parametrize("tail", [b"\n", b" ", b"\0", b"%\n", b"%%EOF\n", b"startxref\n0\n%%EOF\n", b"junk"])
def test_bytes_behind_the_signature_are_refused(tail):
    verdict = judge(sealed() + tail)
    assert (verdict.bottom_line, verdict.integrity) == ("invalid", "not_whole"), verdict


@pytest.mark.parametrize("cut", [1, 2, 6, 40, 400])
def test_a_shortened_file_is_refused(cut):
    assert judge(sealed()[:-cut], integrity_only=True).bottom_line != "valid"


def objects_of(data: bytes) -> dict[int, bytes]:
    """Plain text of page and catalog objects, by number."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0].obj
        return {page.objgen[0]: page.unparse(resolved=True), pdf.Root.objgen[0]: pdf.Root.unparse(resolved=True)}


def forged_page(data: bytes) -> tuple[int, bytes]:
    number, body = next(iter(objects_of(data).items()))
    return number, re.sub(rb"/MediaBox \[[^\]]*\]", b"/MediaBox [ 0 0 50 50 ]", body)


@pytest.mark.parametrize("make", [sealed, signed])
def test_a_replaced_page_is_refused(make):
    number, page = forged_page(make())
    verdict = judge(append(make(), {number: page}))
    assert (verdict.bottom_line, verdict.integrity) == ("invalid", "altered")
    assert "change_forbidden" in verdict.reasons


@pytest.mark.parametrize("make", [sealed, signed])
def test_an_empty_cross_reference_over_a_new_page_is_refused(make):
    """Viewers rebuild the table by scanning and would show the page that pyHanko does not see."""
    number, page = forged_page(make())
    verdict = judge(append(make(), {number: page}, listed=[]))
    assert (verdict.bottom_line, verdict.integrity) == ("invalid", "not_whole")
    assert "tail" in verdict.reasons


def test_an_object_hidden_between_listed_ones_is_refused():
    number, page = forged_page(sealed())
    spare = max(int(value) for value in re.findall(rb"/Size (\d+)", sealed()))
    verdict = judge(append(sealed(), {spare: b"null", number: page}, listed=[spare]))
    assert verdict.integrity == "not_whole"


def test_a_table_that_points_back_is_refused():
    good = sealed()
    number = next(iter(objects_of(good)))
    first = good.index(b"%d 0 obj" % number)
    bad = append(good, {})
    bad = bad.replace(
        b"0000000000 65535 f \ntrailer\n<</Size", b"0000000000 65535 f \n%d 1\n%010d 00000 n \ntrailer\n<</Size" % (number, first)
    )
    verdict = judge(bad)
    assert verdict.bottom_line == "invalid"


def test_a_later_comment_or_field_is_refused():
    good = signed()
    with pikepdf.open(io.BytesIO(good)) as pdf:
        page = pdf.pages[0].obj
        number, body = page.objgen[0], page.unparse(resolved=True)
    spare = max(int(value) for value in re.findall(rb"/Size (\d+)", good))
    note = b"<</Type/Annot/Subtype/FreeText/Rect[10 10 90 90]/Contents(free of charge)/DA(/Helv 9 Tf)/F 4>>"
    body = re.sub(rb"/Annots \[", b"/Annots [ %d 0 R " % spare, body)
    assert judge(append(good, {number: body, spare: note})).integrity == "altered"


def test_a_stranger_may_not_sign_behind_the_insurer():
    """An approval signature in a field that was left empty is cryptographically fine; nobody whom we trust made it."""
    shown = add_signature_fields(document(), [Place("policyholder", 0, (20, 20, 120, 60)), Place("insured", 1, (20, 20, 120, 60))])
    stranger = Pki()
    verdict = judge(stranger.sign(pki().sign(shown, "policyholder"), "insured"))
    assert (verdict.bottom_line, verdict.integrity, verdict.trusted) == ("invalid", "intact", False)
    assert [one.trusted for one in verdict.signatures] == [True, False]


def test_unknown_root_is_not_valid_but_intact():
    verdict = judge(sealed(), trust=TrustStore())
    assert (verdict.bottom_line, verdict.integrity, verdict.trusted) == ("invalid", "intact", False)
    assert "unknown_root" in verdict.reasons
    assert judge(sealed(), trust=TrustStore(), integrity_only=True).bottom_line == "valid"


def test_an_event_certificate_is_judged_at_the_time_of_the_token():
    later = verify_pdf(signed(), trust=pki().trust, now=NOW + timedelta(days=3000))
    assert later.bottom_line == "valid"


def test_own_file_without_timestamp_is_not_valid():
    verdict = judge(pki().seal(document(), timestamped=False))
    assert (verdict.bottom_line, verdict.integrity, verdict.trusted) == ("invalid", "intact", False)
    assert "timestamp_missing" in verdict.reasons


def test_padding_that_hides_something_is_refused():
    start, end = contents_of(sealed())
    bad = sealed()[: end - 8] + b"deadbeef" + sealed()[end:]
    assert len(bad) == len(sealed())
    assert judge(bad, integrity_only=True).integrity == "broken"
    upper = sealed()[:start] + sealed()[start:end].upper() + sealed()[end:]
    assert judge(upper, integrity_only=True).integrity == "broken"


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"", "unreadable", "empty"),
        (b"hello", "unreadable", "not_pdf"),
        (b"PK\x03\x04 packed without compression " + sealed(), "unreadable", "not_pdf"),
        (b"%PDF-1.7\n%%EOF", "unreadable", "damaged"),
        (document()[:5000], "unreadable", "truncated"),
        (document(), "unsigned", "no_signature"),
    ],
)
def test_what_is_no_signed_pdf(data, line, code):
    verdict = judge(data)
    assert (verdict.bottom_line, verdict.reasons) == (line, (code,))


def test_a_password_is_told():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(document())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user="user"))
    assert judge(out.getvalue()).reasons == ("encrypted",)


def test_a_resaved_file_says_that_its_signature_is_gone():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed())) as pdf:
        pdf.save(out)
    assert judge(out.getvalue()).bottom_line != "valid"


def test_too_large_is_not_parsed(monkeypatch):
    monkeypatch.setattr(verify, "MAX_BYTES", 1000)
    assert judge(sealed()).reasons == ("too_large",)


def test_random_damage_never_raises_and_never_passes():
    choose = random.Random(7)
    for _ in range(25):
        bad = bytearray(signed())
        for _ in range(choose.choice([1, 3, 30])):
            position = choose.randrange(len(bad))
            bad[position : position + choose.choice([0, 1, 8])] = choose.randbytes(choose.choice([1, 1, 8]))
        if bytes(bad) != signed():
            assert judge(bytes(bad), integrity_only=True).bottom_line != "valid"


def test_every_reason_has_a_sentence_in_both_languages():
    source = "".join(path.read_text() for path in Path(verify.__file__).parent.glob("*.py"))
    used = set(re.findall(r'because\(\s*"([a-z_]+)"', source)) | set(re.findall(r'CoverageFault\("([a-z_]+)"\)', source))
    assert used
    assert used <= set(reasons.REASONS)
    for code in reasons.REASONS:
        assert reasons.sentence(code, "zh-hans") != reasons.sentence(code, "en")


def test_json_has_exactly_the_contracts_keys():
    schema = json.loads((Path(__file__).resolve().parents[3] / "docs" / "schemas" / "verify.json").read_text())["$defs"]
    found = judge(sealed()).as_json()
    assert sorted(found) == sorted(schema["file"]["required"])
    assert sorted(found["signatures"][0]) == sorted(schema["signature"]["required"])
    assert sorted(SignatureVerdict("x", "broken").as_json()) == sorted(schema["signature"]["required"])


def corpus() -> list[dict[str, str]]:
    manifest = CORPUS / "manifest.json"
    return json.loads(manifest.read_text())["files"] if manifest.exists() else []


@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not on this machine")
@pytest.mark.parametrize("entry", corpus(), ids=lambda entry: entry["file"])
def test_corpus(entry):
    verdict = judge((CORPUS / entry["file"]).read_bytes(), trust=TrustStore(), integrity_only=True)
    if entry["file"] in REFUSED_IN_OTHER_WORDS:
        assert verdict.bottom_line == "invalid"
    else:
        assert verdict.integrity == MEANING.get(entry["expected"], entry["expected"]), verdict.reasons
