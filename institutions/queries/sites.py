"""Places without licence as the office's pages ask for them."""

from django.db.models import QuerySet

from foundation.accounts.models import DepartmentKind, User
from institutions.models import UnlicensedSite


def sites_of(user: User) -> QuerySet[UnlicensedSite]:
    """The places that this person may see: a town's officer sees the own town only."""
    rows = UnlicensedSite.objects.filter(deleted_at=None).select_related("town")
    if user.department.kind == DepartmentKind.TOWN:
        return rows.filter(town=user.department)
    return rows


def site_files_of(user: User) -> QuerySet[UnlicensedSite]:
    """The same with all that was done about each place, for its page."""
    return sites_of(user).prefetch_related(
        "measures__department", "measures__made_by", "measures__attachment"
    )


def deleted_sites() -> QuerySet[UnlicensedSite]:
    """Places that were taken out as mistaken, the newest first."""
    rows = UnlicensedSite.objects.exclude(deleted_at=None)
    return rows.select_related("deleted_by").order_by("-deleted_at", "-pk")


def same_named_sites(name_key: str, besides: int) -> QuerySet[UnlicensedSite]:
    """Places written down under the same name."""
    rows = UnlicensedSite.objects.filter(deleted_at=None, name_key=name_key).exclude(pk=besides)
    return rows.select_related("town")[:5]
