"""Who keeps the law's figures and provisions."""

from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import User
from foundation.accounts.rules import may
from foundation.law.models import LegalBasis, Limit


def may_view(user: User | AnonymousUser) -> bool:
    return may(user, "law.view")


def may_manage(user: User | AnonymousUser) -> bool:
    return may(user, "law.manage")


def may_verify(user: User | AnonymousUser) -> bool:
    return may(user, "law.verify")


def may_verify_this(user: User | AnonymousUser, row: Limit | LegalBasis) -> bool:
    """A second person: nobody verifies what they entered."""
    return may_verify(user) and not row.is_verified and row.changed_by_id != user.pk
