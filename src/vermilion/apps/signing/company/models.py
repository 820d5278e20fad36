"""CompanySeal: the picture of a policyholder's own seal, for the papers of one case."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from vermilion.base.vault import EncryptedJSONField


class CompanySeal(models.Model):
    """投保单位印章: what is seen where the company seals. Trust is the certificate, made for one signature."""

    class Source(models.TextChoices):
        DRAWN = "drawn", _("按单位名称生成")
        PHOTO = "photo", _("上传的印模照片")

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.PROTECT, related_name="company_seal")
    content = EncryptedJSONField(data_key="case.data_key_id")  # {"svg": the picture}
    digest = models.CharField(max_length=64)  # SHA-256 of the SVG
    source = models.CharField(max_length=8, choices=Source.choices)
    made_at = models.DateTimeField()
