"""Who may do what with checklists and campaigns: one line of the permission table each."""

from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import User
from foundation.accounts.rules import may
from inspections.models import Campaign, Checklist

Person = User | AnonymousUser


def may_view_checklists(user: Person) -> bool:
    return may(user, "checklists.view")


def may_draft_checklist(user: Person) -> bool:
    return may(user, "checklists.draft")


def may_release_checklist(user: Person) -> bool:
    return may(user, "checklists.release")


def may_release_this(user: Person, checklist: Checklist) -> bool:
    """The table allows it, and the person has not written in the draft."""
    return may_release_checklist(user) and user not in checklist.writers.all()


def may_view_campaigns(user: Person) -> bool:
    return may(user, "campaigns.view")


def may_plan(user: Person) -> bool:
    return may(user, "campaigns.plan")


def may_decide(user: Person) -> bool:
    return may(user, "campaigns.decide")


def may_start_this(user: Person, campaign: Campaign) -> bool:
    """The table allows it, and it is not the own plan."""
    return may_decide(user) and user.pk != campaign.planned_by_id


def sees_everything(user: Person) -> bool:
    """The office sees every campaign and all of it; a department what is its own."""
    return may_plan(user) or may_decide(user)


def may_assign(user: Person) -> bool:
    """Whoever plans, and the head of a department, say who sees to a task."""
    return may_plan(user) or may(user, "campaigns.assign")


def may_report(user: Person) -> bool:
    return may(user, "campaigns.report")
