"""Places without licence as the office's pages ask for them."""

from django.db.models import QuerySet

from foundation.accounts.models import DepartmentKind, User
from institutions.models import UnlicensedSite
from institutions.rules import may_delete


def standing_sites() -> QuerySet[UnlicensedSite]:
    """All places that were not deleted as mistaken."""
    return UnlicensedSite.objects.filter(deleted_at=None).select_related("town")


def sites_of(user: User) -> QuerySet[UnlicensedSite]:
    """The places that this person may see: a town's officer sees the own town only."""
    return _seen_by(user, standing_sites())


def sites_written_on_by(user: User) -> QuerySet[UnlicensedSite]:
    """The same with those that were deleted while this person was writing about them."""
    return _seen_by(user, _every_site())


def site_files_of(user: User) -> QuerySet[UnlicensedSite]:
    """The same with all that was done about each place, for its page; who may put one back sees it too."""
    rows = _every_site() if may_delete(user) else standing_sites()
    return _seen_by(user, rows).prefetch_related(
        "measures__department", "measures__made_by", "measures__attachment"
    )


def deleted_sites() -> QuerySet[UnlicensedSite]:
    """Places that were taken out as mistaken, the newest first."""
    rows = UnlicensedSite.objects.exclude(deleted_at=None)
    return rows.select_related("deleted_by").order_by("-deleted_at", "-pk")


def _every_site() -> QuerySet[UnlicensedSite]:
    return UnlicensedSite.objects.select_related("town", "deleted_by")


def _seen_by(user: User, rows: QuerySet[UnlicensedSite]) -> QuerySet[UnlicensedSite]:
    if user.department.kind == DepartmentKind.TOWN:
        return rows.filter(town=user.department)
    return rows
