"""Which departments a form offers: those that work today, and whichever the row names already."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from foundation.accounts.models import Department, DepartmentKind

_TOWN = Q(kind=DepartmentKind.TOWN)


def towns(besides: int | None = None) -> QuerySet[Department]:
    """The towns; one that was closed stays where it is named, or saving the form would wipe it out."""
    return Department.objects.filter(_TOWN, Q(is_active=True) | Q(pk=besides))


def departments(besides: Collection[int | None] = ()) -> QuerySet[Department]:
    """The departments that are no towns, in the same way."""
    return Department.objects.filter(~_TOWN, Q(is_active=True) | Q(pk__in=besides))
