"""``/metrics`` in Prometheus' text format: what an operator watches at night.

Counted from the database at each scrape, so every process says the same. Open to this machine, and to others with the bearer token of
``VERMILION_METRICS_TOKEN``.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vermilion.apps.cases.models import Case
from vermilion.apps.notices.models import Notice
from vermilion.apps.policies.models import Endorsement, Policy
from vermilion.apps.seals.models import SealUse
from vermilion.base import clock
from vermilion.base.config import LOOPBACK, config
from vermilion.web.problems import NotFound

DAY = timedelta(days=1)


class Platform(Collector):
    """Everything that is counted."""

    def collect(self) -> Iterator[Metric]:
        """Yield the families of one scrape."""
        since = clock.now() - DAY
        yield _family("vermilion_cases", "Cases by state", ["state"], Case.objects.values_list("state").annotate(Count("pk")))
        blocked = Case.objects.exclude(blocked_by="").values_list("blocked_by").annotate(Count("pk"))
        yield _family("vermilion_cases_blocked", "Cases whose machine part is stopped, by the error's code", ["code"], blocked)
        yield _family("vermilion_policies", "Policies by status", ["status"], Policy.objects.values_list("status").annotate(Count("pk")))
        yield _family(
            "vermilion_endorsements", "Endorsements by state", ["state"], Endorsement.objects.values_list("state").annotate(Count("pk"))
        )
        uses = SealUse.objects.filter(started_at__gte=since).values_list("state").annotate(Count("pk"))
        yield _family("vermilion_seal_uses_24h", "Signatures and seals begun in the last 24 hours, by state", ["state"], uses)
        notices = Notice.objects.filter(created_at__gte=since).values_list("channel", "state").annotate(Count("pk"))
        yield _family("vermilion_notices_24h", "Notices of the last 24 hours by channel and state", ["channel", "state"], notices)
        with connection.cursor() as cursor:
            cursor.execute("SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2")
            yield _family("vermilion_jobs", "Jobs by queue and status", ["queue", "status"], cursor.fetchall())
            cursor.execute(
                "SELECT j.queue_name, extract(epoch FROM now() - min(e.at))::bigint FROM procrastinate_jobs j "
                "JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
                "WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()) GROUP BY 1"
            )
            yield _family("vermilion_oldest_job_seconds", "Age of the oldest job that waits, by queue", ["queue"], cursor.fetchall())


def _family(name: str, words: str, labels: list[str], rows: object) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for *values, number in rows:  # type: ignore[attr-defined]
        family.add_metric([str(value) for value in values], float(number))
    return family


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures; to whoever may not see them, the page does not exist."""
    if not _may_see(request):
        raise NotFound()
    registry = CollectorRegistry()
    registry.register(Platform())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_see(request: HttpRequest) -> bool:
    # Behind a reverse proxy everybody comes from loopback, so there only the token counts.
    if request.META.get("REMOTE_ADDR") in LOOPBACK and not config().trust_proxy:
        return True
    token = config().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), (token or "").encode())
