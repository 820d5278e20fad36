"""What was on the customer's screen: the way through the pages, and each page as it was, in a frame that can do nothing."""

from __future__ import annotations

from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from vermilion.apps.cases import queries
from vermilion.apps.cases.errors import CaseNotFound
from vermilion.apps.cases.models import Case
from vermilion.apps.tracing import queries as tracing
from vermilion.apps.tracing.models import PageVersion

from . import permissions, words
from .case import visit
from .frame import page_of, show


@require_safe
@permissions.page("case_pages")
def case_pages(request: HttpRequest, number: str) -> HttpResponse:
    """List every page shown in the case."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    visit(request, found, "page")
    page = page_of(request, tracing.way(found))
    rows = [
        (item, words.PAGES.get(item.page, item.page), words.ROLES.get(item.signer, item.signer) or _("投保申请人"))
        for item in page.object_list
    ]
    crumbs = [(found.number, reverse("console:case", args=[found.number])), (_("页面记录"), "")]
    return show(request, "console/pages.html", {"case": found, "rows": rows, "page_obj": page}, crumbs=crumbs)


@require_safe
@permissions.page("case_page")
def case_page(request: HttpRequest, number: str, version_id: UUID) -> HttpResponse:
    """Show one stored page with its digest."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    version = _version(found, version_id)
    visit(request, found, "page", str(version.id))
    showings = [item for item in tracing.way(found) if item.version_id == version.id]
    crumbs = [
        (found.number, reverse("console:case", args=[found.number])),
        (_("页面记录"), reverse("console:case_pages", args=[found.number])),
        (str(words.PAGES.get(version.page, version.page)), ""),
    ]
    context = {"case": found, "version": version, "name": words.PAGES.get(version.page, version.page), "showings": showings}
    return show(request, "console/page.html", context, crumbs=crumbs)


@require_safe
@permissions.page("case_page_content")
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]  # its stub knows views without arguments only
    {
        "script-src": ["'none'"],
        "connect-src": ["'none'"],
        "form-action": ["'none'"],
        "frame-src": ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": [],
    }
)
def case_page_content(request: HttpRequest, number: str, version_id: UUID) -> HttpResponse:
    """Give the stored bytes of a page, checked against their digest; scripts, forms and links are dead."""
    found = queries.by_number(request.scope, number)  # type: ignore[attr-defined]
    return HttpResponse(tracing.content(_version(found, version_id)), content_type="text/html; charset=utf-8")


def _version(case: Case, version_id: UUID) -> PageVersion:
    version = PageVersion.objects.filter(pk=version_id, case=case).first()
    if version is None:
        raise CaseNotFound(_("没有找到这个页面的记录。"))
    return version
