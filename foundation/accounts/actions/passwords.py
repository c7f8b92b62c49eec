"""Passwords: chosen by their owner, or set once by the administrator. They are never in the trail."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from foundation.accounts.actions.signing import end_all
from foundation.accounts.models import PasswordRecord, SessionEnd, StaffSession, User
from foundation.actor import Actor
from foundation.audit.actions import record
from foundation.clock.queries import now

# No letters and digits that look alike: it is read from a slip of paper once.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def one_time_password() -> str:
    """A password for one use, in groups that can be read aloud."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


@transaction.atomic
def change_password(
    *, password: str, sign_in: StaffSession | None, by: User, at: datetime | None = None
) -> None:
    """A person chooses a new password; every other sign-in of the person ends."""
    at = at or now()
    locked = User.objects.select_for_update().get(pk=by.pk)
    remember_password(person=locked, hashed=locked.password, by=by.actor, at=at)
    locked.password = make_password(password)
    locked.must_change_password = False
    locked.password_changed_at = at
    locked.save(update_fields=["password", "must_change_password", "password_changed_at"])
    by.password, by.must_change_password = locked.password, False
    by.password_changed_at = at
    ended = end_all(person=by, why=SessionEnd.PASSWORD_CHANGED, by=by.actor, at=at, besides=sign_in)
    words = "修改了自己的密码" + (f"，其他 {ended} 处登录已退出" if ended else "")
    record("account.password_changed", target=by, by=by.actor, at=at, words=words)


@transaction.atomic
def reset_password(*, person: User, reason: str, by: User, at: datetime | None = None) -> str:
    """The administrator sets a password for one use; it is told once and kept nowhere."""
    at = at or now()
    locked = User.objects.select_for_update().get(pk=person.pk)
    remember_password(person=locked, hashed=locked.password, by=by.actor, at=at)
    password = one_time_password()
    locked.password = make_password(password)
    locked.must_change_password = True
    locked.password_changed_at = at
    locked.save(update_fields=["password", "must_change_password", "password_changed_at"])
    end_all(person=locked, why=SessionEnd.RESET, by=by.actor, at=at)
    record(
        "account.password_reset",
        target=locked,
        by=by.actor,
        at=at,
        words="重置了密码，首次登录须修改",
        reason=reason,
    )
    return password


@transaction.atomic
def remember_password(*, person: User, hashed: str, by: Actor, at: datetime) -> None:
    """Keep a former password's hash, and only the last few of them."""
    if not hashed:
        return
    PasswordRecord.objects.create(user=person, password=hashed, set_at=at)
    kept = person.former_passwords.values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
    person.former_passwords.exclude(pk__in=list(kept)).delete()
