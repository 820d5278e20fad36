"""Every kind of file that people hold has its sentence and what to do; codes are offered only when they lead here."""

from __future__ import annotations

from typing import get_args

import pytest

from vermilion.apps.policies import plain_answers
from vermilion.apps.policies.sentences import sentence_of
from vermilion.apps.policies.verifying import Judgement
from vermilion.base.config import config
from vermilion.core.pdf.verdict import Verdict, unreadable
from vermilion.core.typeset.recognising import Kind, Nature


def held(reason: str, kind: str = "unsigned") -> Judgement:
    verdict = unreadable(reason) if kind == "unreadable" else Verdict("pdf", "unsigned", "none", False, reasons=(reason,))
    return Judgement(kind, verdict, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_answered(kind):
    answer = plain_answers.plain_answer(held("not_pdf", "unreadable"), Nature(kind))
    if kind in ("pdf", "empty"):
        assert answer is None, "the verifier's own reason says more"
    else:
        tone, headline, advice = answer
        assert tone in ("warning", "invalid")
        assert headline
        assert advice


def test_a_saved_file_and_one_that_only_looks_so_are_told_apart():
    traces = plain_answers.plain_answer(held("signature_removed"), Nature("resaved"))
    hint = plain_answers.plain_answer(held("no_signature"), Nature("resaved", maker="WPS Office"))
    assert "被别的软件另存过" in traces[1]
    assert "像是由" in hint[1]


def test_a_signed_file_is_never_answered_by_what_it_looks_like():
    genuine = Judgement("in_force", Verdict("pdf", "valid", "intact", True), None, None)
    assert plain_answers.plain_answer(genuine, Nature("scan")) is None
    assert plain_answers.nature_of(b"%PDF-", genuine) is None


def test_another_insurers_valid_signature_is_no_alarm_and_no_status():
    valid = Judgement("not_ours", Verdict("pdf", "valid", "intact", True), None, None)
    unknown = Judgement("not_ours", Verdict("pdf", "invalid", "intact", False), None, None)
    assert sentence_of(valid)[:2] == ("warning", "签名有效，但不是由我们签发；这里不知道它的状态")
    assert sentence_of(unknown)[0] == "invalid"


def test_only_codes_that_lead_here_are_offered():
    here = config().base_url
    code = "0123456789ABCDEF"
    offered = {
        f"{here}/v/{code}": [code],
        f"{here}/v/{code.lower()}/": [code],
        f"{here}.evil.example/v/{code}": [],
        f"https://evil.example/v/{code}": [],
        f"{here}@evil.example/v/{code}": [],
        f"{here}/v/../my/": [],
        f"{here}/verify/{code}": [],
        "javascript:alert(1)": [],
        "http://[": [],
    }
    for link, expected in offered.items():
        assert plain_answers.codes_on(Nature("picture", links=(link,))) == expected, link
    assert plain_answers.codes_on(Nature("print", printed_codes=("0123-4567-89AB-CDEF",))) == [code]
    assert plain_answers.codes_on(None) == []
