"""What ``vermilion doctor`` asks about the archive."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from vermilion.base import clock, health

from . import faults, preserving, queries
from .errors import PreservingLate
from .models import PreservingFault

LATE = timedelta(days=1)
"""What is due for longer than this does not get done by itself."""
_MOST = 1000


def register() -> None:
    """Register the check."""
    health.register("preserved files", preserved)


def preserved() -> str:
    """Every signed document has its long-term copy and none waits for a renewal that is overdue, but for what people have looked at."""
    moment = clock.now()
    late, ended = len(preserving.due(moment - LATE, _MOST, without=Q(looked_at__isnull=False))), queries.ended(moment)
    if ended:
        raise PreservingLate(_("%(count)s 份长期保存副本的时间戳证书已经到期，续期已错过。") % {"count": ended})
    if late:
        more = "+" if late == _MOST else ""
        text = _("%(count)s 份已签文件的长期保存副本缺失或续期逾期超过一天。") % {"count": f"{late}{more}"}
        fault = PreservingFault.objects.filter(looked_at=None).order_by("-last_at").first()
        raise PreservingLate(f"{text}{faults.words(fault)}（{fault.detail or fault.code}）" if fault else text)
    if looked := PreservingFault.objects.filter(looked_at__isnull=False).count():
        return _("长期保存副本没有缺失，也没有逾期的续期；另有 %(count)s 份已由人核查，不能保存。") % {"count": looked}
    return _("长期保存副本没有缺失，也没有逾期的续期。")
