"""What the law's figures are at present."""

from django.db.models import QuerySet

from foundation.law.models import Limit


class UnknownLimitError(LookupError):
    """No row with this key: the base data was not loaded."""


def limit(key: str) -> int:
    """The figure under this key."""
    value = Limit.objects.filter(key=key).values_list("value", flat=True).first()
    if value is None:
        raise UnknownLimitError(f"没有法定限额“{key}”，请先载入基础数据（load_content）。")
    return value


def limits(*keys: str) -> dict[str, int]:
    """Several figures by one question."""
    found = dict(Limit.objects.filter(key__in=keys).values_list("key", "value"))
    if missing := set(keys) - found.keys():
        raise UnknownLimitError(f"没有法定限额“{'、'.join(sorted(missing))}”，请先载入基础数据。")
    return found


def all_limits() -> QuerySet[Limit]:
    """Every figure, for the page."""
    return Limit.objects.select_related("verified_by", "changed_by")
