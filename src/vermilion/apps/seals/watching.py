"""用印预警: the sweep that looks for unusual uses of seals. Each is told once, and stays open until somebody looked at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _

from vermilion.apps.chronicle.services import record
from vermilion.apps.parties.models import StaffMember
from vermilion.base.clock import SHANGHAI, now
from vermilion.base.vault import new_data_key

from . import increasing
from .errors import ListUnsuitable
from .models import Seal, SealAlert, SealGrant, SealUse

Kind = SealAlert.Kind
OPENS, CLOSES = 7, 22
"""Hours of Shanghai between which seals are used as a rule; a customer who buys at night makes one alert a seal and night, not more."""
SHARE = 80
"""Per cent of the daily limit."""
TIMES = 3
DAYS = 30
FEWEST_HOURS, FEWEST_USES = 24, 10
"""A median of fewer hours with uses says nothing, and a handful of uses is no burst."""
_COUNTED = (SealUse.State.INTENT, SealUse.State.SIGNED, SealUse.State.STORED)

_raised: list[Callable[[SealAlert], None]] = []


def on_alert(handler: Callable[[SealAlert], None]) -> None:
    """Register ``handler(alert)`` (site/wiring.py). Called in the alert's transaction."""
    if handler not in _raised:
        _raised.append(handler)


def watch(moment: datetime) -> int:
    """Look at the uses of today and of the last hour; return how many alerts are new."""
    return near_limits(moment) + outside_hours(moment) + bursts(moment)


def near_limits(moment: datetime) -> int:
    """Raise an alert for each grant that has used :data:`SHARE` per cent of today's limit."""
    midnight, raised = _midnight(moment), 0
    rows = SealUse.objects.filter(grant__isnull=False, started_at__gte=midnight, state__in=_COUNTED)
    uses = dict(rows.values_list("grant").annotate(n=Count("pk")).values_list("grant", "n"))
    for grant in SealGrant.objects.filter(pk__in=uses, state=SealGrant.State.ACTIVE).select_related("seal"):
        limit = grant.daily_limit
        if uses[grant.pk] * 100 >= SHARE * limit:
            limit += increasing.added(grant.pk, moment)
            if uses[grant.pk] * 100 >= SHARE * limit:
                # An increase that is used up too is told again.
                about = f"{midnight:%Y-%m-%d} {grant.pk} {limit}"
                raised += _raise(grant.seal, Kind.LIMIT, about, uses[grant.pk], limit, moment, grant)
    return raised


def outside_hours(moment: datetime) -> int:
    """Raise an alert for each seal that was used since the sweep last could look, while the office is closed."""
    local = moment.astimezone(SHANGHAI)
    if OPENS <= local.hour < CLOSES:
        return 0
    closed = local.replace(hour=CLOSES if local.hour >= CLOSES else 0, minute=0, second=0, microsecond=0)
    raised = 0
    for seal, count in _by_seal(closed, moment):
        raised += _raise(seal, Kind.HOURS, f"{closed:%Y-%m-%d %H}", count, 0, moment)
    return raised


def bursts(moment: datetime) -> int:
    """Raise an alert for each seal whose uses of this hour are beyond :data:`TIMES` the median of its hours with uses."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    raised = 0
    for seal, count in _by_seal(hour, moment):
        if count < FEWEST_USES:
            continue
        before = SealUse.objects.filter(seal=seal, started_at__gte=hour - timedelta(days=DAYS), started_at__lt=hour, state__in=_COUNTED)
        hours = list(before.annotate(hour=TruncHour("started_at")).values_list("hour").annotate(n=Count("pk")).values_list("n", flat=True))
        if len(hours) >= FEWEST_HOURS and count > TIMES * median(hours):
            raised += _raise(seal, Kind.BURST, f"{hour:%Y-%m-%dT%HZ}", count, int(median(hours)), moment)
    return raised


@transaction.atomic
def look(*, alert_id: UUID, by: StaffMember, finding: str) -> SealAlert:
    """Somebody looked at an alert and says what she found. Raises ListUnsuitable without a word. A second look changes nothing."""
    finding = finding.strip()[:200]
    if not finding:
        raise ListUnsuitable(_("请写明核查结果。"))
    alert = SealAlert.objects.select_for_update(no_key=True).get(pk=alert_id)
    if alert.looked_at is None:
        alert.looked_by, alert.looked_at, alert.data_key_id = by, now(), new_data_key("seal alert").pk
        alert.content = {"finding": finding}
        alert.save()
        facts = {"alert": str(alert.pk), "kind": str(alert.kind), "finding": finding, "by": str(by.pk)}
        record(stream="seal", stream_id=alert.seal_id, type="seal.alert_looked_at", private=facts)
    return alert


def _by_seal(since: datetime, until: datetime) -> list[tuple[Seal, int]]:
    rows = SealUse.objects.filter(seal__isnull=False, started_at__gte=since, started_at__lte=until, state__in=_COUNTED)
    counts = dict(rows.values_list("seal").annotate(n=Count("pk")).values_list("seal", "n"))
    return [(seal, counts[seal.pk]) for seal in Seal.objects.filter(pk__in=counts).select_related("insurer")]


def _raise(seal: Seal, kind: str, about: str, count: int, usual: int, moment: datetime, grant: SealGrant | None = None) -> int:
    with transaction.atomic():
        facts = {"insurer_id": seal.insurer_id, "grant": grant, "count": count, "usual": usual, "raised_at": moment}
        alert, new = SealAlert.objects.get_or_create(seal=seal, kind=kind, about=about, defaults=facts)
        if new:
            public = {"kind": str(kind), "about": about, "count": count, "usual": usual}
            record(stream="seal", stream_id=seal.pk, type="seal.alert", public=public)
            for handler in _raised:
                handler(alert)
    return int(new)


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
