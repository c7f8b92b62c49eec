"""Who may do what with the register: one line of the permission table each."""

from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import DepartmentKind, User
from foundation.accounts.rules import may
from institutions.models import ListIssue, StateChange, UnlicensedSite
from institutions.workflow import SITE_NEEDS_SUBJECT, SiteState

Person = User | AnonymousUser


def may_view(user: Person) -> bool:
    return may(user, "institutions.view")


def may_register(user: Person) -> bool:
    return may(user, "institutions.register")


def may_view_account(user: Person) -> bool:
    return may(user, "institutions.view_account")


def may_verify(user: Person) -> bool:
    return may(user, "institutions.verify")


def may_decide(user: Person) -> bool:
    return may(user, "institutions.decide")


def may_confirm(user: Person) -> bool:
    return may(user, "institutions.confirm")


def may_take(user: Person, act: str) -> bool:
    """May this person take this act of the life cycle's table?"""
    return may_verify(user) if act == "verify" else may_decide(user)


def may_confirm_this(user: Person, change: StateChange) -> bool:
    """The table allows it, and it is not the own decision."""
    return may_confirm(user) and user.pk != change.made_by_id


def may_delete(user: Person) -> bool:
    return may(user, "institutions.delete")


def may_import(user: Person) -> bool:
    return may(user, "institutions.import")


def may_adopt(user: Person) -> bool:
    return may(user, "institutions.adopt")


def may_print_codes(user: Person) -> bool:
    return may(user, "institutions.print_codes")


def may_view_sites(user: Person) -> bool:
    return may(user, "sites.view")


def may_report_site(user: Person) -> bool:
    return may(user, "sites.report")


def may_handle_site(user: Person) -> bool:
    return may(user, "sites.handle")


def may_amend_site(user: Person, site: UnlicensedSite) -> bool:
    """A reporter corrects the own clue until somebody has looked; then those who handle it do."""
    if may_handle_site(user):
        return True
    return may_report_site(user) and site.state == SiteState.CLUE


def may_take_measure(user: User, act: str) -> bool:
    """A department writes down what it did itself; the office writes for all."""
    if not may_handle_site(user):
        return False
    return (
        act not in SITE_NEEDS_SUBJECT
        or is_of_office(user)
        or user.department.is_enforcement_subject
    )


def is_of_office(user: User) -> bool:
    return user.department.kind == DepartmentKind.OFFICE


def may_view_lists(user: Person) -> bool:
    return may(user, "whitelist.view")


def may_propose_list(user: Person) -> bool:
    return may(user, "whitelist.propose")


def may_check_list(user: Person) -> bool:
    return may(user, "whitelist.check")


def may_publish_list(user: Person) -> bool:
    return may(user, "whitelist.publish")


def may_send_back_list(user: Person) -> bool:
    """Whoever would have to put the name to it next, or has done so, may send it back."""
    return may_check_list(user) or may_publish_list(user)


def may_discard_list(user: Person) -> bool:
    return may_propose_list(user) or may_send_back_list(user)


def may_check_this(user: Person, issue: ListIssue) -> bool:
    """The table allows it, and it is not the own work."""
    return may_check_list(user) and user.pk != issue.proposed_by_id


def may_publish_this(user: Person, issue: ListIssue) -> bool:
    return may_publish_list(user) and user.pk not in (issue.proposed_by_id, issue.checked_by_id)
