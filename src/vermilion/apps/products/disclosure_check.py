"""Answers to the questions of the disclosure: each question once, in the wording version that was shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v

from .definition import ProductDefinition
from .fields import is_blank
from .form_check import Errors, MissingCharacters
from .wording import Question

MAX_DETAIL = 500


def check_disclosure(definition: ProductDefinition, raw: Any, errors: Errors, missing: MissingCharacters | None) -> list[dict[str, Any]]:
    """Return the canonical answers in the order of the questions; error paths count in that order too (``disclosure.2.answer``)."""
    given: dict[str, Mapping[str, Any]] = {}
    for entry in raw if isinstance(raw, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
            if entry["id"] in given:
                errors["disclosure"] = _("同一问题有两个回答，请刷新页面后重新作答。")
            given[entry["id"]] = entry
    if set(given) - {question.id for question in definition.disclosure.questions}:
        errors["disclosure"] = _("回答了本产品没有询问的问题，请刷新页面后重新作答。")
    return [
        _answer(question, given.get(question.id, {}), f"disclosure.{index}", errors, missing)
        for index, question in enumerate(definition.disclosure.questions)
    ]


def _answer(question: Question, entry: Mapping[str, Any], path: str, errors: Errors, missing: MissingCharacters | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": question.id, "version": question.version, "answer": "", "detail": ""}
    value = entry.get("answer")
    if is_blank(value):
        errors[f"{path}.answer"] = _("请回答此问题。")
        return answer
    if entry.get("version") != question.version:
        errors[f"{path}.answer"] = _("此问题的内容已更新，请阅读新的问题后重新回答。")
        return answer
    if question.kind == "number":
        try:
            answer["answer"] = str(v.parse_integer(value, minimum=question.minimum, maximum=question.maximum))
        except v.InvalidValue as error:
            errors[f"{path}.answer"] = error.message
        return answer
    if value not in ("yes", "no"):
        errors[f"{path}.answer"] = _("请选择“是”或“否”。")
        return answer
    answer["answer"] = value
    if value == "yes" and question.detail is not None:
        try:
            answer["detail"] = v.validate_text(entry.get("detail"), minimum=2, maximum=MAX_DETAIL)
        except v.InvalidValue as error:
            errors[f"{path}.detail"] = error.message
        else:
            if missing is not None and (characters := missing(answer["detail"])):
                errors[f"{path}.detail"] = _("下列字暂时无法显示：%(characters)s。请换用其他写法。") % {"characters": "、".join(characters)}
    return answer
