"""Why a document has no long-term copy: put on record by code, worded when it is shown, and looked at by people where no retry helps.

A certificate that was revoked with a suspected time before the signature, for instance, makes the file untrusted for ever: no copy of it
passes the verifier. Somebody looks at it, says what is done about it, and ``vermilion doctor`` only counts it from then on. When the cause
changes, the mark falls: that is something nobody has looked at.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.apps.seals.errors import NotPrepared, SealError, SelfCheckFailed, by_code
from vermilion.base import clock
from vermilion.core.pdf.reasons import REASONS, sentence

from .errors import FaultGone
from .models import PreservingFault

_WORDS = {
    SelfCheckFailed.code: _("做好的长期保存副本没有通过验签，没有存入。"),
    NotPrepared.code: _("这份文件不能附加验证信息，没有存入副本。"),
}
"""What means something else here than at a signature."""


def note(*, document_id: UUID, error: SealError) -> None:
    """Put on record why a document's copy could not be made, until it is: for its page and for ``vermilion doctor``."""
    moment = clock.now()
    facts = {
        "code": error.code,
        "reasons": [str(one) for one in error.facts.get("reasons", ())],
        "detail": str(error.facts.get("detail", ""))[:400],
        "last_at": moment,
    }
    with transaction.atomic():
        fault, new = PreservingFault.objects.select_for_update().get_or_create(
            document_id=document_id, defaults={**facts, "since": moment, "tries": 1}
        )
        if new:
            return
        if (fault.code, fault.reasons) != (facts["code"], facts["reasons"]):
            facts |= {"looked_at": None, "looked_by": None, "looked_why": ""}
        PreservingFault.objects.filter(pk=fault.pk).update(**facts, tries=fault.tries + 1)


def look_at(*, document_id: UUID, by: StaffMember, why: str) -> PreservingFault:
    """Mark a fault as looked at: who, when, and what is done about it. The document is still tried, once a day. Raises FaultGone."""
    with transaction.atomic():
        rows = PreservingFault.objects.select_for_update(of=("self",), no_key=True).select_related("document")
        fault = rows.filter(document_id=document_id).first()
        if fault is None:
            raise FaultGone()
        fault.looked_at, fault.looked_by, fault.looked_why = clock.now(), by, why[:200]
        fault.save(update_fields=["looked_at", "looked_by", "looked_why"])
        public = {"document": str(document_id), "code": fault.code, "reasons": fault.reasons}
        private = {"why": fault.looked_why, "by": str(by.pk)}
        record(stream="case", stream_id=fault.document.case_id, type="preserving.looked_at", public=public, private=private)
    return fault


def words(fault: PreservingFault) -> str:
    """Return in the present language why there is no copy: the sentence of the code, then those of the verifier's reasons."""
    known = by_code(fault.code)
    first = _WORDS.get(fault.code) or (known.message if known else format_lazy(_("原因代码 {code}。"), code=fault.code))
    language = get_language() or "zh"
    sentences = [str(first), *(sentence(one, language) if one in REASONS else one for one in fault.reasons)]
    return ("" if language.startswith("zh") else " ").join(sentences)
