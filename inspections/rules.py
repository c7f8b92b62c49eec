"""Who may do what with checklists, campaigns and inspections: one line of the permission table each."""

from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import DepartmentKind, User
from foundation.accounts.rules import may
from inspections.models import Campaign, Checklist, Disclosure, Inspection, Inspector, Section

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


def may_view_inspections(user: Person) -> bool:
    return may(user, "inspections.view")


def sees_every_inspection(user: User) -> bool:
    """The office sees all inspections; a department those in which it has a section."""
    return may_view_inspections(user) and user.department.kind == DepartmentKind.OFFICE


def may_plan_inspection(user: Person) -> bool:
    """The office plans joint ones; an enforcement subject's people plan for their own department."""
    if not isinstance(user, User) or not may(user, "inspections.plan"):
        return False
    return plans_jointly(user) or user.department.is_enforcement_subject


def plans_jointly(user: User) -> bool:
    """Only the office decides on other departments."""
    return user.department.kind == DepartmentKind.OFFICE


def may_plan_jointly(user: Person) -> bool:
    return isinstance(user, User) and may(user, "inspections.plan") and plans_jointly(user)


def may_draw(user: Person) -> bool:
    """The office draws, as it decides on the visits that follow."""
    return may_plan_jointly(user)


def may_plan_this(user: User, inspection: Inspection) -> bool:
    """Whoever arranged it, by department, words it, moves it and gives it up."""
    return may_plan_inspection(user) and user.department_id == inspection.organiser_id


def may_move_this(user: User, inspection: Inspection) -> bool:
    """The day is a matter of who arranged the visit and of its lead."""
    is_of_it = user.department_id in (inspection.organiser_id, inspection.lead_id)
    return may_plan_inspection(user) and is_of_it


def may_cancel_this(user: User, inspection: Inspection) -> bool:
    """Whoever arranged it gives it up, or the head of its lead."""
    return may_plan_this(user, inspection) or may_approve_this(user, inspection)


def may_staff(user: Person) -> bool:
    """Who may say which people inspect: the office while it plans, each department for its own part."""
    return may(user, "inspections.staff") or may_plan_jointly(user)


def may_staff_this(user: User, section: Section) -> bool:
    """Its own department; or the office, of a visit that it arranged."""
    if may(user, "inspections.staff") and user.department_id == section.department_id:
        return True
    return may_plan_jointly(user) and user.department_id == section.inspection.organiser_id


def may_ask(user: Person) -> bool:
    return may(user, "inspections.ask")


def may_ask_for_this(user: User, inspection: Inspection) -> bool:
    """An officer of the lead subject: the office does not ask in anybody's name."""
    return may_ask(user) and user.department_id == inspection.lead_id


def may_approve(user: Person) -> bool:
    return may(user, "inspections.approve")


def may_approve_this(user: User, inspection: Inspection) -> bool:
    """The head of the lead subject; whether this head asked or inspects, the act looks at."""
    return may_approve(user) and user.department_id == inspection.lead_id


def may_replace(user: User, inspector: Inspector) -> bool:
    """Recusal and replacement are decided by the head of the inspector's department."""
    return may_approve(user) and user.department_id == inspector.section.department_id


def may_record(user: Person) -> bool:
    """Who may write down what a visit finds; whether this person goes, the row says."""
    return may(user, "inspections.record")


def may_bring_visits(user: Person) -> bool:
    """Who of the office may take in, in its owner's name, what a phone could not send."""
    return may(user, "inspections.bring")


def may_merge(user: Person) -> bool:
    return may(user, "inspections.merge")


def sees_whole_inspection(user: User, inspection: Inspection) -> bool:
    """The office and the lead see all of a visit; the others what concerns their part."""
    return sees_every_inspection(user) or user.department_id == inspection.lead_id


def may_read_record(user: User, inspection: Inspection, *, goes: bool) -> bool:
    """The record says all of a visit: a draft is its inspectors', what is concluded the lead's and the office's too."""
    if not may_view_inspections(user):
        return False
    if inspection.is_running:
        return goes
    return inspection.concluded_at is not None and (goes or sees_whole_inspection(user, inspection))


def may_propose_result(user: Person) -> bool:
    return may(user, "results.propose")


def may_publish_result(user: Person) -> bool:
    return may(user, "results.publish")


def may_decide_this(user: User, disclosure: Disclosure) -> bool:
    """The table allows it, and it is not the own proposal."""
    return may_publish_result(user) and user.pk != disclosure.proposed_by_id
