from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vermilion.base.errors import VermilionError


class SealNotDrawn(VermilionError):
    code = "company_seal_not_drawn"
    status = 422
    message = _("单位名称太长或含有不能刻制的字，系统不能生成印章图样。")
    hint = _("请上传印模照片：在白纸上盖章后拍照。")


class AuthorityFaulty(VermilionError):
    """Who is named as the legal representative cannot be the one to grant the authority."""

    code = "authority_faulty"
    status = 422
    message = _("法定代表人的信息有误，请改正。")


class AuthorityMissing(VermilionError):
    code = "authority_missing"
    status = 409
    message = _("还没有经办人的书面授权。")
    hint = _("请由法定代表人在手机上签署授权委托书，或者上传盖章的授权委托书由工作人员审核。")
