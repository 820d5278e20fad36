"""One check of one file with everything that page and report tell of it. The bytes are looked at in confined children and kept nowhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vermilion.apps.policies import altered, plain_answers
from vermilion.apps.policies.reporting import inspect_foreign, report_data
from vermilion.apps.policies.sentences import sentence_of
from vermilion.apps.policies.verifying import Judgement, judge

from .words import document_facts

if TYPE_CHECKING:
    from vermilion.core.typeset.recognising import Nature


@dataclass(frozen=True)
class Checked:
    """``answer``: tone, sentence, advice. ``facts``: what the register tells of the document. ``report``: the data of the report."""

    judgement: Judgement
    alteration: altered.Alteration | None
    nature: Nature | None
    answer: tuple[str, str, str]
    facts: list[tuple[str, str]]
    report: dict[str, Any]


def check(data: bytes, *, name: str) -> Checked:
    """Check a file that somebody brings; ``name`` is what she calls it. Raises ChildBusy."""
    judgement = judge(data)
    alteration = altered.look_into(data) if judgement.kind == "altered" else None
    nature = plain_answers.nature_of(data, judgement)
    answer = plain_answers.plain_answer(judgement, nature) or sentence_of(judgement)
    facts = document_facts(judgement.status) if judgement.status else []
    report = report_data(
        judgement,
        answer=answer,
        facts=facts,
        inspection=inspect_foreign(data) if judgement.verdict.format == "pdf" else None,
        alteration=alteration,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        name=name,
    )
    return Checked(judgement, alteration, nature, answer, facts, report)
