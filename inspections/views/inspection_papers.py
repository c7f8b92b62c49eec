"""The papers of a visit, as PDF or Word: approval, notice, record; and sheets to fill in by hand."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import now
from foundation.documents import docx, pdf
from foundation.documents.paper import Paper
from inspections import rules
from inspections.forms.inspection_filter import InspectionFilter
from inspections.models import Approval, Inspection
from inspections.papers.inspections import file_name, sheets_pdf, worded_approval, worded_notice
from inspections.papers.records import worded_joint_record, worded_record
from inspections.queries.evidence import photos_of, signatures_of
from inspections.queries.inspections import (
    inspection_files_of,
    inspections_of,
    may_begin,
    visits_of,
)
from inspections.queries.records import record_of
from inspections.queries.sheets import parts_of, parts_of_all, procedure_bases
from inspections.views.inspections import found_inspection

# A team's sheets of a day or two in one file; more would keep the printer, and the reader, waiting.
SHEETS_AT_ONCE = 30


@requires(rules.may_view_inspections)
@require_safe
def approval_paper(request: SignedInRequest, pk: int, *, as_word: bool = False) -> HttpResponse:
    """The approval, from when it is asked for."""
    found = found_inspection(request, pk)
    return _paper(found, worded_approval, _approval(found), as_word)


@requires(rules.may_view_inspections)
@require_safe
def notice_paper(request: SignedInRequest, pk: int, *, as_word: bool = False) -> HttpResponse:
    """The notice, once it has its number."""
    found = found_inspection(request, pk)
    approval = _approval(found)
    if approval.notice_number is None or not found.takes_place:
        raise Http404
    return _paper(found, worded_notice, approval, as_word)


@requires(rules.may_view_inspections)
@require_safe
def record_paper(request: SignedInRequest, pk: int, *, as_word: bool = False) -> HttpResponse:
    """The record of all that was seen: a draft while the visit runs, final once it is concluded."""
    found = _recorded(request, pk)
    paper = worded_record(
        found,
        record_of(found),
        procedure=procedure_bases(),
        signatures=signatures_of(found).standing,
        photos=photos_of(found),
        at=now(),
    )
    return _printed(found, paper, as_word)


@requires(rules.may_view_inspections)
@require_safe
def joint_record_paper(request: SignedInRequest, pk: int, *, as_word: bool = False) -> HttpResponse:
    """The sheet that sums up the same, area by area."""
    found = _recorded(request, pk)
    areas = found.checklist.areas.all()
    paper = worded_joint_record(found, record_of(found), areas=areas, at=now())
    return _printed(found, paper, as_word)


@requires(rules.may_view_inspections)
@require_safe
def sheet_paper(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sheet of one visit that may begin or has begun."""
    found = found_inspection(request, pk)
    if not found.takes_place:
        raise Http404
    return _sheets(request, [found], file_name(found, "检查记录表"))


@requires(rules.may_view_inspections)
@require_safe
def sheets_paper(request: SignedInRequest) -> HttpResponse:
    """The sheets of what the list shows, as far as these visits may begin, the earliest first."""
    user = request.user
    asked = InspectionFilter(request.GET, rows=inspections_of(user))
    rows = may_begin(asked.narrow(inspection_files_of(user), user))
    shown = list(rows.order_by("planned_on", "pk")[: SHEETS_AT_ONCE + 1])
    if not shown or len(shown) > SHEETS_AT_ONCE:
        words = (
            f"一次最多打印{SHEETS_AT_ONCE}份记录表，请用筛选条件缩小范围，例如只看一天的。"
            if shown
            else "列表中没有已批准的检查，没有可以打印的记录表。"
        )
        messages.error(request, words)
        return redirect(f"{reverse('inspections:inspections')}?{request.GET.urlencode()}")
    return _sheets(request, shown, f"检查记录表（{len(shown)}份）.pdf")


def _approval(found: Inspection) -> Approval:
    approval: Approval | None = getattr(found, "approval", None)
    if approval is None:
        raise Http404
    return approval


def _recorded(request: SignedInRequest, pk: int) -> Inspection:
    """The visit whose record this person may read; to the rest there is none."""
    found = found_inspection(request, pk)
    goes = found.inspectors.filter(user=request.user, left_at=None).exists()
    if not rules.may_read_record(request.user, found, goes=goes):
        raise Http404
    return found


def _paper(
    found: Inspection, worded: Callable[..., Paper], approval: Approval, as_word: bool
) -> HttpResponse:
    paper = worded(
        found,
        approval,
        parts=parts_of(found),
        visits=visits_of(found),
        procedure=procedure_bases(),
    )
    return _printed(found, paper, as_word)


def _printed(found: Inspection, paper: Paper, as_word: bool) -> HttpResponse:
    if as_word:
        name = file_name(found, paper.title, "docx")
        return _answer(docx.write_paper(paper), name, docx.MEDIA_TYPE, is_saved=True)
    return _answer(pdf.print_paper(paper), file_name(found, paper.title))


def _sheets(request: SignedInRequest, rows: Sequence[Inspection], name: str) -> HttpResponse:
    addresses = {
        one.pk: request.build_absolute_uri(reverse("inspections:inspection", args=[one.pk]))
        for one in rows
    }
    return _answer(sheets_pdf(rows, parts_of_all(rows), addresses), name)


def _answer(
    paper: bytes, name: str, media_type: str = "application/pdf", *, is_saved: bool = False
) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(is_saved, name) or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(paper, content_type=media_type, headers=headers)
