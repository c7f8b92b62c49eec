"""Who may do what with checklists and campaigns: one line of the permission table each."""

from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import User
from foundation.accounts.rules import may
from inspections.models import Checklist

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
