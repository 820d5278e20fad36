"""The insured list of a group policy as CSV text: from and to spreadsheets of personnel departments."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils.translation import gettext_lazy as _

from vermilion.base import validation as v

from .errors import ApplicationInvalid

#: Longest text taken: 5,000 rows of 200 characters.
MAX_CHARACTERS = 1_000_000
COLUMNS = {
    "姓名": "name",
    "证件类型": "id_type",
    "证件号码": "id_number",
    "出生日期": "birth_date",
    "性别": "sex",
    "手机号码": "phone",
    "职业代码": "occupation",
}
_REQUIRED = ("姓名", "证件号码", "职业代码")
#: By which people are found who are on a list already.
KNOWN_BY = ("姓名", "证件号码")
_SEXES = {"男": "male", "女": "female"}


def decode(content: bytes) -> str:
    """Return the text of an uploaded CSV file: UTF-8 or, as spreadsheet programs save it in China, GB 18030. Raises ApplicationInvalid."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ApplicationInvalid(fields={"insured": _("无法识别文件编码，请另存为 CSV（UTF-8）后再上传。")})


def parse(text: str, *, maximum: int, required: tuple[str, ...] = _REQUIRED) -> list[dict[str, Any]]:
    """Return the raw entries of ``application["insured"]``; values are checked by ``check_application``. Raises ApplicationInvalid.

    The first row names the columns (``COLUMNS``), the ``required`` ones at least; tabs or semicolons may stand for commas. Empty rows are
    passed over.
    """
    if "\x00" in text or len(text) > MAX_CHARACTERS:
        raise ApplicationInvalid(fields={"insured": _("文件不是有效的被保险人清单，请使用下载的模板填写。")})
    lines = text.lstrip("\ufeff").strip()
    delimiter = next((sign for sign in "\t;" if sign in lines.partition("\n")[0]), ",")
    try:
        rows = list(csv.reader(io.StringIO(lines), delimiter=delimiter, strict=True))
    except csv.Error:
        raise ApplicationInvalid(fields={"insured": _("文件格式有误（引号或分隔符不完整），请检查后重新上传。")}) from None
    header = [cell.strip() for cell in rows[0]] if rows else []
    if any(name not in header for name in required) or len(set(header)) != len(header):
        raise ApplicationInvalid(fields={"insured": _("第一行应为列名：姓名、证件类型、证件号码、出生日期、性别、手机号码、职业代码。")})
    types = {str(label): code for code, label in v.ID_TYPES.items()}
    entries = []
    for row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        entry = {COLUMNS[name]: cell.strip() for name, cell in zip(header, row, strict=False) if name in COLUMNS and cell.strip()}
        entry["id_type"] = types.get(entry.get("id_type", ""), entry.get("id_type", "resident_id"))
        if "sex" in entry:
            entry["sex"] = _SEXES.get(entry["sex"], entry["sex"])
        entries.append(entry)
        if len(entries) > maximum:
            raise ApplicationInvalid(fields={"insured": _("人数超过上限 %(count)d 人，请分单投保。") % {"count": maximum}})
    if not entries:
        raise ApplicationInvalid(fields={"insured": _("清单中没有人员，请填写后重新上传。")})
    return entries


def template() -> str:
    """Return an empty list as CSV text with its heading; the byte order mark lets spreadsheet programs read the Chinese."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(COLUMNS)
    return "\ufeff" + buffer.getvalue()
