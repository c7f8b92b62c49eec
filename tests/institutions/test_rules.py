"""Who may do what with the register: each rule beside the roles that the office's table gives it."""

import pytest

from foundation.accounts.models import Role, User
from institutions import rules
from institutions.models import StateChange

LOOKERS = {"officer", "department_head", "office", "lead", "head"}

TABLE = [
    (rules.may_view, LOOKERS),
    (rules.may_register, {"office", "lead"}),
    (rules.may_view_account, {"office", "lead", "head"}),
    (rules.may_verify, {"office", "lead"}),
    (rules.may_decide, {"lead", "head"}),
    (rules.may_confirm, {"lead", "head"}),
    (rules.may_delete, {"lead"}),
]


@pytest.mark.parametrize(("rule", "roles"), TABLE, ids=[rule.__name__ for rule, _ in TABLE])
def test_a_rule_lets_in_those_roles_and_no_others(rule: object, roles: set[str]) -> None:
    assert callable(rule)

    assert {role for role in Role.values if rule(User(role=role))} == roles


def test_verification_and_decision_are_different_rights() -> None:
    office, head = User(role=Role.OFFICE), User(role=Role.HEAD)

    assert [rules.may_take(office, act) for act in ("verify", "suspend")] == [True, False]
    assert [rules.may_take(head, act) for act in ("verify", "suspend")] == [False, True]


def test_nobody_is_asked_to_confirm_the_own_decision() -> None:
    maker, other, officer = (
        User(pk=1, role="lead"),
        User(pk=2, role="lead"),
        User(pk=3, role="officer"),
    )
    change = StateChange(made_by_id=1)

    asked = [rules.may_confirm_this(person, change) for person in (maker, other, officer)]

    assert asked == [False, True, False]
