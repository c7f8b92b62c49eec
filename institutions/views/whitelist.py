"""The lists of the office: what is published, what is being drawn up, and what the next issue would be."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.access import SignedInRequest, requires
from foundation.clock.queries import today
from foundation.web.answers import done
from foundation.web.pagination import PAGE_SIZE, page_of
from institutions import rules
from institutions.actions.whitelist import propose_issue
from institutions.forms.whitelist import IssueForm
from institutions.models import IssueKind, ListIssue
from institutions.queries.drafts import outlook
from institutions.queries.issues import current_issue, issues, open_issue
from institutions.queries.whitelist import named_sites


@requires(rules.may_view_lists)
@require_safe
def whitelist(request: SignedInRequest) -> HttpResponse:
    """What is published, what is being drawn up, and every earlier issue of one of the two lists."""
    kind = _kind(request.GET.get("kind", IssueKind.WHITELIST))
    page = {
        "kind": kind,
        "kinds": IssueKind,
        "current": current_issue(kind),
        "open": open_issue(kind),
        "page": page_of(issues(kind), request),
    }
    return render(request, "institutions/whitelist/whitelist.html", page)


@requires(rules.may_view_lists)
@require_safe
def proposal(request: SignedInRequest, kind: str) -> HttpResponse:
    """Who would stand on the next issue, who would not and why, and the form that draws it up."""
    return _proposal_page(request, _kind(kind), _new_issue_form(kind))


@requires(rules.may_propose_list)
@require_POST
def propose(request: SignedInRequest, kind: str) -> HttpResponse:
    """Draw up the draft of the next issue."""
    form, asked = IssueForm(request.POST), _kind(kind)
    made: list[ListIssue] = []
    if done(
        form,
        lambda: made.append(propose_issue(kind=asked, by=request.user.actor, **form.cleaned_data)),
    ):
        messages.success(request, f"草稿已生成，共{made[0].entry_count}条，请由其他人员审核。")
        return redirect("institutions:issue", made[0].pk)
    return _proposal_page(request, asked, form)


def _new_issue_form(kind: str) -> IssueForm:
    """The head of the next issue as it was last time."""
    current = current_issue(kind)
    publisher = current.publisher if current else settings.OFFICE_NAME
    return IssueForm(initial={"publisher": publisher})


def _kind(word: str) -> IssueKind:
    if word not in IssueKind.values:
        raise Http404
    return IssueKind(word)


def _proposal_page(request: SignedInRequest, kind: IssueKind, form: IssueForm) -> HttpResponse:
    page: dict[str, Any] = {"kind": kind, "form": form, "open": open_issue(kind)}
    page["may_propose"] = rules.may_propose_list(request.user)
    if kind == IssueKind.UNLICENSED:
        page |= {"page": page_of(named_sites(), request), "current": current_issue(kind)}
        return render(request, "institutions/whitelist/proposal_sites.html", page)
    return render(request, "institutions/whitelist/proposal.html", page | _outlook(request))


def _outlook(request: SignedInRequest) -> dict[str, Any]:
    view = outlook(today())
    parts: dict[str, list[Any]] = {
        "excluded": [row for row in view.excluded if not row.is_ended],
        "ended": [row for row in view.excluded if row.is_ended],
        "included": view.included,
        "new": view.new,
        "gone": view.gone,
    }
    asked = request.GET.get("show", "")
    shown = asked if asked in parts else "excluded"
    q = request.GET.get("q", "").strip()
    found = {name: [row for row in rows if q in row.name] for name, rows in parts.items()}
    return {
        "view": view,
        "current": view.current,
        "shown": shown,
        "is_out": shown in ("excluded", "ended"),
        "q": q,
        "page": page_of(found[shown], request),
        # Folded below those that still act: the first of them, and how many they are.
        "ended": Paginator(found["ended"], PAGE_SIZE).page(1),
    }
