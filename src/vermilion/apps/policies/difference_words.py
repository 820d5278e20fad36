"""A difference between policy and application in a reader's words: what field it is, and its values as a document prints them."""

from __future__ import annotations

from django.utils import translation

from vermilion.base import validation

BLOCKS = {
    "policyholder": "投保人",
    "insured": "被保险人",
    "insured_list": "被保险人清单",
    "beneficiaries": "受益人",
    "coverages": "保险责任",
    "product": "保险产品",
    "premium": "保险费",
    "subject": "保险标的",
    "cooling_off_days": "犹豫期（日）",
    "for_life": "保障终身",
}
FIELDS = {
    "account": "账号",
    "account_owner": "账户所有人",
    "address": "通讯地址",
    "amount": "每期金额",
    "annual_income": "年收入",
    "auto_renew": "自动续保",
    "bank": "开户银行",
    "birth_date": "出生日期",
    "code": "代码",
    "contact_name": "联系人",
    "deductible": "免赔额",
    "email": "电子邮箱",
    "id_number": "证件号码",
    "id_type": "证件类型",
    "id_valid_until": "证件有效期至",
    "kind": "类型",
    "legal_representative": "法定代表人",
    "mode": "交费方式",
    "name": "姓名或名称",
    "occupation": "职业",
    "occupation_class": "职业类别",
    "occupation_code": "职业代码",
    "order": "受益顺序",
    "payout": "给付比例",
    "phone": "联系电话",
    "plan": "计划",
    "premium": "保险费",
    "registration_code": "条款编码",
    "relation": "关系",
    "sex": "性别",
    "share_percent": "受益份额（%）",
    "social_insurance": "基本医疗保险",
    "sum_insured": "保险金额",
    "sum_insured_text": "保险金额",
    "version": "版本",
    "years": "交费期间（年）",
}
MONEY = ("amount", "annual_income", "premium", "sum_insured")
VALUES = {
    "True": "是",
    "False": "否",
    "male": "男",
    "female": "女",
    "single": "一次交清",
    "annual": "年交",
    "monthly": "月交",
    "statutory": "法定",
    "designated": "指定",
}


def label(path: str) -> str:
    """Return the name of the field at a dotted path: ``被保险人清单 第 3 人 证件号码``. What has no name keeps its technical one."""
    block, *rest = path.split(".")
    names = [BLOCKS.get(block, block)]
    for part in rest:
        if part.isdigit():
            if block != "insured" or part != "0":  # an individual contract has one insured person
                names.append(f"第 {int(part) + 1} 项")
        elif part != "persons":
            names.append(FIELDS.get(part, part))
    return " ".join(names)


def shown(path: str, value: str) -> str:
    """Return a value as it is printed; a dash for nothing."""
    leaf = path.rpartition(".")[2]
    if leaf in MONEY and value.isdigit():
        return f"¥{int(value) / 100:,.2f}"
    if leaf == "id_type":
        with translation.override("zh-hans"):  # a document stays in its language, whatever the page's is
            return str(validation.ID_TYPES.get(value, value)) or "—"
    return VALUES.get(value, value) or "—"
