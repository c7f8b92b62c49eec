"""Who oversees what was done here."""

from django.contrib.auth.models import AnonymousUser

from foundation.accounts.models import User
from foundation.accounts.rules import may


def may_oversee(user: User | AnonymousUser) -> bool:
    return may(user, "audit.view")
