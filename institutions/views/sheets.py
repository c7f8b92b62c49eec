"""Sheets for the walls of institutions: one, or all that are on the list."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from institutions import rules
from institutions.models import Institution, IssueKind
from institutions.papers.sheets import wall_sheets_pdf as sheets_pdf
from institutions.queries.issues import current_issue, institutions_in_force

# One file stays printable at once and is made within a few seconds.
PART = 100
# Beyond this no county has a file; and the database takes no offset of any length.
_MOST_PARTS = 10_000


@dataclass(frozen=True)
class _Part:
    number: int
    first: int
    last: int

    @property
    def pages(self) -> int:
        return self.last - self.first + 1


@requires(rules.may_print_codes)
@require_safe
def wall_sheets(request: SignedInRequest) -> HttpResponse:
    """The files with the sheets of all institutions on the list."""
    issue = current_issue(IssueKind.WHITELIST)
    count = institutions_in_force(issue, today()).count() if issue else 0
    parts = [
        _Part(number, first + 1, min(first + PART, count))
        for number, first in enumerate(range(0, count, PART), start=1)
    ]
    page = {"issue": issue, "count": count, "parts": parts, "site": _site(request)}
    return render(request, "institutions/whitelist/sheets.html", page)


@requires(rules.may_print_codes)
@require_safe
def wall_sheets_pdf(request: SignedInRequest, part: int) -> HttpResponse:
    """One file of sheets, in the order of the names."""
    issue = current_issue(IssueKind.WHITELIST)
    first = (part - 1) * PART
    rows = (
        list(institutions_in_force(issue, today())[first : first + PART])
        if issue and 0 < part <= _MOST_PARTS
        else []
    )
    site = _site(request)
    if issue is None or not rows or not site:
        raise Http404
    name = f"机构张贴页（第{first + 1}至{first + len(rows)}家）.pdf"
    return _pdf(sheets_pdf(rows, issue, site), name)


@requires(rules.may_print_codes)
@require_safe
def wall_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet of one institution on the list."""
    institution = get_object_or_404(Institution.objects.standing(), pk=pk)
    site = _site(request)
    if not site:
        return redirect("institutions:wall_sheets")
    issue = current_issue(IssueKind.WHITELIST)
    rows = institutions_in_force(issue, today()).filter(pk=pk) if issue else []
    if issue is None or not rows:
        messages.error(request, "这家机构目前不在已发布的白名单中，没有可以张贴的核验码。")
        return redirect("institutions:file", pk)
    return _pdf(sheets_pdf(rows, issue, site), f"{institution.name} 张贴页.pdf")


def _site(request: HttpRequest) -> str:
    """The portal's address in the codes: the one that is set; only the demo takes the one it was asked by.

    Empty where none is set: a code with an inner address would hang on walls for years and open nothing.
    """
    asked_by = request.build_absolute_uri("/").rstrip("/") if settings.DEMO else ""
    return str(settings.SITE_ADDRESS or asked_by)


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(False, name) or ""}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
