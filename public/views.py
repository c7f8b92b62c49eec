"""Pages for everybody: home, the white list, one institution, the code on the wall, earlier issues."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from foundation.accounts.access import open_to_all
from foundation.clock.queries import now, today
from foundation.web.pagination import Leaf, page_of
from foundation.web.read_only import read_only
from institutions.models import IssueKind, ListIssue
from institutions.papers.lists import file_name, is_at_hand, issue_pdf
from institutions.queries.issues import published_issues
from public import downloads
from public.freshness import public_page
from public.pages import IssueHead, Question, Row
from public.queries.county import county
from public.queries.detail import detail, wall_code
from public.queries.search import beside, every_row, found
from public.queries.shelf import head_of, heads, shelf, warned

_LONGEST_WORDS = 100
_LONGEST_PAGE = 6


@public_page
def home(request: HttpRequest, *, mark: str, on: date) -> HttpResponse:
    """The question «is this place legal?», the newest issue, whom to call."""
    page = {
        "shelf": shelf(mark, on),
        "unlicensed": warned(mark, on).issue,
        "town": county(mark),
    }
    return render(request, "public/home.html", page)


@public_page
def whitelist(request: HttpRequest, *, mark: str, on: date) -> HttpResponse:
    """The white list, searched and filtered by what stands in the address."""
    current, named, question = shelf(mark, on), warned(mark, on), _question(request)
    answer, query = found(current, question), _rest(request)
    page = {
        "shelf": current,
        "question": question,
        "chosen": current.filters.chosen(question),
        "found": answer,
        "beside": beside(current, named, question, is_empty=not answer.count),
        "query": query,
        "leaf": Leaf(answer.page, answer.pages, query),
        "town": county(mark),
        "unlicensed": named.issue,
    }
    return render(request, "public/whitelist.html", page)


@public_page
def institution(request: HttpRequest, public_id: str, *, mark: str, on: date) -> HttpResponse:
    """One institution as a parent needs to know it before paying."""
    try:
        # A template finds a word in a dict at once, in an object only after it was refused as a dict.
        page = {"place": vars(detail(public_id, on)), "town": county(mark), "on": on}
    except Http404:
        return _never_listed(request, is_wall=False)
    return render(request, "public/institution.html", page)


@open_to_all
@read_only
def wall(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the code on the wall opens: live, with the moment, and never from a cache."""
    try:
        page = {"place": wall_code(public_id, today()), "moment": now()}
        answer = render(request, "public/wall.html", page)
    except Http404:
        answer = _never_listed(request, is_wall=True)
    answer["Cache-Control"] = "no-store"
    return answer


def _never_listed(request: HttpRequest, *, is_wall: bool) -> HttpResponse:
    page = {"moment": now(), "is_wall": is_wall}
    answer = render(request, "public/never_listed.html", page, status=404)
    answer["Cache-Control"] = "no-store"
    return answer


@public_page
def unlicensed(request: HttpRequest, *, mark: str, on: date) -> HttpResponse:
    """The places that the current list names as teaching without licence."""
    named = warned(mark, on)
    page = {
        "issue": named.issue,
        "page": page_of([known.place for known in named.places], request),
        "town": county(mark),
    }
    return render(request, "public/unlicensed.html", page)


@public_page
def issues(request: HttpRequest, *, mark: str, on: date) -> HttpResponse:
    """Every issue that was published; they stay readable."""
    page = {"issues": heads(IssueKind.WHITELIST), "unlicensed": heads(IssueKind.UNLICENSED)}
    return render(request, "public/issues.html", page)


@public_page
def issue(request: HttpRequest, kind: str, number: int, *, mark: str, on: date) -> HttpResponse:
    """One published issue as it was printed on its day."""
    row = _issue(kind, number)
    page = {
        "issue": head_of(row),
        "kind": kind,
        "page": page_of(row.entries.order_by("position"), request),
    }
    return render(request, "public/issue.html", page)


@public_page
def issue_paper(
    request: HttpRequest, kind: str, number: int, *, mark: str, on: date
) -> HttpResponse:
    """One published issue as a paper (PDF); a long one is made by the clock before anybody gets it."""
    row = _issue(kind, number)
    if not is_at_hand(row):
        page = {"issue": head_of(row), "kind": kind}
        answer = render(request, "public/paper_soon.html", page, status=202)
        answer["Cache-Control"] = "no-store"
        return answer
    answer = HttpResponse(issue_pdf(row), "application/pdf")
    name = content_disposition_header(False, file_name(row, "pdf")) or "inline"
    answer["Content-Disposition"] = name
    return answer


@public_page
def whitelist_csv(request: HttpRequest, *, mark: str, on: date) -> HttpResponseBase:
    """The rows of the page as CSV."""
    return _download(request, mark, on, downloads.as_csv)


@public_page
def whitelist_xlsx(request: HttpRequest, *, mark: str, on: date) -> HttpResponseBase:
    """The rows of the page as a workbook."""
    return _download(request, mark, on, downloads.as_xlsx)


@public_page
def whitelist_json(request: HttpRequest, *, mark: str, on: date) -> HttpResponseBase:
    """The rows of the page as JSON."""
    return _download(request, mark, on, downloads.as_json)


def _download(
    request: HttpRequest,
    mark: str,
    on: date,
    form: Callable[[IssueHead, Iterable[Row]], HttpResponseBase],
) -> HttpResponseBase:
    current = shelf(mark, on)
    if current.issue is None:
        raise Http404
    return form(current.issue, every_row(current, _question(request)))


def _question(request: HttpRequest) -> Question:
    """What the address asks; a page number that is none is the first page."""
    asked: dict[str, Any] = {
        name: request.GET.get(name, "").strip()[:_LONGEST_WORDS]
        for name in ("q", "category", "town", "department")
    }
    page = request.GET.get("page", "")
    number = int(page) if page.isdecimal() and len(page) <= _LONGEST_PAGE else 1
    return Question(**asked, page=max(number, 1), is_whole=request.GET.get("all") == "1")


def _rest(request: HttpRequest) -> str:
    """The address without its page number, for links that keep the filter."""
    rest = request.GET.copy()
    rest.pop("page", None)
    return rest.urlencode()


def _issue(kind: str, number: int) -> ListIssue:
    if kind not in IssueKind.values:
        raise Http404
    return get_object_or_404(published_issues(kind), number=number)
