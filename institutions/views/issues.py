"""One issue of a list: its rows, how it differs, who did what, and the acts of the three hands."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.audit.queries import page_of_trail
from foundation.clock.queries import today
from foundation.documents.xlsx import MEDIA_TYPE
from foundation.web.answers import attempt, require_act, send_again
from foundation.web.pagination import number_of, page_of
from foundation.workflow import NotPossibleError
from institutions import rules
from institutions.actions import whitelist as actions
from institutions.forms.whitelist import ReasonForm, RedraftForm, VersionForm
from institutions.models import ListEntry, ListIssue
from institutions.papers import lists
from institutions.queries.drafts import Moved, drift_of, gone_since, new_since, removed_now, ruled
from institutions.queries.issues import current_issue, entries_removed, narrowed, previous_issue
from institutions.workflow import ISSUE

_Act = Callable[..., ListIssue]


@requires(rules.may_view_lists)
@require_safe
def issue(request: SignedInRequest, pk: int) -> HttpResponse:
    """One issue, published or not."""
    return _page(request, _find(pk))


@requires(rules.may_propose_list)
@require_act
def redraft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw the draft up anew from the register as it stands now."""
    form = RedraftForm(request.POST, auto_id="redraft_%s")
    done = "草稿已按当前名册重新生成，须重新审核。"
    return _act(request, pk, "redraft", form, actions.redraft_issue, done)


@requires(rules.may_check_list)
@require_act
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """The draft is right."""
    form = VersionForm(request.POST, auto_id="check_%s")
    return _act(request, pk, "check", form, actions.check_issue, "审核通过，请由负责人发布。")


@requires(rules.may_publish_list)
@require_act
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put the list before the public."""
    form = VersionForm(request.POST, auto_id="publish_%s")
    return _act(request, pk, "publish", form, actions.publish_issue, "名单已发布，公众页面已更新。")


@requires(rules.may_send_back_list)
@require_act
def send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back to be worked over."""
    form = ReasonForm(request.POST, auto_id="send_back_%s")
    return _act(request, pk, "send_back", form, actions.send_back_issue, "已退回，须重新审核。")


@requires(rules.may_discard_list)
@require_act
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the draft up."""
    form = ReasonForm(request.POST, auto_id="discard_%s")
    return _act(request, pk, "discard", form, actions.discard_issue, "草稿已作废，没有占用期号。")


@requires(rules.may_view_lists)
@require_safe
def issue_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list as a paper; the page says when a long one is not there yet."""
    found = _find(pk)
    if not lists.is_at_hand(found):
        return redirect("institutions:issue", pk)
    return _file(lists.issue_pdf(found), lists.file_name(found, "pdf"), "application/pdf")


@requires(rules.may_view_lists)
@require_safe
def issue_xlsx(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list as a workbook."""
    found = _find(pk)
    return _file(lists.issue_xlsx(found), lists.file_name(found, "xlsx"), MEDIA_TYPE)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _find(pk: int) -> ListIssue:
    people = ("proposed_by", "checked_by", "published_by")
    return get_object_or_404(ListIssue.objects.select_related(*people), pk=pk)


def _act(
    request: SignedInRequest,
    pk: int,
    name: str,
    form: Form,
    act: _Act,
    done: str,
) -> HttpResponse:
    found = _find(pk)
    if form.is_valid():
        try:
            attempt(lambda: act(issue=found, by=request.user.actor, **form.cleaned_data))
        except NotPossibleError as reason:
            _say(request, form, found, str(reason))
        else:
            messages.success(request, done)
            return redirect("institutions:issue", pk)
    if not form.visible_fields():
        return redirect("institutions:issue", pk)
    return _page(request, found, {name: form})


def _say(request: SignedInRequest, form: Form, found: ListIssue, words: str) -> None:
    """Why not: at the form, when something was typed there; else above the page as it is now."""
    if not form.visible_fields():
        messages.error(request, words)
        return
    form.add_error(None, words)
    send_again(form, found.version)


def _page(
    request: SignedInRequest, found: ListIssue, refused: dict[str, Any] | None = None
) -> HttpResponse:
    rows, shown = _rows(request, found)
    page = {
        "issue": found,
        "shown": shown,
        "q": request.GET.get("q", ""),
        "page": page_of(rows, request),
        "ruled": ruled(found),
        "previous": previous_issue(found),
        "timeline": page_of_trail(found, number_of(request.GET.get("before", ""))),
        "has_paper": lists.is_at_hand(found),
        "is_open": bool(ISSUE.acts(found.state)),
        "forms": _forms(request, found) | (refused or {}),
        "why_not": _why_not(request, found),
    }
    if page["is_open"]:
        page["drift"] = drift_of(found, today())
    elif found == current_issue(found.kind):
        page["removed"] = entries_removed(found, today()).count()
    return render(request, "institutions/whitelist/issue.html", page)


def _rows(
    request: SignedInRequest, found: ListIssue
) -> tuple[QuerySet[ListEntry] | list[Moved], str]:
    earlier, q = previous_issue(found), request.GET.get("q", "")
    shown = request.GET.get("show", "")
    if shown == "new":
        return narrowed(new_since(found, earlier), q), shown
    if shown == "gone":
        return narrowed(gone_since(found, earlier), q), shown
    if shown == "removed":
        return [row for row in removed_now(found, today()) if q.strip() in row.name], shown
    return narrowed(found.entries.all(), q), "all"


def _forms(request: SignedInRequest, found: ListIssue) -> dict[str, Any]:
    """The acts that are possible now, to this person, each as its form."""
    possible, user = ISSUE.acts(found.state), request.user
    version = {"version": found.version}
    head = {"publisher": found.publisher, "remark": found.remark}
    forms: dict[str, Any] = {}
    if "check" in possible and rules.may_check_this(user, found):
        forms["check"] = VersionForm(initial=version, auto_id="check_%s")
    if "publish" in possible and rules.may_publish_this(user, found):
        forms["publish"] = VersionForm(initial=version, auto_id="publish_%s")
    if "send back" in possible and rules.may_send_back_list(user):
        forms["send_back"] = ReasonForm(initial=version, auto_id="send_back_%s")
    if "discard" in possible and rules.may_discard_list(user):
        forms["discard"] = ReasonForm(initial=version, auto_id="discard_%s")
    if possible and rules.may_propose_list(user):
        forms["redraft"] = RedraftForm(initial=head | version, auto_id="redraft_%s")
    return forms


def _why_not(request: SignedInRequest, found: ListIssue) -> str:
    """Why a person who could check or publish lists cannot do so with this one."""
    possible, user = ISSUE.acts(found.state), request.user
    if "check" in possible and rules.may_check_list(user) and not rules.may_check_this(user, found):
        return "草稿由您拟制，须由其他人员审核。"
    own = rules.may_publish_list(user) and not rules.may_publish_this(user, found)
    return "您已拟制或审核这份名单，须由其他人员发布。" if "publish" in possible and own else ""
